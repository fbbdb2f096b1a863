import { type Refusal, refuse } from "@/core/refusal";
import { addMinutes, formatInstant } from "@/core/time";
import type { Lot } from "@/lifecycle/lot/queries";
import { OUTAGE_RULE } from "./outage";
import { isOpening } from "./rounds";

/** Length of the reason of a measure and of the place of its proof. */
export const MEASURE_CHARS = { least: 5, most: 500 } as const;

/** The host extends by five minutes at least; all extensions of one opening together by no more than the printed window. */
export const EXTENSION = { leastMinutes: 5, timesPrinted: 1 } as const;

/** One measure of the host as the record has it. */
export interface Measure {
  readonly kind: "extended" | "paused" | "resumed";
  readonly reason: string;
  readonly evidence: string;
  readonly oldEnd: string;
  readonly newEnd: string;
  readonly at: string;
}

type Taken = Pick<Measure, "kind"> & { readonly oldEnd: Date; readonly newEnd: Date; readonly at: Date };

/** Minutes by which the host has extended the window so far. */
const extendedMinutes = (measures: readonly Taken[]): number =>
  measures
    .filter(({ kind }) => kind === "extended")
    .reduce((sum, { oldEnd, newEnd }) => sum + (newEnd.getTime() - oldEnd.getTime()) / 60_000, 0);

/** Minutes that are left of what the host may give. */
export const extensionLeft = (measures: readonly Taken[], printedMinutes: number): number =>
  Math.max(0, EXTENSION.timesPrinted * printedMinutes - Math.round(extendedMinutes(measures)));

type Held = Pick<Lot, "state" | "flags" | "windowEndsAt" | "secondOpenedAt">;

/** May the host give everybody more time to decrypt? While the window runs, and within what is printed on the rule. */
export function refusalToExtend(
  lot: Held,
  facts: { readonly minutes: number; readonly left: number; readonly announced: boolean },
  now: Date,
): Refusal | undefined {
  if (!isOpening(lot) || !lot.windowEndsAt || facts.announced) return refuse("conflict", "opening.no_window");
  if (lot.flags.length) return refuse("conflict", "opening.suspended");
  if (now >= lot.windowEndsAt)
    return refuse("too_late", "opening.window_ended", { end: formatInstant(lot.windowEndsAt) });
  return facts.minutes > facts.left ? refuse("invalid", "opening.extension_limit", { left: facts.left }) : undefined;
}

/** May the host pause the opening? While it is held and nothing else holds it, until its record is signed. */
export function refusalToPause(lot: Held, signed: boolean): Refusal | undefined {
  if (!isOpening(lot) || signed) return refuse("conflict", "opening.not_open");
  return lot.flags.length ? refuse("conflict", "opening.suspended") : undefined;
}

/** May the host resume? What the host paused, and nothing that somebody else holds. */
export function refusalToResume(lot: Held): Refusal | undefined {
  if (!isOpening(lot) || !lot.flags.includes("SUSPENDED_INCIDENT")) return refuse("conflict", "opening.not_paused");
  return lot.flags.length > 1 ? refuse("conflict", "opening.suspended") : undefined;
}

/**
 * End of the window after a pause: the time that was left at its beginning, and as much as after an outage, so that everybody
 * can come back. A window that had ended before the pause stays ended.
 */
export function endAfterPause(pause: { readonly at: Date; readonly oldEnd: Date }, now: Date): Date {
  const leftMs = pause.oldEnd.getTime() - pause.at.getTime();
  if (leftMs <= 0) return pause.oldEnd;
  const [rest, least] = [new Date(now.getTime() + leftMs), addMinutes(now, OUTAGE_RULE.leastWindowMinutes)];
  return rest > least ? rest : least;
}

/** A measure as one sentence, for hall, letters and record. */
export function measureText({
  kind,
  reason,
  oldEnd,
  newEnd,
}: Pick<Taken, "kind" | "oldEnd" | "newEnd"> & { readonly reason: string }): string {
  if (kind === "extended")
    return `主持人为所有投标人将解密时间由 ${formatInstant(oldEnd)} 延长至 ${formatInstant(newEnd)}，原因：${reason}`;
  if (kind === "paused") return `主持人暂停开标，各项期限停止计算，原因：${reason}`;
  return `主持人恢复开标（${reason}），解密时间至 ${formatInstant(newEnd)}`;
}
