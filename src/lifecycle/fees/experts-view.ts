import { asc, desc, eq } from "drizzle-orm";
import { formatYuan } from "@/core/money";
import { formatInstant } from "@/core/time";
import type { Actor } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { maskedAccount } from "@/lifecycle/bid-security/rules";
import { memberNames } from "@/lifecycle/committee/queries";
import { evaluationOf } from "@/lifecycle/evaluation/queries";
import { lots } from "@/lifecycle/lot/tables";
import type { ClaimStep } from "@/platform/billing/schema";
import { feePayouts } from "@/platform/billing/tables";
import { membersWhoCame } from "./commands/experts";
import { EXPERT_WORK, type ExpertRates, type ExpertWork, RATE_NAMES } from "./schema";
import { expertAccounts, expertFees, expertSchedules } from "./tables";

export interface ScheduleView {
  readonly validFrom: string;
  readonly source: string;
  readonly rates: readonly { readonly name: string; readonly amount: string }[];
}

/** The fee standards of the library, newest first. Public (R-E.4). */
export async function schedulesOf(tx: Pick<Tx, "select">): Promise<ScheduleView[]> {
  const rows = await tx.select().from(expertSchedules).orderBy(desc(expertSchedules.validFrom)).limit(20);
  return rows.map(({ validFrom, source, rates }) => ({
    validFrom,
    source,
    rates: (Object.keys(RATE_NAMES) as (keyof ExpertRates)[]).map((name) => ({
      name: RATE_NAMES[name],
      amount: formatYuan(BigInt(rates[name])),
    })),
  }));
}

export interface ExpertLine {
  readonly id: string;
  readonly name: string;
  readonly work: string;
  readonly gross: string;
  readonly tax: string;
  readonly net: string;
  readonly steps: readonly ClaimStep[];
  readonly state: string;
}

export interface ExpertListView {
  /** Members of whom a list can be drawn up now; empty when there is nothing to draw up. */
  readonly toPrepare: readonly { readonly memberId: string; readonly name: string; readonly work: string }[];
  readonly lines: readonly ExpertLine[];
}

const stateOf = ({
  confirmedAt,
  payoutId,
}: Pick<typeof expertFees.$inferSelect, "confirmedAt" | "payoutId">): string =>
  payoutId ? "已转付" : confirmedAt ? "已确认，待付款" : "待专家确认";

/** What the experts of a lot are paid, for those who run it: names as far as they see the committee, no accounts. */
export async function expertListView(tx: Tx, lotId: string): Promise<ExpertListView> {
  const evaluation = await evaluationOf(tx, lotId).catch(() => undefined);
  const fees = await tx.select().from(expertFees).where(eq(expertFees.lotId, lotId)).orderBy(asc(expertFees.version));
  const members = await membersWhoCame(tx, lotId);
  const names = await memberNames(tx, members);
  const isDue = evaluation?.finishedAt && !fees.some(({ version }) => version === evaluation.version);
  return {
    toPrepare: isDue
      ? members
          .filter(({ id, state }) => state === "signed_in" || !fees.some(({ memberId }) => memberId === id))
          .map(({ id, state }) => ({
            memberId: id,
            name: names.get(id) ?? "",
            work: EXPERT_WORK[state === "signed_in" ? (evaluation.version > 1 ? "again" : "evaluation") : "attendance"],
          }))
      : [],
    lines: fees.map((fee) => ({
      id: fee.id,
      name: names.get(fee.memberId) ?? "",
      work: EXPERT_WORK[fee.kind as ExpertWork],
      gross: formatYuan(fee.grossFen),
      tax: formatYuan(fee.taxFen),
      net: formatYuan(fee.netFen),
      steps: fee.steps,
      state: stateOf(fee),
    })),
  };
}

export interface OwnFee {
  readonly id: string;
  readonly lot: string;
  readonly work: string;
  readonly net: string;
  readonly steps: readonly ClaimStep[];
  readonly isConfirmed: boolean;
  /** As the expert entered it, masked. */
  readonly account: string;
  readonly state: string;
}

/** An expert's own fees, newest first. */
export async function ownExpertFees(tx: Tx, actor: Actor): Promise<OwnFee[]> {
  const rows = await tx
    .select({ fee: expertFees, lot: lots, account: expertAccounts, payout: feePayouts })
    .from(expertFees)
    .innerJoin(lots, eq(lots.id, expertFees.lotId))
    .leftJoin(expertAccounts, eq(expertAccounts.feeId, expertFees.id))
    .leftJoin(feePayouts, eq(feePayouts.id, expertFees.payoutId))
    .where(eq(expertFees.personId, actor.personId))
    .orderBy(desc(expertFees.preparedAt))
    .limit(100);
  return rows.map(({ fee, lot, account, payout }) => ({
    id: fee.id,
    lot: `${lot.name} ${lot.code}`,
    work: EXPERT_WORK[fee.kind as ExpertWork],
    net: formatYuan(fee.netFen),
    steps: fee.steps,
    isConfirmed: fee.confirmedAt !== null,
    account: account ? `${account.bank} ${maskedAccount(account.account)}` : "",
    state: payout?.doneAt ? `${formatInstant(payout.doneAt)} 已付到收款账户` : stateOf(fee),
  }));
}
