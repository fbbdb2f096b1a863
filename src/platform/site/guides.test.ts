import { expect, test } from "vitest";
import { GUIDES, searchGuides } from "./guides";

test("help is found by words of a role or of a step, and nothing is found by others", () => {
  expect(searchGuides([])).toEqual(GUIDES);
  expect(searchGuides(["投标人"]).map(({ id }) => id)).toContain("bidder");
  const codes = searchGuides(["应急解密码"]);
  expect(codes.map(({ id }) => id)).toEqual(["bidder"]);
  expect(codes[0]!.steps).toHaveLength(2);
  expect(searchGuides(["ＡＴＯＭ"])[0]!.steps).toHaveLength(1);
  expect(searchGuides(["专家", "签到"]).map(({ id }) => id)).toEqual(["expert"]);
  expect(searchGuides(["没有这个词"])).toEqual([]);
});
