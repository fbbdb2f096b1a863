/** Code lists of the national data rules that forms offer and messages carry. Codes as numbered there. */

/** Class of a tender project (招标项目类型, CL14); also begins the unified deal code. */
export const TENDER_CLASSES = {
  A01: "房屋建筑",
  A02: "市政",
  A03: "公路",
  A04: "铁路",
  A05: "民航",
  A06: "水运",
  A07: "水利",
  A08: "能源",
  A09: "邮电通信",
  A10: "桥梁",
  A11: "城市轨道交通",
  A12: "矿产冶金",
  A13: "信息网络",
  A14: "工业制造",
  A99: "其他",
} as const;
export type TenderClass = keyof typeof TENDER_CLASSES;

/** Sections of the industry classification with their first and last division (GB/T 4754-2017, CL19). */
const INDUSTRY_DIVISIONS: Readonly<Record<string, readonly [number, number]>> = {
  A: [1, 5],
  B: [6, 12],
  C: [13, 43],
  D: [44, 46],
  E: [47, 50],
  F: [51, 52],
  G: [53, 60],
  H: [61, 62],
  I: [63, 65],
  J: [66, 69],
  K: [70, 70],
  L: [71, 72],
  M: [73, 75],
  N: [76, 79],
  O: [80, 82],
  P: [83, 83],
  Q: [84, 85],
  R: [86, 90],
  S: [91, 96],
  T: [97, 97],
};

/** Is this a division of GB/T 4754-2017, letter and two digits, e.g. `E47`? */
export function isIndustryCode(text: string): boolean {
  const range = /^[A-T]\d{2}$/.test(text) ? INDUSTRY_DIVISIONS[text[0]!] : undefined;
  const division = Number(text.slice(1));
  return range !== undefined && range[0] <= division && division <= range[1];
}

/** Provinces and the like, the first two digits of a region code (GB/T 2260). */
const PROVINCES = /^(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|81|82)/;

/** Shape of a region code (GB/T 2260): six digits that begin with a province. */
export const isRegionCode = (text: string): boolean => /^\d{6}$/.test(text) && PROVINCES.test(text);
