import { addDays, addHours, startOfShanghaiDay } from "@/core/time";
import { isWorkday } from "@/core/workdays";
import type { Profile } from "./clauses";
import { earliestBidDeadline, earliestSaleEnd } from "./clocks";

/** Office hours at which documents stop being handed out and bids are due, as hours of the Beijing day. */
const SALE_ENDS_AT = 17;
const BIDS_DUE_AT = 9.5;

function workdayFrom(day: Date): Date {
  let found = day;
  // A week off, at most, and a weekend at either end.
  for (let i = 0; i < 12 && !isWorkday(found); i++) found = addDays(found, 1);
  return found;
}

/**
 * Times that a lot may be published with, as a start for its publisher: a day above each minimum, on working days.
 *
 * @throws Refused `law.holiday_table_missing`
 */
export function suggestedSchedule(profile: Profile, now: Date): { saleStart: Date; saleEnd: Date; bidDeadline: Date } {
  const onDay = (earliest: Date, hour: number) => addHours(startOfShanghaiDay(workdayFrom(addDays(earliest, 1))), hour);
  return {
    saleStart: now,
    saleEnd: onDay(earliestSaleEnd(profile, now), SALE_ENDS_AT),
    bidDeadline: onDay(earliestBidDeadline(profile, now), BIDS_DUE_AT),
  };
}
