import { expect, test } from "vitest";
import { FACTS, MATRIX, WATCHERS } from "./matrix";
import { RECEIVER, ROOM_TABS, ROUTES, receiverRoutesThatExist, routesThatExist, tabsThatExist } from "./surfaces";

test("R-O.21: every page, handler and route of the receiver has a row by which it is looked at for leaks, and no row is of none", () => {
  expect(routesThatExist().length).toBeGreaterThan(60);
  expect(Object.keys(ROUTES).sort()).toEqual(routesThatExist());
  expect(Object.keys(RECEIVER).sort()).toEqual(receiverRoutesThatExist());
  expect(ROOM_TABS.split(" ")).toEqual(tabsThatExist());
});

test("R-O.21 R-5.4.4: the matrix has a cell for every fact and watcher, and nobody else's secret opens before the opening", () => {
  for (const fact of FACTS)
    for (const watcher of WATCHERS) {
      const from = MATRIX[fact][watcher];
      expect(from === "never" || !/^[DPT]/.test(from), `${fact} ${watcher}`).toBe(true);
    }
});
