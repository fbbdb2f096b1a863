/** What has been sent at an instant of the page's monotonic clock. */
export interface Sample {
  readonly ms: number;
  readonly bytes: number;
}

/** Lines are measured over the last seconds: the beginning says little about now. */
const WINDOW_MS = 15_000;
/** A slow line, for the warning before anything was measured: 1 Mbit/s. */
export const ASSUMED_BYTES_PER_SECOND = 125_000;
/** With less than this between the expected end and the deadline the page warns. */
export const THIN_MARGIN_MS = 3 * 60_000;

/** Adds a sample and forgets those that are too old to matter. */
export function withSample(samples: readonly Sample[], sample: Sample): Sample[] {
  const recent = samples.filter(({ ms }) => sample.ms - ms <= WINDOW_MS);
  // One older sample stays, so that two are left on a line that stood still.
  const before = samples.filter(({ ms }) => sample.ms - ms > WINDOW_MS).slice(-1);
  return [...(recent.length ? [] : before), ...recent, sample];
}

/** Bytes a second over the samples; undefined until there are two at different times. */
export function speedOf(samples: readonly Sample[]): number | undefined {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.ms - first.ms < 500) return undefined;
  return ((last.bytes - first.bytes) * 1000) / (last.ms - first.ms);
}

export interface Estimate {
  readonly bytesLeft: number;
  /** Bytes a second; measured, or assumed. */
  readonly speed: number;
  readonly measured: boolean;
  /** Milliseconds until everything is sent; Infinity on a line that stands still. */
  readonly needsMs: number;
  /** Deadline minus expected end; negative when it will not do. */
  readonly marginMs: number;
  readonly tone: "ok" | "thin" | "late";
}

/** When the upload will end and what then is left until the deadline. @param leftMs - until the deadline, by server time. */
export function estimate(input: {
  totalBytes: number;
  sentBytes: number;
  speed: number | undefined;
  leftMs: number;
}): Estimate {
  const bytesLeft = Math.max(0, input.totalBytes - input.sentBytes);
  const speed = input.speed ?? ASSUMED_BYTES_PER_SECOND;
  const needsMs = bytesLeft === 0 ? 0 : speed > 0 ? (bytesLeft / speed) * 1000 : Number.POSITIVE_INFINITY;
  const marginMs = input.leftMs - needsMs;
  const tone = marginMs <= 0 ? "late" : marginMs < THIN_MARGIN_MS ? "thin" : "ok";
  return { bytesLeft, speed, measured: input.speed !== undefined, needsMs, marginMs, tone };
}

/** `8.1 Mbit/s`, as lines are sold. */
export const speedText = (bytesPerSecond: number): string => `${((bytesPerSecond * 8) / 1_000_000).toFixed(1)} Mbit/s`;

/** Minutes before the deadline at which the page speaks. */
const MARKS = [60, 30, 15, 10, 5, 1] as const;

/** The smallest mark that the time left is within; undefined while there is more than an hour. */
export const deadlineMark = (leftMs: number): number | undefined =>
  MARKS.filter((minutes) => leftMs <= minutes * 60_000).at(-1);
