import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { formatYuan } from "@/core/money";
import { Refused, refuse } from "@/core/refusal";
import { formatInstant } from "@/core/time";
import { byService, defineServiceCommand, executeAsService, type Runtime } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { inContext, legalNow } from "@/kit/db/context";
import type { Job } from "@/kit/outbox";
import { readLot } from "@/lifecycle/lot/queries";
import { documentInForce } from "@/lifecycle/tender-document/queries";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { readBankWord } from "@/platform/billing/bank";
import { openFeeTask } from "@/platform/billing/tasks";
import { writeLetters } from "@/platform/inbox/letters";
import { organisationOf, registrationAt } from "@/platform/party/queries";
import { formsAllowed } from "../forms";
import { oweBack, sendJob } from "../owe";
import { creditPayment, heldFen, lockAccount } from "../records";
import { judgeTransfer, payerFinding, secondsToNextLook, surplusOf, type Transfer } from "../rules";
import { securityAccounts, securityPayments } from "../tables";

const Words = z.object({
  statement: z.object({ payload: z.string().max(1_000_000), cms: z.string().max(40_000) }),
});
interface Told {
  readonly reference: string;
  readonly transfers: readonly Transfer[];
}

type Stated = Record<"transaction" | "paidFen" | "paidAt" | "payerName" | "payerAccount" | "payerBank", string>;
const transferOf = ({ transaction, paidFen, paidAt, payerName, payerAccount, payerBank }: Stated): Transfer => ({
  transaction,
  paidFen: BigInt(paidFen),
  paidAt: new Date(paidAt),
  payerName,
  payerAccount,
  payerBank,
});

async function transfersIn(runtime: Runtime, statement: z.infer<typeof Words>["statement"]): Promise<Told> {
  const read = await readBankWord(runtime, statement, await legalNow(runtime.db));
  if (!read.ok) throw new Refused(read.refusal);
  const { word } = read;
  if (word.format === "xb-bank-transfer/1") return { reference: word.reference, transfers: [transferOf(word)] };
  if (word.format === "xb-bank-account-state/1")
    return { reference: word.reference, transfers: word.transfers.map(transferOf) };
  throw new Refused(refuse("invalid", "billing.notice_forged", { reason: "内容不是保证金到账通知" }));
}

/**
 * The bank says that money came into a sub-account: by notice, or because it was asked. Each transfer counts once; what came late
 * or is too much goes back by itself. A letter goes to the bidder and to nobody else.
 */
export const takeTransfer = defineServiceCommand({
  name: "security.take-transfer",
  input: Words,
  may: byService,
  prepare: (runtime, _actor, { statement }) => transfersIn(runtime, statement),
  async run(scope, { statement }) {
    const { tx, site, prepared, now } = scope;
    const account = await lockAccount(tx, prepared.reference);
    const { lotId, orgId } = account;
    const lot = await readLot(tx, lotId);
    const { requiredFen } = formsAllowed((await documentInForce(tx, lotId)).content);
    const origin = await originFacts(tx, orgId, lot.tenderProjectId);
    const jobs: Job[] = [];
    const verdicts: string[] = [];
    for (const told of prepared.transfers) {
      const [known] = await tx
        .select()
        .from(securityPayments)
        .where(and(eq(securityPayments.accountId, account.id), eq(securityPayments.transaction, told.transaction)));
      const verdict = judgeTransfer(known, told, lot.bidDeadline!);
      verdicts.push(verdict);
      if (verdict === "repeated") continue;
      if (verdict === "contradicted") {
        const task = await openFeeTask(scope, {
          kind: "security-contradicted",
          reference: told.transaction,
          subjectId: account.id,
          detail: { toldFen: String(told.paidFen), countedFen: String(known!.paidFen) },
        });
        jobs.push(...(task?.jobs ?? []));
        continue;
      }
      const before = await heldFen(tx, lotId, orgId);
      const row = {
        siteId: site.id,
        lotId,
        orgId,
        accountId: account.id,
        ...told,
        receivedAt: now,
        verdict,
        finding: payerFinding({ ...origin, payerAccount: told.payerAccount }) ?? "",
        statement,
      };
      const payment = await creditPayment(tx, row);
      const surplus = verdict === "held" ? surplusOf(requiredFen, before, told.paidFen) : 0n;
      const late = verdict === "late";
      if (surplus || late) {
        const owed = { reason: late ? ("late" as const) : ("surplus" as const), from: now, sendAfter: now };
        const principalFen = late ? told.paidFen : surplus;
        const id = await oweBack(scope, payment, { ...owed, clock: "termination" }, principalFen);
        if (id) jobs.push(sendJob(id));
      }
      jobs.push(
        ...(await writeLetters(tx, site.id, now, [
          { orgId, lotId, kind: "security-paid", ...letterOf(told, late, requiredFen, before, surplus) },
        ])),
      );
    }
    if (lot.state !== "T1") jobs.push({ name: "settle-securities", payload: { lotId }, key: `securities:${lotId}` });
    return {
      result: { verdicts },
      trail: [
        {
          action: "security.transfer-told",
          subject: lot.code,
          lotId,
          chain: `holders:${lotId}`,
          facts: {
            reference: account.reference,
            transactions: prepared.transfers.map(({ transaction }) => transaction),
            verdicts,
          },
        },
      ],
      jobs,
    };
  },
});

