import type { Refusal } from "@/core/refusal";
import { type RoundKind, wordsOf } from "@/lifecycle/law/rounds";
import type { MovableLot } from "@/lifecycle/lot/move-facts";
import { refusalToApply, refusalToSubmit, refusalToWithdraw } from "@/lifecycle/lot/rules";

/** What is handed in sealed. Both come by the same way, and are kept apart. */
export const PURPOSES = ["bid", "application"] as const;
export type Purpose = (typeof PURPOSES)[number];
export const isPurpose = (text: string): text is Purpose => (PURPOSES as readonly string[]).includes(text);

interface PurposeRules {
  /** What the package, its sender, the document that it answers, its form and its deadline are called. */
  readonly name: string;
  readonly sender: string;
  readonly document: string;
  readonly form: string;
  readonly room: string;
  readonly deadline: string;
  readonly refusalToSubmit: (lot: MovableLot, now: Date) => Refusal | undefined;
  readonly refusalToWithdraw: (lot: MovableLot, now: Date) => Refusal | undefined;
}

const APPLICATION = wordsOf("application");

export const RULES_OF: Readonly<Record<Purpose, PurposeRules>> = {
  bid: {
    name: "投标文件",
    sender: "投标人",
    document: "招标文件",
    form: "开标一览表",
    room: "投标工作间",
    deadline: "投标截止",
    refusalToSubmit,
    refusalToWithdraw,
  },
  application: {
    name: APPLICATION.package,
    sender: APPLICATION.sender,
    document: APPLICATION.document,
    form: APPLICATION.form,
    room: APPLICATION.room,
    deadline: APPLICATION.deadline,
    refusalToSubmit: refusalToApply,
    // Until the deadline; where the clocks stand still there is none, whatever the time of day.
    refusalToWithdraw: (lot, now) => refusalToApply({ ...lot, flags: [] }, now),
  },
};

/** What is handed in, and by which rules: the first of two stages brings technical proposals in place of applications. */
export function rulesOf({
  purpose,
  round,
}: {
  readonly purpose: Purpose;
  readonly round?: RoundKind | undefined;
}): PurposeRules {
  if (purpose === "bid" || round !== "proposal") return RULES_OF[purpose];
  const { package: name, sender, document, form, room, deadline } = wordsOf(round);
  return { ...RULES_OF.application, name, sender, document, form, room, deadline };
}

/** Whether a lot is at its applications or at its bids; a prequalification that failed never came to bids. */
export const purposeOf = (lot: {
  readonly prequalified: boolean;
  readonly bidDeadline?: Date | string | null | undefined;
}): Purpose => (lot.prequalified && !lot.bidDeadline ? "application" : "bid");

/** Where the browser keeps a draft: that of an application beside the one of the bid that may follow. */
export const draftKeyOf = ({
  lot,
  purpose,
}: {
  readonly lot: { readonly id: string };
  readonly purpose: Purpose;
}): string => (purpose === "application" ? `${lot.id}-application` : lot.id);
