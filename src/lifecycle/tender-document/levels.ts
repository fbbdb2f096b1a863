/** Levels of a qualification (资质等级) from the highest to the lowest; the place is what documents and bids carry. */
export const LEVELS = [
  "特级（综合）",
  "一级（甲级）",
  "二级（乙级）",
  "三级（丙级）",
  "四级（丁级）",
  "不分等级",
] as const;

export const levelName = (level: number): string => LEVELS[level] ?? "—";
