import { addDays, addHours, addMinutes } from "@/core/time";
import { isWorkday } from "@/core/workdays";
import type { LotFlag, LotState } from "@/lifecycle/lot/states";
import { refusalToMove, refusalToSuspendByOrder } from "@/lifecycle/lot/transitions";
import type { Instruction, RefusalReason } from "./schema";

/** An instruction that is older or newer than this is not believed to be of now. */
export const FRESH_MINUTES = 5;
/** A deadline this near after the resumption is moved on by so many days. */
const TOO_NEAR_HOURS = 24;
export const MOVED_DAYS = 3;
/** A decryption window that goes on leaves everybody the time to come back to the hall. */
export const MIN_WINDOW_MINUTES = 30;

/** Does a region, written with trailing pairs of zeros for everything below, contain another? */
export function covers(jurisdiction: string, region: string): boolean {
  const prefix = jurisdiction.replace(/(00)+$/, "");
  return prefix !== "" && region.startsWith(prefix);
}

export interface InstructionFacts {
  /** Credit code in the certificate that signed. */
  readonly signer: string | undefined;
  /** The lot, when it is one of this site and published. */
  readonly lot?: {
    readonly state: LotState;
    readonly flags: readonly LotFlag[];
    readonly bidDeadline: Date | null;
    readonly twoEnvelopes: boolean;
    readonly region: string;
    /** Credit code of the body that supervises the tender project. */
    readonly supervisor: string | undefined;
  };
  /** The committee, where there is one: codes of its members, standby experts, and the step it is in. */
  readonly committee?: {
    readonly codes: readonly string[];
    readonly standby: number;
    readonly step: string | undefined;
  };
  readonly nonceUsed: boolean;
  readonly numberUsed: boolean;
}

/**
 * Why a well-signed instruction is not carried out; undefined when it is. Who orders must be the one that supervises this
 * very lot, now, once (O20 art. 52; a complaint alone suspends nothing, IR62).
 */
export function refusalOfInstruction(said: Instruction, facts: InstructionFacts, now: Date): RefusalReason | undefined {
  const { lot } = facts;
  if (facts.signer !== said.authority) return "AUTHORITY";
  if (!lot) return "UNKNOWN_LOT";
  if (lot.supervisor !== said.authority || !covers(said.jurisdiction, lot.region)) return "JURISDICTION";
  if (Math.abs(now.getTime() - Date.parse(said.issuedAt)) > FRESH_MINUTES * 60_000) return "STALE";
  if (facts.numberUsed) return "NUMBER";
  if (facts.nonceUsed) return "NONCE";
  switch (said.type) {
    case "SUSPEND":
      return lot.flags.includes("SUSPENDED_ORDER") || refusalToSuspendByOrder(lot, { instructionVerified: true }, now)
        ? "STATE"
        : undefined;
    case "RESUME":
      return lot.flags.includes("SUSPENDED_ORDER") ? undefined : "STATE";
    case "EXTEND":
      return lot.state === "T1" && lot.bidDeadline && said.until && new Date(said.until) > laterOf(lot.bidDeadline, now)
        ? undefined
        : "STATE";
    case "INVALIDATE":
      return refusalToMove(lot, "F4", { decisionNumber: said.no }, now) ? "STATE" : undefined;
    case "REEVALUATE":
      // Before the award notice is sent: what was told to winner and losers is not taken back by a machine (#19).
      if (!REEVALUATED.includes(lot.state)) return "STATE";
      return lot.twoEnvelopes ? "TWO_ENVELOPES" : undefined;
    case "REPLACE_MEMBER":
      return refusalToReplace(said, lot.state, facts.committee);
    case "PROVIDE":
      return said.classes ? undefined : "FORMAT";
    case "NOTICE":
    case "REMIND":
      return undefined;
    default:
      return "TYPE";
  }
}

/** Steps in which a member may be replaced: nothing of the committee has left it, and no second envelope was asked for. */
const REPLACEABLE_STEPS: readonly string[] = ["preliminary", "competition", "detailed"];

/** A member is replaced before the evaluation or while bids are judged, by the next expert on standby (IR48). */
function refusalToReplace(
  { member }: Instruction,
  state: LotState,
  committee: InstructionFacts["committee"],
): RefusalReason | undefined {
  if (!committee || !(state === "O2" || (state === "E1" && REPLACEABLE_STEPS.includes(committee.step ?? ""))))
    return "STATE";
  if (!member || !committee.codes.includes(member)) return "MEMBER";
  return committee.standby ? undefined : "STANDBY";
}

/** Decisions that change the course of a lot; of these those who run the tender take notice on record. */
const DECISIONS: readonly string[] = ["REEVALUATE", "REPLACE_MEMBER", "INVALIDATE"];
export const needsNotice = (type: string): boolean => DECISIONS.includes(type);

/** States from which the original committee evaluates again (transition 19). */
const REEVALUATED: readonly LotState[] = ["E2", "A1", "A2"];

const laterOf = (a: Date, b: Date): Date => (a > b ? a : b);

/** Clocks of a lot at whose end a party loses a right. */
export const CLOCKS = {
  saleEnd: "获取文件截止",
  bidDeadline: "投标截止",
  windowEndsAt: "解密结束",
  secondOpeningAt: "第二信封开标",
  candidatePeriodEndsAt: "公示期满",
  applicationDeadline: "资格预审申请截止时间",
  applicationWindowEndsAt: "资格预审申请文件解密截止时间",
} as const;
export type Clock = keyof typeof CLOCKS;

/**
 * Where the clocks of a lot stand after a suspension: each goes on with the time it had left when the suspension began.
 * A sale, deadline or publication that would then end within a day is moved on by three days, the deadline to a working
 * day; a decryption window leaves half an hour at least. A clock that had run out before stays as it was.
 *
 * @returns the clocks that moved
 */
export function clocksAfterResume(
  clocks: Readonly<Partial<Record<Clock, Date | null>>>,
  suspendedAt: Date,
  now: Date,
): Partial<Record<Clock, Date>> {
  const moved: Partial<Record<Clock, Date>> = {};
  for (const clock of Object.keys(CLOCKS) as Clock[]) {
    const end = clocks[clock];
    if (!end || end <= suspendedAt) continue;
    moved[clock] = endAfter(clock, new Date(now.getTime() + end.getTime() - suspendedAt.getTime()), now);
  }
  return moved;
}

function endAfter(clock: Clock, end: Date, now: Date): Date {
  if (clock === "windowEndsAt" || clock === "applicationWindowEndsAt")
    return laterOf(end, addMinutes(now, MIN_WINDOW_MINUTES));
  let moved = end < addHours(now, TOO_NEAR_HOURS) ? addDays(end, MOVED_DAYS) : end;
  // Bids are opened at the deadline, with people present.
  while ((clock === "bidDeadline" || clock === "applicationDeadline") && !isWorkday(moved)) moved = addDays(moved, 1);
  return moved;
}
