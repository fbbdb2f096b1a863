import type { HolidayTable } from "./workdays";

/**
 * Public holidays and make-up working days of 2026 as the State Council announced them (国务院办公厅关于2026年部分节假日安排的通知).
 * A year is added as another file of this form; the test compares the table with a public data set.
 */
export const HOLIDAYS_2026: HolidayTable = {
  year: 2026,
  source: "国务院办公厅关于2026年部分节假日安排的通知",
  holidays: [
    ["2026-01-01", "2026-01-03"],
    ["2026-02-15", "2026-02-23"],
    ["2026-04-04", "2026-04-06"],
    ["2026-05-01", "2026-05-05"],
    ["2026-06-19", "2026-06-21"],
    ["2026-09-25", "2026-09-27"],
    ["2026-10-01", "2026-10-07"],
  ],
  workdays: ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"],
};