/** What the payer's account is compared with, as it is registered now. */
async function originFacts(tx: Tx, orgId: string, tenderProjectId: string) {
  const { version } = await organisationOf(tx, orgId);
  const registration = await registrationAt(tx, orgId, version);
  const { regime } = await tenderProjectOf(tx, tenderProjectId);
  return {
    isMandatory: regime.mandatory,
    isDomestic: (registration?.data.countryRegion ?? "156") === "156",
    basicAccount: registration?.data.accountNo ?? "",
  };
}

function letterOf(told: Transfer, late: boolean, requiredFen: bigint, before: bigint, surplus: bigint) {
  const came = `保证金专户于 ${formatInstant(told.paidAt)} 收到 ${formatYuan(told.paidFen)}，银行流水号 ${told.transaction}。`;
  if (late) return { subject: "保证金到账晚于投标截止时间", body: `${came}该笔款项不计入投标保证金，将退回付款账户。` };
  const held = before + told.paidFen - surplus;
  const missing = requiredFen - held;
  return missing > 0n
    ? {
        subject: "保证金已到账，金额不足",
        body: `${came}已到账合计 ${formatYuan(held)}，应缴 ${formatYuan(requiredFen)}，还差 ${formatYuan(missing)}，请在投标截止时间前补足到同一账号。`,
      }
    : {
        subject: "保证金已足额到账",
        body: `${came}应缴的 ${formatYuan(requiredFen)} 已足额到账。${surplus ? `多付的 ${formatYuan(surplus)} 将退回付款账户。` : ""}`,
      };
}

/** Asks the bank what came into a sub-account, and acts on its signed answer. */
export async function askAccount(runtime: Runtime, accountId: string): Promise<void> {
  const { site, ports, db } = runtime;
  const service = { siteId: site.id, role: "platform" };
  const [account] = await inContext(db, service, (tx) =>
    tx.select().from(securityAccounts).where(eq(securityAccounts.id, accountId)),
  );
  if (!account || !site.bankUrl) return;
  const statement = await ports.bank.askAccount(site.bankUrl, account.reference);
  const read = statement && (await readBankWord(runtime, statement, await legalNow(db)));
  if (
    statement &&
    read?.ok &&
    read.word.format === "xb-bank-account-state/1" &&
    read.word.reference === account.reference
  ) {
    const known = await inContext(db, service, (tx) =>
      tx.select().from(securityPayments).where(eq(securityPayments.accountId, accountId)),
    );
    const isNew = read.word.transfers.some(
      (told) => !known.some(({ transaction }) => transaction === told.transaction),
    );
    if (isNew) await executeAsService(runtime, takeTransfer, { statement });
  }
  await inContext(db, service, (tx) =>
    tx.execute(sql`update security_accounts set asked = asked + 1,
      next_ask_at = clock_timestamp() + make_interval(secs => ${secondsToNextLook(account.asked)}) where id = ${accountId}`),
  );
}
