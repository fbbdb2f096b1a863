import { and, eq, gt, inArray, sql } from "drizzle-orm";
import { z } from "zod";
import { byService, type CommandScope, defineServiceCommand, type Service } from "@/kit/command";
import type { Job } from "@/kit/outbox";
import { type Lot, lockLot } from "@/lifecycle/lot/queries";
import { documentInForce } from "@/lifecycle/tender-document/queries";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { randomNumber } from "@/platform/billing/bank";
import { writeLetters } from "@/platform/inbox/letters";
import { organisationOf, organisationsOf, registrationAt } from "@/platform/party/queries";
import { letterOfBack, oweBack, sendJob } from "../owe";
import { type BidFate, fatesOf, restingPayments } from "../records";
import { type BackFacts, backOf, samePayers } from "../rules";
import { securityAlarms, securityKeepings, securityPayments, securityPayouts } from "../tables";

type Scope = CommandScope<Service>;
type Keeping = typeof securityKeepings.$inferSelect;

/** Condition on a payment `p`: nothing has taken it up but, perhaps, its surplus. */
const RESTING = sql`p.paid_fen > coalesce((select s.principal_fen from security_payouts s where s.payment_id = p.id and s.reason = 'surplus'), 0)
  and not exists (select 1 from security_payouts o where o.payment_id = p.id and o.state <> 'cancelled' and o.reason <> 'surplus')`;
/** Condition on a payment `p`: the tenderer has not said whether it keeps it. */
const UNDECIDED = sql`exists (select 1 from security_keepings k where k.lot_id = p.lot_id and k.org_id = p.org_id and k.decision is null)`;
const digits = (column: string) => sql.raw(`regexp_replace(${column}, '[\\s-]', '', 'g')`);

/**
 * Lots of the site in which a security waits for what `settleSecurities` does: it came late, its lot ended or its bid does not stand;
 * its bid was given up or not opened, or the tenderer has decided; who took its bid back handed it in again; one account paid
 * for several. Asked every few seconds: how bids fared is looked up once for each lot that is opened, and for no other.
 */
export const SECURITIES_TO_SETTLE = sql`
  select p.lot_id from security_payments p join lots l on l.id = p.lot_id where ${RESTING} and (p.verdict = 'late'
    or (l.state in ('F1', 'F2', 'F3', 'F4') and not ${UNDECIDED})
    or (l.state = 'T1' and not xb_bid_stands(p.lot_id, p.org_id)
      and exists (select 1 from bids b where b.lot_id = p.lot_id and b.org_id = p.org_id and b.withdrawn_at is not null))
    or (l.state not in ('T1', 'F1', 'F2', 'F3', 'F4') and not xb_bid_stands(p.lot_id, p.org_id)))
  union select p.lot_id from lots l cross join lateral xb_bid_fates(l.id) f
    join security_payments p on p.lot_id = l.id and p.org_id = f.org_id left join security_keepings k on k.bid_id = f.bid_id
    where l.state in ('O1', 'O2', 'E1', 'E1b', 'E2', 'A1', 'A2', 'A3') and ${RESTING}
    and (k.decision is not null or (k.id is null and (f.revoked_reason is not null or f.legal_effect is not null or f.refused_at is not null)))
  union select o.lot_id from security_payouts o where o.state = 'due' and o.reason = 'withdrawn' and o.send_after > xb_now()
    and xb_bid_stands(o.lot_id, o.org_id)
  union select p.lot_id from security_payments p join lots l on l.id = p.lot_id
    where l.state in ('O1', 'O2', 'E1', 'E1b', 'E2') and p.verdict = 'held' and xb_bid_stands(p.lot_id, p.org_id)
    and not exists (select 1 from security_alarms a where a.lot_id = p.lot_id and a.payer_account = ${digits("p.payer_account")})
    group by p.lot_id, ${digits("p.payer_account")} having count(distinct p.org_id) > 1`;

