/** Scores are whole hundredths of a point inside, decimal texts with two places outside. */
export type Hundredths = number;

/** `1250` → `12.50`. */
export function formatScore(hundredths: Hundredths): string {
  const absolute = Math.abs(hundredths);
  const text = `${Math.trunc(absolute / 100)}.${String(absolute % 100).padStart(2, "0")}`;
  return hundredths < 0 ? `-${text}` : text;
}

/** Reads `12.5` as 1250; undefined when it is no score, is negative, or has more than two places. */
export function parseScore(text: string): Hundredths | undefined {
  const match = /^(\d{1,5})(?:\.(\d{1,2}))?$/.exec(text.trim());
  return match ? Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0")) : undefined;
}
