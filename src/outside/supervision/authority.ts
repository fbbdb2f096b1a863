/** The supervising body that this program stands for, and where it supervises. */
export const AUTHORITY = {
  name: "清溪市发展和改革委员会（演示）",
  creditCode: "11520100MB00000039",
  jurisdiction: "520100",
} as const;