/**
 * Does to the securities of a lot what its state and the fate of each bid ask for: owes back what is to go back, opens what the
 * tenderer may keep, carries out what it decided, and tells of one payer of several bidders. Asked again it does nothing twice.
 *
 * @param contractAt - when the contract was signed (CLK-23): everything that nobody may keep goes back then, to winner and losers.
 */
export const settleSecurities = defineServiceCommand({
  name: "security.settle",
  input: z.object({ lotId: z.uuid(), contractAt: z.iso.datetime().optional() }),
  may: byService,
  async run(scope, { lotId, contractAt }) {
    const { tx, now } = scope;
    const lot = await lockLot(tx, lotId, "share");
    // One at a time for a lot: what one owes the other does not see before it has ended.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext('securities'), hashtext(${lotId}))`);
    const { content } = await documentInForce(tx, lotId);
    const fates = new Map(
      [...(await fatesOf(tx, lotId))].map(([orgId, fate]) => [
        orgId,
        fate.keepFacts?.ground === "not-opened" && !content.security?.keptOnFailure
          ? { ...fate, keepFacts: undefined, revoked: false, sparedAt: fate.finalAt }
          : fate,
      ]),
    );
    const jobs: Job[] = [];
    const kept = await openKeepings(scope, lot, fates, BigInt(content.securityFen) > 0n, jobs);
    await cancelRethought(scope, lotId, fates);
    let owed = 0;
    for (const { payment, restFen } of await restingPayments(tx, lotId)) {
      const keeping = kept.find(({ orgId }) => orgId === payment.orgId);
      const decision = keeping ? ((keeping.decision ?? "open") as BackFacts["keeping"]) : "none";
      if (decision === "keep" && payment.verdict === "held") {
        const id = await forfeit(scope, lot, keeping!, payment, restFen);
        if (id) jobs.push(sendJob(id));
        continue;
      }
      const back = backOf({
        state: lot.state,
        deadline: lot.bidDeadline!,
        fate: fates.get(payment.orgId) ?? NO_BID,
        verdict: payment.verdict as "held" | "late",
        keeping: decision,
        ...(contractAt ? { contractAt: new Date(contractAt) } : {}),
        now,
      });
      const id = back && (await oweBack(scope, payment, back, restFen));
      if (!id) continue;
      owed++;
      jobs.push(...(await letterOfBack(scope, payment, back, restFen)));
      if (back.sendAfter <= now) jobs.push(sendJob(id));
    }
    await raiseAlarms(scope, lot, fates, jobs);
    return {
      result: { owed },
      trail: [
        {
          action: "security.settled",
          subject: lot.code,
          lotId,
          chain: `holders:${lotId}`,
          facts: { state: lot.state, owed },
        },
      ],
      jobs,
    };
  },
});

const NO_BID = { standing: false, withdrawnAt: null, revoked: false, excusedAt: null, refusedAt: null, sparedAt: null };

/** What the tenderer may keep is a task of its own (R-L.102); a letter tells it, and the bidder that it waits. */
async function openKeepings(
  { tx, site, now }: Scope,
  lot: Lot,
  fates: ReadonlyMap<string, BidFate>,
  isAsked: boolean,
  jobs: Job[],
): Promise<Keeping[]> {
  const tender = await tenderProjectOf(tx, lot.tenderProjectId);
  for (const [orgId, { bidId, standing, keepFacts }] of isAsked ? fates : []) {
    if (!standing || !keepFacts) continue;
    const opened = await tx
      .insert(securityKeepings)
      .values({ siteId: site.id, lotId: lot.id, orgId, bidId, ...keepFacts, openedAt: now })
      .onConflictDoNothing()
      .returning({ id: securityKeepings.id });
    if (!opened.length) continue;
    const { name } = await organisationOf(tx, orgId);
    jobs.push(
      ...(await writeLetters(tx, site.id, now, [
        {
          orgId: tender.tendererOrgId,
          lotId: lot.id,
          kind: "security-keeping",
          subject: `请决定投标保证金是否退还：标段 ${lot.code}`,
          body: `${name}的投标文件视为撤销或已撤销，投标保证金可以不予退还（实施条例第三十五条）。是否退还由招标人签章决定，请在“投标保证金”页办理；决定前不退还。`,
        },
      ])),
    );
  }
  return tx.select().from(securityKeepings).where(eq(securityKeepings.lotId, lot.id));
}

