import { formatYuan } from "@/core/money";
import { addDays, formatDate, shanghai } from "@/core/time";
import type { Guarantee } from "./part";

/** What a guarantee must hold up to: sum and time of the tender document (R-5.4.10, CLK-20), for this lot and its tenderer. */
export interface GuaranteeNeeds {
  readonly tender: string;
  readonly lot: string;
  readonly requiredFen: bigint;
  /** End of the bid validity: a security holds as long as its bid (IR26). */
  readonly validityEnd: Date;
  readonly tenderer: string;
  readonly isAllowed: boolean;
}

export type GuaranteeField = "kind" | "guarantor" | "number" | "amount" | "beneficiary" | "validUntil";
export interface GuaranteeFault {
  readonly field: GuaranteeField;
  /** As the committee reads it. */
  readonly finding: string;
  /** As the bidder reads it, with what to do. */
  readonly problem: string;
}

type Facts = Pick<Guarantee, "tender" | "lot" | "amountFen" | "beneficiary" | "validUntil">;

/** Everything in a guarantee that does not hold: the bidder's tool refuses to seal it, and after the opening it is a finding. */
export function guaranteeFaults(facts: Facts, needs: GuaranteeNeeds): GuaranteeFault[] {
  const faults: GuaranteeFault[] = [];
  const fault = (field: GuaranteeField, finding: string, problem: string) => faults.push({ field, finding, problem });
  if (!needs.isAllowed)
    fault("kind", "招标文件不接受保函形式的投标保证金。", "招标文件不接受保函，请改以转账缴纳保证金。");
  if (facts.tender !== needs.tender || facts.lot !== needs.lot)
    fault("number", "保函不是针对本标段填写的。", "保函资料属于其他标段，请在本标段重新填写。");
  const amount = BigInt(facts.amountFen);
  if (amount < needs.requiredFen) {
    const sums = `保函金额 ${formatYuan(amount)} 低于招标文件要求的 ${formatYuan(needs.requiredFen)}`;
    fault("amount", `${sums}。`, `${sums}，请换开足额的保函。`);
  }
  const end = addDays(shanghai(`${facts.validUntil} 00:00`), 1);
  if (end < needs.validityEnd) {
    const last = formatDate(addDays(needs.validityEnd, -1));
    fault(
      "validUntil",
      `保函有效期至 ${facts.validUntil}，早于投标有效期截止日 ${last}（实施条例第二十六条）。`,
      `保函有效期至 ${facts.validUntil}，须不早于投标有效期截止日 ${last}，请换开保函。`,
    );
  }
  if (facts.beneficiary.replace(/\s/g, "") !== needs.tenderer.replace(/\s/g, ""))
    fault(
      "beneficiary",
      `保函受益人“${facts.beneficiary}”不是招标人“${needs.tenderer}”。`,
      `受益人须为招标人“${needs.tenderer}”，请核对保函；写错的请换开。`,
    );
  return faults;
}
