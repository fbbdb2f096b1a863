import { HOLIDAYS_2026 } from "./holidays-2026";
import { Refused, refuse } from "./refusal";
import { addDays, endOfShanghaiDay, formatDate, shanghaiParts, startOfShanghaiDay } from "./time";

/** Holidays of one year, as published by the State Council: data that is loaded once a year. */
export interface HolidayTable {
  readonly year: number;
  readonly source: string;
  /** First and last day off, both included: weekends inside are days off as well. */
  readonly holidays: readonly (readonly [from: string, to: string])[];
  /** Saturdays and Sundays that are worked (调休). */
  readonly workdays: readonly string[];
}

/** Years whose table is loaded. Every other year refuses: a guessed holiday would move a legal deadline. */
export const HOLIDAY_TABLES: readonly HolidayTable[] = [HOLIDAYS_2026];

/**
 * Is the Beijing day of this instant a working day (工作日)?
 *
 * @throws Refused `law.holiday_table_missing` when the table of its year is not loaded.
 */
export function isWorkday(date: Date, tables: readonly HolidayTable[] = HOLIDAY_TABLES): boolean {
  const { year, weekday } = shanghaiParts(date);
  const table = tables.find((candidate) => candidate.year === year);
  if (!table) throw new Refused(refuse("unavailable", "law.holiday_table_missing", { year }));
  const day = formatDate(date);
  if (table.workdays.includes(day)) return true;
  if (table.holidays.some(([from, to]) => from <= day && day <= to)) return false;
  return weekday <= 5;
}

/** The same day when it is a working day, else the start of the next one. @throws Refused */
export function onOrAfterWorkday(date: Date, tables: readonly HolidayTable[] = HOLIDAY_TABLES): Date {
  let day = date;
  while (!isWorkday(day, tables)) day = addDays(startOfShanghaiDay(day), 1);
  return day;
}

/**
 * 24:00 of the n-th working day after the day of the event, which is not counted itself.
 *
 * @throws Refused `law.holiday_table_missing`
 */
export function endOfWorkdays(event: Date, count: number, tables: readonly HolidayTable[] = HOLIDAY_TABLES): Date {
  let day = startOfShanghaiDay(event);
  for (let counted = 0; counted < count; ) {
    day = addDays(day, 1);
    if (isWorkday(day, tables)) counted++;
  }
  return endOfShanghaiDay(day);
}