/** Who handed a bid in again keeps its security where it is. */
async function cancelRethought({ tx, now }: Scope, lotId: string, fates: ReadonlyMap<string, BidFate>): Promise<void> {
  const again = [...fates].flatMap(([orgId, { standing }]) => (standing ? [orgId] : []));
  if (!again.length) return;
  await tx
    .update(securityPayouts)
    .set({ state: "cancelled" })
    .where(
      and(
        eq(securityPayouts.lotId, lotId),
        eq(securityPayouts.state, "due"),
        eq(securityPayouts.reason, "withdrawn"),
        gt(securityPayouts.sendAfter, now),
        inArray(securityPayouts.orgId, again),
      ),
    );
}

/** Carries out the tenderer's decision: to its own basic account, and to no other. */
async function forfeit(
  { tx, now }: Scope,
  lot: Lot,
  keeping: Keeping,
  { siteId, lotId, orgId, id: paymentId }: typeof securityPayments.$inferSelect,
  principalFen: bigint,
): Promise<string | undefined> {
  const tender = await tenderProjectOf(tx, lot.tenderProjectId);
  const tenderer = await organisationOf(tx, tender.tendererOrgId);
  const registration = await registrationAt(tx, tenderer.id, tenderer.version);
  if (!registration?.data.accountNo) return undefined;
  const [row] = await tx
    .insert(securityPayouts)
    .values({
      siteId,
      lotId,
      orgId,
      paymentId,
      kind: "forfeit",
      number: randomNumber(),
      reason: keeping.ground,
      principalFen,
      interestFen: 0n,
      keepingId: keeping.id,
      payeeName: registration.data.accountName || tenderer.name,
      payeeAccount: registration.data.accountNo,
      createdAt: now,
      dueAt: now,
      sendAfter: now,
    })
    .onConflictDoNothing()
    .returning({ id: securityPayouts.id });
  return row?.id;
}

/** IR40(6): one account paid for several bidders. Told to those who run and supervise the lot, after O1. */
async function raiseAlarms({ tx, site, now }: Scope, lot: Lot, fates: ReadonlyMap<string, BidFate>, jobs: Job[]) {
  if (!lot.openedAt) return;
  const payments = await tx
    .select()
    .from(securityPayments)
    .where(and(eq(securityPayments.lotId, lot.id), eq(securityPayments.verdict, "held")));
  const found = samePayers(payments.filter(({ orgId }) => fates.get(orgId)?.standing));
  const tender = await tenderProjectOf(tx, lot.tenderProjectId);
  for (const { payerAccount, orgIds } of found) {
    const isNew = await tx
      .insert(securityAlarms)
      .values({ siteId: site.id, lotId: lot.id, payerAccount, orgIds: [...orgIds], at: now })
      .onConflictDoNothing()
      .returning({ id: securityAlarms.id });
    if (!isNew.length) continue;
    const names = [...(await organisationsOf(tx, orgIds)).values()].map(({ name }) => name).sort();
    const body = `${names.join("、")}的投标保证金从同一账户转出，属实施条例第四十条第六项所列情形的线索，是否视为串通投标由评标委员会依法认定。明细见“投标保证金”页。`;
    const readers = [tender.tendererOrgId, tender.agencyOrgId, tender.supervisorOrgId].filter((org) => org !== null);
    jobs.push(
      ...(await writeLetters(
        tx,
        site.id,
        now,
        readers.map((orgId) => ({
          orgId,
          lotId: lot.id,
          kind: "security-alarm",
          subject: `投标保证金从同一账户转出：标段 ${lot.code}`,
          body,
        })),
      )),
    );
  }
}
