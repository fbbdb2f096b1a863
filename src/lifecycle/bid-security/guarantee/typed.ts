import { z } from "zod";
import { parseYuan } from "@/core/money";
import { type GuaranteeField, type GuaranteeNeeds, guaranteeFaults } from "./faults";
import { GUARANTEE_KINDS, GUARANTEE_LIMITS, type Guarantee, type GuaranteeKind } from "./part";

/** A guarantee as typed: nothing read yet. */
export const TypedGuarantee = z.object({
  kind: z.string().max(20),
  guarantor: z.string().max(GUARANTEE_LIMITS.textLength),
  number: z.string().max(GUARANTEE_LIMITS.textLength),
  amount: z.string().max(30),
  beneficiary: z.string().max(GUARANTEE_LIMITS.textLength),
  validUntil: z.string().max(10),
});
export type TypedGuarantee = z.infer<typeof TypedGuarantee>;

export const EMPTY_GUARANTEE: TypedGuarantee = {
  kind: "bank",
  guarantor: "",
  number: "",
  amount: "",
  beneficiary: "",
  validUntil: "",
};

export const GUARANTEE_LABELS: Readonly<Record<GuaranteeField, string>> = {
  kind: "保函种类",
  guarantor: "开立人（银行、担保公司或保险公司）",
  number: "保函编号",
  amount: "保函金额（元）",
  beneficiary: "受益人",
  validUntil: "有效期至",
};

export interface TypedFault {
  readonly field: GuaranteeField;
  readonly sentence: string;
}

const isClean = (text: string) => /^\P{C}+$/u.test(text);

/** Reads what was typed, and tells everything that keeps it from being sealed at once. */
export function readGuarantee(
  typed: TypedGuarantee,
  needs: GuaranteeNeeds,
): { readonly problems: readonly TypedFault[]; readonly facts?: Omit<Guarantee, "sha256"> } {
  const problems: TypedFault[] = [];
  for (const field of ["guarantor", "number", "beneficiary"] as const)
    if (!isClean(typed[field].trim())) problems.push({ field, sentence: `请填写保函的“${GUARANTEE_LABELS[field]}”。` });
  if (!(typed.kind in GUARANTEE_KINDS)) problems.push({ field: "kind", sentence: "请选择保函种类。" });
  const fen = parseYuan(typed.amount);
  if (fen === undefined)
    problems.push({ field: "amount", sentence: "保函金额不是有效的金额，请以元填写，最多两位小数。" });
  if (!z.iso.date().safeParse(typed.validUntil).success)
    problems.push({ field: "validUntil", sentence: "请填写保函有效期的最后一日，例如 2026-08-31。" });
  if (problems.length) return { problems };
  const facts = {
    format: "xb-bid-security/1" as const,
    tender: needs.tender,
    lot: needs.lot,
    kind: typed.kind as GuaranteeKind,
    guarantor: typed.guarantor.trim().normalize("NFC"),
    number: typed.number.trim().normalize("NFC"),
    amountFen: String(fen),
    beneficiary: typed.beneficiary.trim().normalize("NFC"),
    validUntil: typed.validUntil,
  };
  const faults = guaranteeFaults(facts, needs).map(({ field, problem }) => ({ field, sentence: problem }));
  return { problems: faults, facts };
}
