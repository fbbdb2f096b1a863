import { expect, test } from "vitest";
import { regionName } from "./regions";

test("a region is named as far as it is known, and its code stays where it is not", () => {
  expect(regionName("52")).toBe("贵州");
  expect(regionName("520000")).toBe("贵州");
  expect(regionName("520100")).toBe("贵州 贵阳市");
  expect(regionName("520115")).toBe("贵州 贵阳市 520115");
  expect(regionName("440300")).toBe("广东 440300");
  expect(regionName("999999")).toBe("999999");
});
