import { addDays, endOfShanghaiDay } from "@/core/time";
import { HOLIDAY_TABLES, type HolidayTable, isWorkday } from "@/core/workdays";

/**
 * Counting of legal periods (Civil Code arts. 201–203): the day of the event is not counted, and a period that obliges
 * somebody ends at 24:00 of its last day — of the next working day when that day is none.
 */

/** First instant at which a minimum period of N days has run: N × 24 hours, which also is the N-th date after. */
export const endOfMinimum = (start: Date, days: number): Date => addDays(start, days);

/** Has a minimum period run? Both the hours and the dates must be there; without daylight saving one implies the other. */
export const satisfiesMinimum = (start: Date, end: Date, days: number): boolean => end >= endOfMinimum(start, days);

/** Last instant of a period that is counted back from a deadline. */
export const latestBefore = (deadline: Date, days: number): Date => addDays(deadline, -days);

/** A strict reader asks one date more of a period counted back: worth a warning below 24 spare hours. */
export const isTightBefore = (moment: Date, deadline: Date, days: number): boolean =>
  moment <= latestBefore(deadline, days) && moment > latestBefore(deadline, days + 1);

/**
 * End (24:00) of a period in which somebody must act, moved to the next working day when its last day is none.
 *
 * @throws Refused `law.holiday_table_missing`
 */
export function endOfPeriod(event: Date, days: number, tables: readonly HolidayTable[] = HOLIDAY_TABLES): Date {
  let last = addDays(event, days);
  while (!isWorkday(last, tables)) last = addDays(last, 1);
  return endOfShanghaiDay(last);
}

/** End (24:00) of a period that no holiday moves: moving it would not help the one who must act. */
export const endOfFixedPeriod = (event: Date, days: number): Date => endOfShanghaiDay(addDays(event, days));

/** A timer that stood still while the lot was suspended ends as much later. */
export const extendBySuspension = (end: Date, suspendedAt: Date, resumedAt: Date): Date =>
  new Date(end.getTime() + Math.max(0, resumedAt.getTime() - suspendedAt.getTime()));
