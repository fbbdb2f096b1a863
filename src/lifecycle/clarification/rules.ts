import { hex } from "@/core/bytes";
import { type CanonicalValue, encodeCanonical } from "@/core/canonical-json";
import { type Refusal, refuse } from "@/core/refusal";
import { addDays, formatInstant } from "@/core/time";
import { isWorkday } from "@/core/workdays";
import { sha256 } from "@/crypto/sha256";
import type { Profile } from "@/lifecycle/law/clauses";
import { latestChange } from "@/lifecycle/law/clocks";
import type { MovableLot } from "@/lifecycle/lot/move-facts";
import { GATHERING_KINDS, type Gathering } from "@/lifecycle/tender-document/schema";
import type { AnsweredItem, Clarification, DocumentChange } from "./schema";

/** May a question still be asked? Until the deadline; a suspension by order or incident stops it, an objection does not. */
export function refusalToAsk(lot: MovableLot, now: Date): Refusal | undefined {
  if (lot.state !== "T1") return refuse("conflict", "clarification.not_tendering");
  if (lot.flags.some((flag) => flag !== "SUSPENDED_OBJECTION")) return refuse("conflict", "clarification.suspended");
  if (lot.bidDeadline && now >= lot.bidDeadline) return refuse("too_late", "clarification.deadline_passed");
  return undefined;
}

/** A clarification says something. */
export function refusalOfEmpty(
  c: Pick<Clarification, "answers" | "remarks" | "changes" | "gatherings">,
): Refusal | undefined {
  return c.answers.length + c.remarks.length + c.changes.length > 0 || c.gatherings
    ? undefined
    : refuse("invalid", "clarification.empty");
}

/**
 * Earliest lawful deadline after a change that may affect bids: fifteen days from now (BL23, IR21, CLK-05), at the hour of
 * the day at which the old deadline was, moved off days on which nobody works.
 *
 * @returns undefined when the deadline may stay.
 */
export function proposedDeadline(profile: Profile, deadline: Date, now: Date): Date | undefined {
  if (now <= latestChange(profile, "tender", deadline)) return undefined;
  let moved = deadline;
  while (now > latestChange(profile, "tender", moved) || !isWorkday(moved)) moved = addDays(moved, 1);
  return moved;
}

/** A new deadline is later than the old one: nobody's time to prepare is taken away. */
export function refusalOfDeadline(old: Date, moved: Date | undefined): Refusal | undefined {
  return moved && moved <= old ? refuse("invalid", "clarification.deadline_earlier") : undefined;
}

/** A visit or meeting that is announced lies ahead, and before the deadline. */
export function refusalOfGatheringTimes(
  gatherings: readonly Gathering[] = [],
  now: Date,
  deadline: Date,
): Refusal | undefined {
  const wrong = gatherings.find(({ at }) => new Date(at) <= now || new Date(at) >= deadline);
  return wrong && refuse("invalid", "clarification.gathering_time", { title: GATHERING_KINDS[wrong.kind] });
}

/** Visits and meetings as a clarification says them to everybody. */
export const gatheringItems = (gatherings: readonly Gathering[] | undefined): AnsweredItem[] =>
  gatherings?.length === 0
    ? [{ clause: "踏勘现场、投标预备会", answer: "不再组织。" }]
    : (gatherings ?? []).map(({ kind, at, place, note }) => ({
        clause: GATHERING_KINDS[kind],
        answer: `时间 ${formatInstant(new Date(at))}，地点 ${place}。面向所有潜在投标人，不登记参加单位，不作为投标条件。${note}`,
      }));

/** What a clarification puts into force, as it is signed, hashed, shown and archived. */
export interface ClarificationContent {
  readonly lot: string;
  readonly number: number;
  readonly title: string;
  readonly documentVersion: number;
  readonly items: readonly AnsweredItem[];
  readonly changes: readonly DocumentChange[];
  readonly affectsBids: boolean;
  readonly obligatory: boolean;
  readonly newDeadline?: string;
  /** Digest of the tender document with this clarification in it. */
  readonly documentDigest: string;
}

/** SHA-256 (hex) of the canonical content; the publisher signs it. */
export const clarificationHash = (content: ClarificationContent): string =>
  hex(
    sha256(
      encodeCanonical({ format: "xinbiao-clarification/1", ...JSON.parse(JSON.stringify(content)) } as CanonicalValue),
    ),
  );
