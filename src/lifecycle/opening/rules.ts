import { type Refusal, refuse } from "@/core/refusal";
import { addDays, addHours, addMinutes, formatInstant } from "@/core/time";
import type { Lot } from "@/lifecycle/lot/queries";
import type { LotState } from "@/lifecycle/lot/states";
import { isOpening } from "./rounds";

/** Longest thing to say in the hall at once. */
export const MAX_MESSAGE_CHARS = 500;

/** Failure classes (解密失败分类) and the legal effect that follows from the cause (O20 art. 31). */
export const FAILURE_CLASSES = {
  "DF-1": { text: "开标期间未登录解密", effect: "REVOKED" },
  "DF-2": { text: "证书不匹配或口令错误，且未使用应急解密码", effect: "REVOKED" },
  "DF-3": { text: "投标文件自身无法用其密钥打开", effect: "REVOKED" },
  "DF-4": { text: "平台保存的数据与递交时的校验值不一致", effect: "WITHDRAWN" },
  "DF-5": { text: "平台或网络故障", effect: "WITHDRAWN" },
  "DF-6": { text: "认证机构或时间戳服务中断", effect: "WITHDRAWN" },
  /** Not a failure of decryption: the bidder's own signed act (IR35). */
  RV: { text: "投标人在投标截止后撤销投标文件", effect: "REVOKED" },
  "DF-7": { text: "已解密，开标一览表或报价清单不完整，交由评标委员会认定", effect: "NONE" },
} as const;
export type FailureClass = keyof typeof FAILURE_CLASSES;

/** How the opening of a bid ends that was revoked before it was announced. */
export const REVOKED = { state: "failed", failureClass: "RV", legalEffect: "REVOKED", form: null } as const;

/** 撤销 keeps counting and may cost the security; 撤回 is nobody's fault on the bidder's side. */
export const EFFECT_TEXTS = { REVOKED: "视为撤销投标文件", WITHDRAWN: "视为撤回投标文件", NONE: "继续评审" } as const;

/** Sign-in (开标签到) from 24 hours before the deadline until the decryption window ends (CLK-30). */
export function refusalToSignIn(
  lot: Pick<Lot, "state" | "bidDeadline" | "windowEndsAt" | "secondOpeningAt">,
  now: Date,
): Refusal | undefined {
  // The second opening: from its announcement until its own window ends.
  if (lot.state === "E1b") {
    if (!lot.secondOpeningAt) return refuse("too_early", "opening.second_not_announced");
    return lot.windowEndsAt && now >= lot.windowEndsAt
      ? refuse("too_late", "opening.window_ended", { end: formatInstant(lot.windowEndsAt) })
      : undefined;
  }
  if (!lot.bidDeadline || !["T1", "T2", "O1"].includes(lot.state)) return refuse("conflict", "opening.not_open");
  const from = addHours(lot.bidDeadline, -24);
  if (now < from) return refuse("too_early", "opening.sign_in_too_early", { from: formatInstant(from) });
  if (lot.windowEndsAt && now >= lot.windowEndsAt)
    return refuse("too_late", "opening.window_ended", { end: formatInstant(lot.windowEndsAt) });
  return undefined;
}

/** A key counts at one second before the end of the window and not one second after it. */
export function refusalToRelease(
  lot: Pick<Lot, "state" | "flags" | "windowEndsAt" | "secondOpenedAt">,
  now: Date,
): Refusal | undefined {
  if (!isOpening(lot) || !lot.windowEndsAt) return refuse("conflict", "opening.not_open");
  if (lot.flags.length) return refuse("conflict", "opening.suspended");
  if (now >= lot.windowEndsAt)
    return refuse("too_late", "opening.window_ended", { end: formatInstant(lot.windowEndsAt) });
  return undefined;
}

/** The host of an opening, and since when nothing was heard of that person. */
export interface Chair {
  readonly personId: string;
  /** Organisation and person. */
  readonly name: string;
  readonly awayMinutes: number;
}
/** A host who was not heard of for so long may be replaced. */
export const CHAIR_AWAY_MINUTES = 15;

/** Host's acts are the host's: nobody else does them beside the one who is there. */
export const refusalToHost = (chair: Chair | undefined, personId: string): Refusal | undefined =>
  chair && chair.personId !== personId
    ? refuse("conflict", "opening.other_host", { name: chair.name, minutes: CHAIR_AWAY_MINUTES })
    : undefined;

