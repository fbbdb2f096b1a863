import { and, eq, isNull, notInArray, sql } from "drizzle-orm";
import { z } from "zod";
import { formatYuan } from "@/core/money";
import { Refused, refuse } from "@/core/refusal";
import { byService, type CommandScope, defineServiceCommand, type Service } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import type { Job } from "@/kit/outbox";
import { awardOf } from "@/lifecycle/award/queries";
import { type Lot, lockLot } from "@/lifecycle/lot/queries";
import { mandateInForce } from "@/lifecycle/mandate/queries";
import { serviceFee } from "@/lifecycle/mandate/rules";
import { documentInForce } from "@/lifecycle/tender-document/queries";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { FEE_KINDS } from "@/platform/billing/schema";
import { feeClaims } from "@/platform/billing/tables";
import { writeLetters } from "@/platform/inbox/letters";
import { organisationOf, registrationAt } from "@/platform/party/queries";

type Scope = CommandScope<Service>;

/** States in which the award that a fee is counted from stands, its notice sent. */
export const AWARDED = ["A3", "C1", "C2", "Z"] as const;
const stands = (state: string): boolean => (AWARDED as readonly string[]).includes(state);

/** Condition on a lot `l`: its mandate lets somebody owe a service fee, and nobody has been told. */
export const FEE_TO_CLAIM = sql`l.state in ('A3', 'C1', 'C2', 'Z')
  and not exists (select 1 from fee_claims c where c.lot_id = l.id and c.kind = 'service' and c.cancelled_at is null)
  and exists (select 1 from mandates m where m.tender_project_id = l.tender_project_id and m.superseded_at is null
    and m.tenderer_signed_at is not null and m.agency_signed_at is not null
    and ((m.terms ->> 'feeFen')::numeric > 0 or m.terms -> 'feeTiers' is not null)
    and (m.terms ->> 'feePayer' = 'tenderer' or exists (select 1 from tender_documents d where d.lot_id = l.id
      and d.issued_at is not null and d.content -> 'winnerPays' is not null)))`;

/** Condition on a lot `l`: a service fee is claimed of an award that does not stand any more. */
export const FEE_TO_CANCEL = sql`l.state not in ('A3', 'C1', 'C2', 'Z')
  and exists (select 1 from fee_claims c where c.lot_id = l.id and c.kind = 'service' and c.cancelled_at is null)`;

/** The account of an organisation's registration (基本账户) as banks are told it. */
export async function accountOf(tx: Tx, orgId: string): Promise<{ payeeName: string; payeeAccount: string }> {
  const { name, version } = await organisationOf(tx, orgId);
  const data = (await registrationAt(tx, orgId, version))?.data;
  return {
    payeeName: data?.accountName || name,
    payeeAccount: data?.accountNo ? `${data.bank} ${data.accountNo}`.trim() : "",
  };
}

/** Who owes the fee and by which terms. The winner owes what its tender document printed, and nothing else. */
async function agreedFee(tx: Tx, lot: Lot, winnerId: string) {
  const tender = await tenderProjectOf(tx, lot.tenderProjectId);
  const mandate = await mandateInForce(tx, tender.id);
  if (!mandate || !tender.agencyOrgId) throw new Refused(refuse("conflict", "fees.no_mandate"));
  const { winnerPays } = (await documentInForce(tx, lot.id)).content;
  const agencyId = tender.agencyOrgId;
  if (mandate.terms.feePayer === "tenderer")
    return {
      agencyId,
      payerId: tender.tendererOrgId,
      terms: mandate.terms,
      source: `委托代理合同 ${mandate.terms.number}`,
    };
  if (!winnerPays) throw new Refused(refuse("conflict", "fees.not_printed"));
  return { agencyId, payerId: winnerId, terms: winnerPays, source: "招标文件" };
}

/**
 * The agency's service fee becomes a claim once the award notice is sent: computed by the agreed terms on the award price,
 * each step kept with it. Before that nobody could owe it; payer and agency alone see it.
 */
