import { expect, test } from "vitest";
import { allotSeats, isAdjacent } from "./rules";

const seat = (venueId: string, column: number, row = 1) => ({
  code: `${venueId}-${row}${column}`,
  venueId,
  row,
  column,
});

test("R-5.7.24: no member sits beside another member of the same lot", () => {
  const drawn = [seat("A", 1), seat("A", 2), seat("A", 3), seat("B", 1), seat("B", 2)];
  const chosen = allotSeats(drawn, 3)!;
  expect(chosen.map(({ code }) => code)).toEqual(["A-11", "A-13", "B-11"]);
  for (const [i, a] of chosen.entries()) for (const b of chosen.slice(i + 1)) expect(isAdjacent(a, b)).toBe(false);
});

test("the last seat is at another venue when all drawn before it are at one", () => {
  const chosen = allotSeats([seat("A", 1), seat("A", 3), seat("A", 5), seat("B", 1)], 3)!;
  expect(new Set(chosen.map(({ venueId }) => venueId)).size).toBe(2);
});

test("too few seats give no allotment at all", () => {
  expect(allotSeats([seat("A", 1), seat("A", 2)], 2)).toBeUndefined();
});