/** May somebody take over an opening? While it is held, and when its host has gone. */
export function refusalToTakeChair(
  lot: Pick<Lot, "state">,
  chair: Chair | undefined,
  personId: string,
): Refusal | undefined {
  if (lot.state !== "O1" && lot.state !== "E1b") return refuse("conflict", "opening.not_open");
  if (chair?.personId === personId) return refuse("conflict", "opening.host_already");
  return chair && chair.awayMinutes < CHAIR_AWAY_MINUTES
    ? refuse("too_early", "opening.host_present", { name: chair.name, minutes: CHAIR_AWAY_MINUTES })
    : undefined;
}

/** Reason of a revocation, as host and committee read it. */
export const REVOCATION_CHARS = { least: 5, most: 500 } as const;

/** From the deadline until the award notice is sent. */
const REVOCABLE: readonly LotState[] = ["T2", "O1", "O2", "E1", "E1b", "E2", "A1", "A2"];

/**
 * May a bidder give its bid up now (撤销, IR35)? After the deadline, and until the award notice; a suspension holds nobody in a
 * procedure that it wants to leave.
 */
export function refusalToRevoke(lot: Pick<Lot, "state">): Refusal | undefined {
  if (lot.state === "T1") return refuse("too_early", "opening.revoke_too_early");
  return REVOCABLE.includes(lot.state) ? undefined : refuse("too_late", "opening.revoke_too_late");
}

/** What machine evidence says when the window has ended and a bid is not open. */
export function failureOfSilence(evidence: { signedIn: boolean; attempts: number }): FailureClass {
  return evidence.attempts > 0 ? "DF-2" : "DF-1";
}

/** The hall's steps as everybody sees them. */
export const HALL_STEPS = ["签到", "公布名单", "解密", "唱标", "确认与异议", "结束"] as const;

/** Index into HALL_STEPS for a lot and whether prices have been announced. */
export function hallStep(lot: Pick<Lot, "state" | "secondOpenedAt">, announced: boolean): number {
  if (lot.state === "T1" || lot.state === "T2") return 0;
  if (isOpening(lot)) return announced ? 4 : 2;
  return lot.state === "E1b" ? 0 : 5;
}

/** So long before the second opening it is announced at least, so that who passed can be there. */
export const SECOND_OPENING_NOTICE = { leastMinutes: 30, mostDays: 30 } as const;

/** May the second opening be set for this instant (E1b)? Announced anew, it may move until it begins. */
export function refusalToAnnounceSecond(
  lot: Pick<Lot, "state" | "flags" | "secondOpenedAt">,
  at: Date,
  now: Date,
): Refusal | undefined {
  if (lot.state !== "E1b" || lot.secondOpenedAt) return refuse("conflict", "opening.no_second_to_announce");
  if (lot.flags.length) return refuse("conflict", "opening.suspended");
  const { leastMinutes, mostDays } = SECOND_OPENING_NOTICE;
  const [earliest, latest] = [addMinutes(now, leastMinutes), addDays(now, mostDays)];
  return at < earliest || at > latest
    ? refuse("invalid", "opening.second_time", { earliest: formatInstant(earliest), latest: formatInstant(latest) })
    : undefined;
}

/** May the second envelopes be opened now? At the announced time and not before. */
export function refusalToOpenSecond(
  lot: Pick<Lot, "state" | "flags" | "secondOpeningAt" | "secondOpenedAt">,
  now: Date,
): Refusal | undefined {
  if (lot.state !== "E1b" || lot.secondOpenedAt) return refuse("conflict", "opening.not_open");
  if (lot.flags.length) return refuse("conflict", "opening.suspended");
  if (!lot.secondOpeningAt) return refuse("too_early", "opening.second_not_announced");
  return now < lot.secondOpeningAt
    ? refuse("too_early", "opening.second_too_early", { at: formatInstant(lot.secondOpeningAt) })
    : undefined;
}

/** The base estimate is read out once, between the beginning of the opening and the end of its record (IR50). */
export function refusalToReadOut(
  lot: Pick<Lot, "state" | "openedAt">,
  done: { readonly readOut: boolean; readonly signed: boolean },
): Refusal | undefined {
  if (!lot.openedAt) return refuse("too_early", "opening.base_estimate_too_early");
  if (done.readOut) return refuse("conflict", "opening.base_estimate_read_out");
  return lot.state !== "O1" || done.signed ? refuse("conflict", "opening.record_closed") : undefined;
}
