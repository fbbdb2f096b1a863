import { expect, test } from "vitest";
import { isIndustryCode, isRegionCode, TENDER_CLASSES } from "./code-lists";

test("R-O.8a: codes outside the lists are no codes", () => {
  expect(["E47", "A01", "T97", "K70", "C43"].filter((code) => !isIndustryCode(code))).toEqual([]);
  expect(["E51", "A06", "U01", "47", "e47", "E4", "E470", "A00"].filter(isIndustryCode)).toEqual([]);
  expect(["520000", "520100", "110101", "820000"].filter((code) => !isRegionCode(code))).toEqual([]);
  expect(["990000", "52010", "5201000", "000000", "52010A"].filter(isRegionCode)).toEqual([]);
  expect(Object.keys(TENDER_CLASSES)).toContain("A01");
});