export const claimServiceFee = defineServiceCommand({
  name: "fees.claim-service",
  input: z.object({ lotId: z.uuid() }),
  may: byService,
  async run(scope, { lotId }) {
    const { tx, site, now } = scope;
    const lot = await lockLot(tx, lotId, "share");
    const award = await awardOf(tx, lotId);
    if (!award?.sentAt || !stands(lot.state)) throw new Refused(refuse("conflict", "lot.no_such_move"));
    const { agencyId, payerId, terms, source } = await agreedFee(tx, lot, award.orgId);
    const { amountFen, steps } = serviceFee(terms, award.priceFen);
    const [claim] = await tx
      .insert(feeClaims)
      .values({
        siteId: site.id,
        lotId,
        kind: "service",
        payerOrgId: payerId,
        ownerOrgId: agencyId,
        ...(await accountOf(tx, agencyId)),
        amountFen,
        steps: [{ text: `计费依据：${source}；中标金额`, amount: formatYuan(award.priceFen) }, ...steps],
        createdAt: now,
        // A price so small that nothing is owed.
        paidAt: amountFen ? null : now,
      })
      .onConflictDoNothing()
      .returning({ id: feeClaims.id });
    const jobs = claim && amountFen ? await tellOfClaim(scope, lot, payerId, amountFen) : [];
    return {
      result: { claimId: claim?.id },
      trail: [
        {
          action: "service-fee.claimed",
          subject: lot.code,
          lotId,
          chain: `holders:${lotId}`,
          facts: { amountFen: String(amountFen), source, new: Boolean(claim) },
        },
      ],
      jobs,
    };
  },
});

const tellOfClaim = ({ tx, site, now }: Scope, lot: Lot, orgId: string, amountFen: bigint): Promise<Job[]> =>
  writeLetters(tx, site.id, now, [
    {
      orgId,
      lotId: lot.id,
      kind: "fee-claim",
      subject: `应付${FEE_KINDS.service}：标段 ${lot.code}`,
      body: `中标通知书已发出，${FEE_KINDS.service} ${formatYuan(amountFen)}，算式和付款见“费用”页。款项由收款银行代收后全部转给代理机构，平台不收费、不提成。`,
    },
  ]);

/**
 * The award does not stand any more (transitions 21 and 27): nothing is owed. Money that comes goes back; what the agency has been
 * sent already it owes back, and whoever paid gets it the way it came.
 */
export const cancelServiceFee = defineServiceCommand({
  name: "fees.cancel-service",
  input: z.object({ lotId: z.uuid() }),
  may: byService,
  async run(scope, { lotId }) {
    const { tx, site, now } = scope;
    const lot = await lockLot(tx, lotId, "share");
    if (stands(lot.state)) throw new Refused(refuse("conflict", "lot.no_such_move"));
    const cancelled = await tx
      .update(feeClaims)
      .set({ cancelledAt: now, cancelReason: "中标通知书已不再有效" })
      .where(
        and(
          eq(feeClaims.lotId, lotId),
          notInArray(feeClaims.kind, ["expert", "return"]),
          isNull(feeClaims.cancelledAt),
        ),
      )
      .returning();
    const jobs: Job[] = [];
    for (const claim of cancelled) {
      if (claim.paidAt && claim.amountFen)
        await tx.insert(feeClaims).values({
          siteId: site.id,
          lotId,
          kind: "return",
          returnsOf: claim.id,
          payerOrgId: claim.ownerOrgId,
          ownerOrgId: claim.payerOrgId,
          amountFen: claim.amountFen,
          steps: [{ text: "已转付的代理服务费，原额退回", amount: formatYuan(claim.amountFen) }],
          createdAt: now,
        });
      jobs.push(
        ...(await writeLetters(
          tx,
          site.id,
          now,
          [claim.payerOrgId, claim.ownerOrgId].map((orgId) => ({
            orgId,
            lotId,
            kind: "fee-claim",
            subject: `${FEE_KINDS.service}已取消：标段 ${lot.code}`,
            body: `中标通知书已不再有效，${FEE_KINDS.service} ${formatYuan(claim.amountFen)} 不再应付。${claim.paidAt ? "已转给代理机构的款项由代理机构在“费用”页退回，到账后原路退给付款单位。" : "已付和后到的款项原路退回。"}`,
          })),
        )),
      );
    }
    return {
      result: { cancelled: cancelled.length },
      trail: [
        {
          action: "service-fee.cancelled",
          subject: lot.code,
          lotId,
          chain: `holders:${lotId}`,
          facts: { state: lot.state, cancelled: cancelled.length },
        },
      ],
      jobs,
    };
  },
});
