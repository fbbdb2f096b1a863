import { type Refusal, refuse } from "@/core/refusal";
import { addDays, addHours, formatDate, formatInstant } from "@/core/time";
import type { BackReason } from "./schema";

/** A transfer as the bank tells of it. */
export interface Transfer {
  readonly transaction: string;
  readonly paidFen: bigint;
  readonly paidAt: Date;
  readonly payerName: string;
  readonly payerAccount: string;
  readonly payerBank: string;
}

export type TransferVerdict = "held" | "late" | "repeated" | "contradicted";

/**
 * What a word of the bank does. Told twice it counts once; another sum under the same transaction is refused and looked at by
 * a person. In time is what the bank's instant says, however late it is told (IR26: before the bid deadline).
 */
export function judgeTransfer(
  known: Pick<Transfer, "paidFen"> | undefined,
  told: Pick<Transfer, "paidFen" | "paidAt">,
  deadline: Date,
): TransferVerdict {
  if (known) return known.paidFen === told.paidFen ? "repeated" : "contradicted";
  return told.paidAt < deadline ? "held" : "late";
}

/** What of a new transfer is above what is asked: it goes back at once, whatever becomes of the rest. */
export const surplusOf = (requiredFen: bigint, heldFen: bigint, paidFen: bigint): bigint => {
  const over = heldFen + paidFen - requiredFen;
  return over <= 0n ? 0n : over < paidFen ? over : paidFen;
};

/** Accounts of the security ledger. None is the operator's, the agency's or the platform's. */
export const SECURITY_ACCOUNTS = ["custody", "deposits", "interest"] as const;
export type SecurityAccount = (typeof SECURITY_ACCOUNTS)[number];
export type SecurityPosting = readonly (readonly [account: SecurityAccount, fen: bigint])[];

/** Money lies in custody and is owed to the bidder. */
export const creditPosting = (fen: bigint): SecurityPosting => [
  ["custody", fen],
  ["deposits", -fen],
];
/** Principal and the bank's interest go back to the account that the principal came from. */
export const refundPosting = (principal: bigint, interest: bigint): SecurityPosting => [
  ["deposits", principal],
  ...(interest ? ([["interest", interest]] as const) : []),
  ["custody", -(principal + interest)],
];
/** The tenderer keeps it: no longer owed to the bidder, out of custody to the tenderer's account. */
export const forfeitPosting = (fen: bigint): SecurityPosting => [
  ["deposits", fen],
  ["custody", -fen],
];

/** Interest runs on money that was held for the tender; what was never asked for earns none. */
export const bearsInterest = (reason: BackReason): boolean => reason !== "late" && reason !== "surplus";

/** How a bid of the payer's stands. */
export interface Fate {
  /** A bid stands: neither replaced nor withdrawn. */
  readonly standing: boolean;
  /** When its last bid was withdrawn, where none stands. */
  readonly withdrawnAt: Date | null;
  /** Given up after the deadline, or deemed so (撤销). */
  readonly revoked: boolean;
  /** Deemed withdrawn without the bidder's fault (O20 art. 31), and since when. */
  readonly excusedAt: Date | null;
  /** It did not consent to a longer validity, and left (CLK-24). */
  readonly refusedAt: Date | null;
  /** Not opened by the bidder's fault, where the tender document does not say that this costs the security; since when. */
  readonly sparedAt: Date | null;
}

export interface BackFacts {
  readonly state: string;
  readonly deadline: Date;
  readonly fate: Fate;
  /** `late`: the transfer came after the deadline. */
  readonly verdict: "held" | "late";
  /** The tenderer's decision about keeping it; `open` while it may still decide. */
  readonly keeping: "none" | "open" | "keep" | "return";
  /** When the contract was signed. */
  readonly contractAt?: Date | undefined;
  readonly now: Date;
}

export interface Back {
  readonly reason: BackReason;
  /** Event from which the law's five days count. */
  readonly from: Date;
  readonly clock: "withdrawal" | "contract" | "termination";
  /** Not sent before: who took its bid back may hand it in again. */
  readonly sendAfter: Date;
}

/** A withdrawn bid may be handed in again: so long its security waits, and never longer than until the deadline. */
export const RETHINK_HOURS = 24;

const ENDED: Readonly<Record<string, BackReason>> = { F1: "failed", F2: "rejected", F3: "terminated", F4: "void" };

/**
 * Why a transfer goes back now, and from when its days count; undefined while it stays (CLK-22, 23, 28; IR31, 35, 57;
 * transitions 11 and 25). What the tenderer may keep waits for its decision, and what it keeps never goes back.
 */
