import { formatYuan } from "@/core/money";
import { formsAllowed } from "@/lifecycle/bid-security/forms";
import type { GuaranteeNeeds } from "@/lifecycle/bid-security/guarantee/faults";
import { GUARANTEE_LIMITS } from "@/lifecycle/bid-security/guarantee/part";
import { readGuarantee } from "@/lifecycle/bid-security/guarantee/typed";
import { bidValidityEnd } from "@/lifecycle/law/clocks";
import { type Draft, type DraftProblem, GUARANTEE_SLOT } from "./draft";
import type { BidRoomView } from "./room";

type View = Pick<BidRoomView, "document" | "lot" | "tender" | "tenderer">;

/** What a guarantee of this lot must hold up to; undefined where no security is asked for. */
export function guaranteeNeeds({ document, lot, tender, tenderer }: View): GuaranteeNeeds | undefined {
  if (!document || !lot.bidDeadline) return undefined;
  const { requiredFen, guarantee } = formsAllowed(document.content);
  if (!requiredFen) return undefined;
  return {
    tender: tender.code,
    lot: lot.code,
    requiredFen,
    validityEnd: bidValidityEnd(new Date(lot.bidDeadline), document.content.validityDays),
    tenderer,
    isAllowed: guarantee,
  };
}

export const SECURITY_TASK = "task-security";
export const controlOfGuarantee = (field: string): string => `security-${field}`;

/** What keeps a bid with a guarantee from being sealed; a transfer is asked for by nothing here, it may still come. */
export function securityProblems(view: View, draft: Pick<Draft, "guarantee" | "files">): DraftProblem[] {
  const needs = guaranteeNeeds(view);
  if (!needs || !draft.guarantee) return [];
  const problems = readGuarantee(draft.guarantee, needs).problems.map(({ field, sentence }) => ({
    control: controlOfGuarantee(field),
    sentence,
  }));
  const file = draft.files.find(({ slot }) => slot === GUARANTEE_SLOT);
  if (!file) problems.push({ control: controlOfGuarantee("file"), sentence: "请添加保函文件（PDF）。" });
  else if (file.sizeBytes > GUARANTEE_LIMITS.fileBytes)
    problems.push({ control: controlOfGuarantee("file"), sentence: "保函文件超过 10 MB，请压缩后重新添加。" });
  return problems;
}

/** Whether and how the bid is secured, in a word, for the task list. */
export function securityStatus(view: BidRoomView, draft: Draft): { readonly status: string; readonly done: boolean } {
  const needs = guaranteeNeeds(view);
  if (!needs) return { status: "不要求", done: true };
  if (draft.guarantee) {
    const left = securityProblems(view, draft).length;
    return left ? { status: `${left} 项问题`, done: false } : { status: "保函已备", done: true };
  }
  const held = BigInt(view.security.heldFen);
  if (held >= needs.requiredFen) return { status: "已足额到账", done: true };
  return { status: held ? `还差 ${formatYuan(needs.requiredFen - held)}` : "待缴纳", done: false };
}
