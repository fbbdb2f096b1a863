/** Steps of an evaluation as they are named on screen; the two envelopes' are of lots that have them alone. */
export const STEP_NAMES = {
  preliminary: "初步评审",
  competition: "认定竞争是否充分",
  detailed: "详细评审",
  "first-envelope": "签署第一信封评审结果",
  "second-opening": "第二信封开标",
  report: "签署评标报告",
  done: "已完成",
} as const;
export type Step = keyof typeof STEP_NAMES;