export function backOf(facts: BackFacts): Back | undefined {
  const { state, deadline, fate, verdict, keeping, contractAt, now } = facts;
  const back = (reason: BackReason, from: Date, clock: Back["clock"], sendAfter = from): Back => ({
    reason,
    from,
    clock,
    sendAfter,
  });
  if (verdict === "late") return back("late", now, "termination");
  if (keeping === "return") return back("returned", now, "withdrawal");
  if (keeping !== "none") return undefined;
  const ended = ENDED[state];
  if (ended) return back(ended, now, "termination");
  if (!fate.standing && state === "T1") {
    if (!fate.withdrawnAt) return undefined;
    const rethink = addHours(fate.withdrawnAt, RETHINK_HOURS);
    return back("withdrawn", fate.withdrawnAt, "withdrawal", rethink < deadline ? rethink : deadline);
  }
  if (!fate.standing)
    return fate.withdrawnAt
      ? back("withdrawn", fate.withdrawnAt, "withdrawal")
      : back("no-bid", deadline, "withdrawal");
  if (fate.excusedAt) return back("not-opened", fate.excusedAt, "withdrawal");
  if (fate.refusedAt) return back("released", fate.refusedAt, "withdrawal");
  if (fate.sparedAt) return back("not-kept", fate.sparedAt, "withdrawal");
  if (fate.revoked) return undefined;
  return contractAt ? back("contract", contractAt, "contract") : undefined;
}

export interface PayerFacts {
  /** Mandatory by law; the rule on the basic account is for these alone (IR26). */
  readonly isMandatory: boolean;
  readonly isDomestic: boolean;
  /** Basic account of the registration (基本账户); empty when none is registered. */
  readonly basicAccount: string;
  readonly payerAccount: string;
}

const digits = (account: string): string => account.replace(/[\s-]/g, "");

/** what the payer's account says against the basic account; undefined when nothing is asked or it agrees. */
export function payerFinding({ isMandatory, isDomestic, basicAccount, payerAccount }: PayerFacts): string | undefined {
  if (!isMandatory || !isDomestic) return undefined;
  if (!digits(basicAccount)) return "单位登记信息中没有基本账户，无法核对转出账户，请依招标文件认定。";
  return digits(basicAccount) === digits(payerAccount)
    ? undefined
    : "不是从投标人登记的基本账户转出（实施条例第二十六条），请依招标文件认定。";
}

/** accounts that paid for more than one bidder, with the bidders (IR40(6)). */
export function samePayers<T extends { readonly orgId: string; readonly payerAccount: string }>(
  payments: readonly T[],
): { readonly payerAccount: string; readonly orgIds: readonly string[] }[] {
  const byAccount = new Map<string, Set<string>>();
  for (const { orgId, payerAccount } of payments) {
    const key = digits(payerAccount);
    byAccount.set(key, (byAccount.get(key) ?? new Set()).add(orgId));
  }
  return [...byAccount].flatMap(([payerAccount, orgIds]) =>
    orgIds.size > 1 ? [{ payerAccount, orgIds: [...orgIds].sort() }] : [],
  );
}

/** An account number as lists show it. */
export const maskedAccount = (account: string): string =>
  account.length <= 8 ? account : `${account.slice(0, 4)} **** ${account.slice(-4)}`;

/** Seconds until the bank is asked again what came into a sub-account: a transfer takes its time. */
export const secondsToNextLook = (asked: number): number => (asked < 40 ? 15 : 600);

/** States in which bids are still needed: from the end of the opening until the award notice. */
const BINDING: readonly string[] = ["O2", "E1", "E1b", "E2", "A1", "A2"];

/** `2026-06-22 24:00`: the end of a validity as people say it. */
export const validityText = (end: Date): string => `${formatDate(addDays(end, -1))} 24:00`;

export const mayExtend = (state: string): boolean => BINDING.includes(state);

/**
 * May bidders be asked to extend now (R-L.101, CLK-24)? While bids bind, to a later day than the present one, with a time to answer
 * that ends before the validity does, and one request at a time.
 */
export function refusalToExtend(
  facts: {
    readonly state: string;
    readonly validityEnd: Date;
    readonly openUntil: Date | undefined;
    readonly newEnd: Date;
    readonly replyBy: Date;
  },
  now: Date,
): Refusal | undefined {
  const { state, validityEnd, openUntil, newEnd, replyBy } = facts;
  if (!mayExtend(state)) return refuse("conflict", "validity.not_now");
  if (now >= validityEnd) return refuse("too_late", "validity.over", { end: validityText(validityEnd) });
  if (openUntil && now < openUntil) return refuse("conflict", "validity.asked", { until: formatInstant(openUntil) });
  if (newEnd <= validityEnd) return refuse("invalid", "validity.not_longer", { end: validityText(validityEnd) });
  return replyBy <= now || replyBy > validityEnd
    ? refuse("invalid", "validity.reply_time", { end: validityText(validityEnd) })
    : undefined;
}
