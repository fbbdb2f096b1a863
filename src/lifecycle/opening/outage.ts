import { addDays, addHours, addMinutes, formatInstant, shanghaiParts, startOfShanghaiDay } from "@/core/time";
import { isWorkday } from "@/core/workdays";
import type { Outage } from "@/kit/heartbeat";

/**
 * What the platform's own silence does to the clocks of a lot (平台故障). Printed on /about: nobody decides it in the hour
 * of need, and it is the same for every lot.
 */
export const OUTAGE_RULE = {
  /** Silences that add up to less change nothing. */
  leastSeconds: 60,
  /** So long before a deadline it matters whether bids can be handed in. */
  watchMinutes: 60,
  /** A deadline moves on by the time that was lost, and by so much at least. */
  leastMoveMinutes: 60,
  /** A decryption window goes on for the time that was lost, and for so much at least after the end of the silence. */
  leastWindowMinutes: 10,
} as const;

/** A silence as the record of a lot has it. */
export interface Silence {
  readonly from: string;
  readonly to: string;
}

/** Parts without which nobody hands in a bid or a key. */
const RECEIVING: readonly string[] = ["web", "receiver"];

interface Span {
  readonly from: Date;
  readonly to: Date | undefined;
}

/**
 * Silences of the receiving parts that touch the span [from, to), as they were: laid over one another, each once.
 *
 * @returns in order of time; the last has no end when a part is still silent
 */
export function silencesWithin(outages: readonly Outage[], from: Date, to: Date): Span[] {
  const merged: { from: Date; to: Date | undefined }[] = [];
  const relevant = outages
    .filter((outage) => RECEIVING.includes(outage.part) && outage.from < to && (!outage.to || outage.to > from))
    .sort((a, b) => a.from.getTime() - b.from.getTime());
  for (const outage of relevant) {
    const last = merged.at(-1);
    if (last && (!last.to || outage.from <= last.to)) {
      if (last.to && (!outage.to || outage.to > last.to)) last.to = outage.to;
    } else merged.push({ from: outage.from, to: outage.to });
  }
  return merged;
}

/** Seconds of the span [from, to) that were lost in silences. */
export function lostSeconds(silences: readonly Span[], from: Date, to: Date): number {
  return silences.reduce((sum, silence) => {
    const begin = Math.max(silence.from.getTime(), from.getTime());
    const end = Math.min(silence.to?.getTime() ?? Number.POSITIVE_INFINITY, to.getTime());
    return sum + Math.max(0, end - begin) / 1000;
  }, 0);
}

export type OutageVerdict =
  /** Nothing was lost that counts. */
  | { readonly kind: "none" }
  /** The silence goes on: nothing of this lot may end now. */
  | { readonly kind: "wait"; readonly since: Date }
  /** It is over: the end moves. */
  | {
      readonly kind: "move";
      readonly end: Date;
      readonly seconds: number;
      readonly silences: readonly Silence[];
    };

/**
 * What silences do to the end of a bidder's time. Only time before that end is lost time; what follows it delays the new
 * end, because nobody can come before the platform is back.
 *
 * @param span.from beginning of the watch: an hour before a deadline, or the opening; later when silences before were
 *   counted already
 */
export function judgeOutage(
  outages: readonly Outage[],
  span: { readonly from: Date; readonly end: Date; readonly kind: "deadline" | "window" },
  now: Date,
): OutageVerdict {
  const silences = silencesWithin(outages, span.from, span.end);
  const seconds = Math.floor(lostSeconds(silences, span.from, span.end < now ? span.end : now));
  if (seconds < OUTAGE_RULE.leastSeconds) return { kind: "none" };
  const open = silences.find(({ to }) => !to);
  if (open) return { kind: "wait", since: open.from };
  const base = span.end > now ? span.end : now;
  const end =
    span.kind === "deadline"
      ? openingHour(addMinutes(base, Math.max(OUTAGE_RULE.leastMoveMinutes, Math.ceil(seconds / 60))))
      : laterOf(new Date(base.getTime() + seconds * 1000), addMinutes(now, OUTAGE_RULE.leastWindowMinutes));
  const told = silences.map(({ from, to }) => ({ from: from.toISOString(), to: to!.toISOString() }));
  return { kind: "move", end, seconds, silences: told };
}

const laterOf = (a: Date, b: Date): Date => (a > b ? a : b);

const QUARTER_MS = 15 * 60_000;

/** The next full quarter of an hour at which people are at their desks: a working day, 09:00 to 17:00 Beijing time. */
export function openingHour(at: Date): Date {
  const quarter = new Date(Math.ceil(at.getTime() / QUARTER_MS) * QUARTER_MS);
  const { hour, minute } = shanghaiParts(quarter);
  const today = startOfShanghaiDay(quarter);
  if (isWorkday(quarter) && hour < 9) return addHours(today, 10);
  if (isWorkday(quarter) && (hour < 17 || (hour === 17 && minute === 0))) return quarter;
  let day = addDays(today, 1);
  while (!isWorkday(day)) day = addDays(day, 1);
  return addHours(day, 10);
}

/** The silences in words, for the notice and the hall. */
export const silencesText = (silences: readonly Silence[]): string =>
  silences.map(({ from, to }) => `${formatInstant(new Date(from))} 至 ${formatInstant(new Date(to))}`).join("、");
