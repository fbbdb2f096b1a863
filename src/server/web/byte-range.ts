export interface ByteRange {
  readonly start: number;
  readonly length: number;
}

/**
 * The part of a file that a request asks for (RFC 9110 14): one range of bytes. What is not understood is no range; a range
 * that begins beyond the end cannot be given.
 *
 * @param tag - entity tag of the file; with another one in `If-Range` the whole file is meant.
 */
export function byteRange(
  headers: { get(name: string): string | null },
  sizeBytes: number,
  tag: string,
): ByteRange | "unsatisfiable" | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(headers.get("range")?.trim() ?? "");
  if (!match || (!match[1] && !match[2])) return undefined;
  const condition = headers.get("if-range");
  if (condition && condition !== tag) return undefined;
  // `-500`: the last five hundred.
  const start = match[1] ? Number(match[1]) : Math.max(0, sizeBytes - Number(match[2]));
  const end = match[1] && match[2] ? Math.min(Number(match[2]), sizeBytes - 1) : sizeBytes - 1;
  if (match[1] && match[2] && Number(match[2]) < Number(match[1])) return undefined;
  return start >= sizeBytes || end < start ? "unsatisfiable" : { start, length: end - start + 1 };
}
