import { capitalAmount, formatYuan } from "@/core/money";
import { formatInstant } from "@/core/time";
import { GUARANTEE_KINDS, type Guarantee } from "@/lifecycle/bid-security/guarantee/part";
import { membersOf, type OpenedConsortium } from "@/lifecycle/bidding/consortium/opened";
import { bidderTitle } from "@/lifecycle/bidding/consortium/part";
import { fieldsOf, type Round } from "@/lifecycle/tender-document/envelopes";
import type { TenderDocumentContent } from "@/lifecycle/tender-document/schema";
import { EFFECT_TEXTS, FAILURE_CLASSES, type FailureClass } from "./rules";

/** The bid security of one line: form, sum, and whether it is there. */
export interface RecordSecurity {
  readonly form: string;
  readonly amount: string;
  readonly state: string;
}

/**
 * What is read out of a bid's security (R-5.6.6, O20 art. 30): a guarantee that the package holds, else what the bank received before
 * the deadline. Of a package that was not opened nobody knows whether it holds a guarantee.
 */
export function recordSecurity(
  requiredFen: bigint,
  opening: { readonly state: string; readonly guarantee?: Pick<Guarantee, "kind" | "amountFen"> | undefined },
  paidFen: bigint,
): RecordSecurity | undefined {
  if (!requiredFen) return undefined;
  const { guarantee } = opening;
  if (guarantee)
    return {
      form: GUARANTEE_KINDS[guarantee.kind].name,
      amount: formatYuan(BigInt(guarantee.amountFen)),
      state: "已随投标文件递交",
    };
  if (paidFen)
    return {
      form: "银行转账",
      amount: formatYuan(paidFen),
      state: paidFen >= requiredFen ? "已到账" : `已到账，少于要求的 ${formatYuan(requiredFen)}`,
    };
  return opening.state === "decrypted"
    ? { form: "无", amount: "—", state: "未到账" }
    : { form: "—", amount: "—", state: "转账未到账，投标文件未开启" };
}

/** The security of a line in one text. */
export const securityText = ({ form, amount, state }: RecordSecurity): string =>
  amount === "—" ? `${form === "—" ? "" : `${form}，`}${state}` : `${form} ${amount}，${state}`;

/** Does the record name securities? Those of older openings do not. */
export const namesSecurity = ({ rows }: Pick<RecordPayload, "rows">): boolean => rows.some(({ security }) => security);

/** One line of the opening record: one bidder, opened or not, with the cause. */
export interface RecordRow {
  readonly organisation: string;
  readonly creditCode: string;
  /** Members beside the bidder, who leads them, where a consortium bids. */
  readonly members?: readonly { readonly name: string; readonly creditCode: string }[];
  readonly bidId: string;
  readonly sealHash: string;
  readonly receivedAt: string;
  readonly outcome: "decrypted" | "failed";
  readonly failureClass: string;
  readonly cause: string;
  readonly effect: string;
  /** The bid security as it stood at the opening (投标保证金); left out where none is asked, and in the second opening. */
  readonly security?: RecordSecurity;
  /** Printed items, in the order of the tender document's form: label and text. */
  readonly items: readonly { readonly id: string; readonly label: string; readonly value: string }[];
}

export interface RecordPayload {
  readonly format: "xb-opening-record/1";
  /** Of a tender with two envelopes: which one was opened; the first record holds no price. */
  readonly envelope?: Round;
  /** In the second record, the hash of the first. */
  readonly firstRecordHash?: string;
  readonly lot: string;
  readonly lotName: string;
  readonly tender: string;
  readonly openedAt: string;
  readonly windowEndsAt: string;
  readonly announcedAt: string;
  /** Silences of the platform within the window, for which it went on longer for everybody. */
  readonly outages?: readonly { readonly from: string; readonly to: string }[];
  readonly place: string;
  readonly closingHash: string;
  readonly count: number;
  readonly ceiling: string;
  /**
   * The base estimate as it was read out, with the hash that the tender document had printed. It joins the record with host
   * and remarks; what bidders confirm is the announcement without it.
   */
  readonly baseEstimate?: { readonly text: string; readonly hash: string };
  readonly rows: readonly RecordRow[];
}

/** What the record of the first envelopes says of the second. */
export const PRICES_SEALED =
  "本次开启第一信封。报价在第二信封内，没有开启，继续保持加密；第一信封评审结束后，另行公布时间开启通过评审的投标人的第二信封。";
/** What the record of the second envelopes says of those that are not in it. */
export const OTHERS_SEALED =
  "仅开启通过第一信封评审的投标人的第二信封；未通过评审的投标人的第二信封没有开启，永久保持加密。";

/** How a printed item is shown: amounts with words beside them. */
export function itemText(kind: "money" | "integer" | "text", unit: string, value: string | undefined): string {
  if (!value) return "—";
  if (kind === "money" && /^\d{1,18}$/.test(value))
    return `${formatYuan(BigInt(value))}（${capitalAmount(BigInt(value))}）`;
  return unit ? `${value} ${unit}` : value;
}

export function recordRow(
  content: TenderDocumentContent,
  bid: { id: string; sealHash: string; receivedAt: Date },
  organisation: { name: string; creditCode: string },
  opening: {
    state: string;
    failureClass: string | null;
    legalEffect: string | null;
    form: Record<string, string> | null;
    consortium?: OpenedConsortium | null | undefined;
  },
  round: Round = 1,
): RecordRow {
  const failure = opening.failureClass as FailureClass | null;
  const members = membersOf(opening.consortium).map(({ name, creditCode }) => ({ name, creditCode }));
  return {
    organisation: organisation.name,
    creditCode: organisation.creditCode,
    ...(members.length ? { members } : {}),
    bidId: bid.id,
    sealHash: bid.sealHash,
    receivedAt: bid.receivedAt.toISOString(),
    outcome: opening.state === "decrypted" ? "decrypted" : "failed",
    failureClass: failure ?? "",
    cause: failure ? FAILURE_CLASSES[failure].text : "",
    effect: opening.legalEffect ? EFFECT_TEXTS[opening.legalEffect as keyof typeof EFFECT_TEXTS] : "",
    items: fieldsOf(content, round).map(({ id, label, kind, unit }) => ({
      id,
      label,
      value: itemText(kind, unit, opening.form?.[id]),
    })),
  };
}

/** The bidder of a line as it is printed. */
export const rowTitle = ({ organisation, members }: Pick<RecordRow, "organisation" | "members">): string =>
  bidderTitle(organisation, members);

export const instantText = (iso: string): string => formatInstant(new Date(iso));

/** The base estimate as the record has it. */
export const baseEstimateText = (said: {
  readonly amountFen: bigint | null;
  readonly unreadable: string | null;
}): string =>
  said.amountFen !== null
    ? `${formatYuan(said.amountFen)}（${capitalAmount(said.amountFen)}）`
    : `未能公布：${said.unreadable ?? ""}`;
