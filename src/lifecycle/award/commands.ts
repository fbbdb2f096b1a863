import { randomUUID } from "node:crypto";
import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { hex } from "@/core/bytes";
import { encodeCanonical } from "@/core/canonical-json";
import { exchangeAmount, formatYuan } from "@/core/money";
import { Refused, refuse } from "@/core/refusal";
import { formatScore } from "@/core/score";
import { formatInstant, ts14 } from "@/core/time";
import { sha256 } from "@/crypto/sha256";
import { type CommandScope, defineCommand, roles } from "@/kit/command";
import { leftBidders } from "@/lifecycle/bid-security/queries";
import { standingBids } from "@/lifecycle/bidding/queries";
import { evaluationOf } from "@/lifecycle/evaluation/queries";
import { profileOf } from "@/lifecycle/law/clauses";
import { candidatePeriodEnd } from "@/lifecycle/law/clocks";
import { moveLot } from "@/lifecycle/lot/move";
import type { Lot } from "@/lifecycle/lot/queries";
import { drawNonces } from "@/lifecycle/lot/tables";
import { requireScope } from "@/lifecycle/mandate/queries";
import { contentHash, noticeBody } from "@/lifecycle/notice/fields";
import { lotKeys, NOT_COLLECTED, OTHER_KIND, PARTY_ROLES } from "@/lifecycle/notice/hub-messages";
import type { Notice } from "@/lifecycle/notice/queries";
import { notices } from "@/lifecycle/notice/tables";
import { revocationsOf } from "@/lifecycle/opening/queries";
import { requireSigners } from "@/lifecycle/signing/pair";
import { PairedStatement } from "@/lifecycle/signing/schema";
import { isTenderer, lockOwnLot, type TenderProject } from "@/lifecycle/tender-project/queries";
import { digestOf, requireAct } from "@/platform/identity/act";
import { StatementInput } from "@/platform/identity/schema";
import { writeLetters } from "@/platform/inbox/letters";
import { organisationOf, organisationsOf } from "@/platform/party/queries";
import { candidatesOf, publicationsOf } from "./queries";
import { awardLetters, awards, candidates } from "./tables";
import { awardLettersFor, candidateList, candidatePublication } from "./texts";

const Signed = z.object({ lotId: z.uuid(), statement: StatementInput });
const Paired = Signed.extend({ statement: PairedStatement });

async function publish(
  { tx, site, now }: Pick<CommandScope, "tx" | "site" | "now">,
  lot: Lot,
  notice: {
    kind: string;
    suffix: string;
    title: string;
    fields: Record<string, string>;
    signed: Pick<Notice, "statement" | "authority">;
  },
) {
  const number = `${lot.code}-${notice.suffix}`;
  const body = noticeBody(notice.fields);
  await tx.insert(notices).values({
    siteId: site.id,
    lotId: lot.id,
    tenderProjectId: lot.tenderProjectId,
    number,
    kind: notice.kind,
    title: notice.title,
    fields: notice.fields,
    body,
    contentHash: contentHash(notice.title, notice.fields),
    ...notice.signed,
    publishedAt: now,
  });
  return { number, body };
}

/** The text that will be published and what the publisher signs. */
export async function candidatesToSign(tx: CommandScope["tx"], lot: Lot, tender: TenderProject, periodEnd: Date) {
  const list = await candidateList(tx, lot.id);
  const fields = await candidatePublication(tx, lot, tender, list, periodEnd);
  const title = `${tender.name}${lot.name}中标候选人公示`;
  return { list, fields, title, digest: await digestOf({ title, fields }) };
}

/** Publishes the candidates (中标候选人公示, transition 18): as in the report, for three days at least (CLK-12). */
export const publishCandidates = defineCommand({
  name: "award.publish-candidates",
  input: Paired.extend({ periodEnd: z.iso.datetime() }),
  may: roles("tenderer", "agency"),
  async run(scope, { lotId, statement, periodEnd }) {
    const { tx, actor, site, now } = scope;
    const { lot, tender } = await lockOwnLot(tx, actor, lotId);
    await requireScope(tx, actor, tender, "candidates", now);
    const end = candidatePeriodEnd(now, profileOf(site.profile));
    // The publisher signed a text that names the end of the period; over midnight it must be signed anew.
    if (end.toISOString() !== periodEnd) throw new Refused(refuse("conflict", "general.changed_meanwhile"));
    const { list, fields, title, digest } = await candidatesToSign(tx, lot, tender, end);
    const signed = await requireSigners(
      scope,
      statement,
      { act: "award.publish-candidates", subject: lot.code, digest },
      tender.id,
    );
    if (!list.length) throw new Refused(refuse("conflict", "award.no_candidate"));
    const moved = await moveLot(
      tx,
      lot,
      "A1",
      now,
      { regime: tender.regime, candidates: list.map(({ bidId, rank }) => ({ bidId, rank })), equalsReport: true },
      // What everybody may object to, everybody may know of: an invited tender is public from here on.
      { candidatesPublishedAt: now, candidatePeriodEndsAt: end, restricted: false },
    );
    const { version } = await evaluationOf(tx, lotId);
    const place = (await publicationsOf(tx, lotId)) + 1;
    for (const { bidId, orgId, rank, priceFen, totalHundredths } of list)
      await tx
        .insert(candidates)
        .values({ siteId: site.id, lotId, bidId, orgId, version, rank, priceFen, totalHundredths });
    const { number, body } = await publish(scope, lot, {
      kind: "candidates",
      suffix: `GS${String(place).padStart(2, "0")}`,
      title,
      fields,
      signed,
    });
    const parties = await organisationsOf(
      tx,
      list.map(({ orgId }) => orgId),
    );
    const url = `https://${site.host}/notices/${number}`;
    const base = { tenderProjectId: tender.id, lotId };
    return {
      result: { number, periodEnd: end.toISOString() },
      trail: [
        {
          action: "candidates.published",
          subject: number,
          lotId,
          chain: `project:${tender.id}`,
          facts: { ends: end.toISOString(), count: list.length },
        },
        moved.line,
      ],
      hub: [
        {
          ...base,
          dataset: "511",
          subject: number,
          body: {
            TENDER_PROJECT_CODE: tender.code,
            BID_SECTION_CODES: lot.code,
            UNIFIED_DEAL_CODE: lot.dealCode,
            PUBLICITY_NAME: title,
            PUBLICITY_CONTENT: body,
            PUBLICITY_REFER_TIME: ts14(now),
            NOTICE_MEDIA: "省招标投标公共服务平台",
            URL: url,
            PUBLICITY_TYPE: "1",
            PUBLICITY_START_TIME: ts14(now),
            PUBLICITY_END_TIME: ts14(end),
            OBJECTION_METHOD: fields.objection ?? "",
            BULLETIN_DUTY: fields.responsible ?? "",
            EXAMINER_NAME: fields.responsible ?? "",
          },
        },
        ...list.map((candidate) => {
          const price = exchangeAmount(candidate.priceFen);
          return {
            ...base,
            dataset: "510",
            subject: `${lot.code}-${candidate.rank}`,
            body: {
              ...lotKeys(lot, tender),
              WIN_CANDIDATE_NAME: parties.get(candidate.orgId)!.name,
              BIDDER_CODE_TYPE: parties.get(candidate.orgId)!.codeType,
              WIN_CANDIDATE_CODE: parties.get(candidate.orgId)!.creditCode,
              BIDDER_ROLE: PARTY_ROLES.bidder,
              BIDDER_REGION_CODE: parties.get(candidate.orgId)!.regionCode,
              BIDDER_PROPERTY: OTHER_KIND,
              WIN_CANDIDATE_ORDER: String(candidate.rank),
              IS_FLOAT_RATE: "0",
              EVALUATION_RESULT: formatScore(candidate.totalHundredths),
              PRICE_FORM_CODE: "1",
              BID_PRICE: price.amount,
              PRICE_CURRENCY: price.currency,
              PRICE_UINT: price.unit,
              QUALITY: "合格",
              EVALUATION_STATUS: "通过初步评审和详细评审",
              WIN_CANDIDATE_QUALIFICATION: "符合招标文件要求",
            },
          };
        }),
      ],
      jobs: [{ name: "deliver-outbox", payload: {}, key: `deliver:${site.id}` }],
    };
  },
});

/** Digest of an award decision. */
export const decisionDigest = (lotCode: string, bidId: string, ground: string): Promise<string> =>
  digestOf({ lot: lotCode, bidId, ground });

/** Decides the winner (定标, transition 20): after the publication period, among the candidates only (BL40, IR55). */
export const decideAward = defineCommand({
  name: "award.decide",
  input: Signed.extend({ bidId: z.uuid(), ground: z.string().trim().max(1000).default("") }),
  may: roles("tenderer"),
  async run(scope, { lotId, bidId, ground, statement }) {
    const { tx, actor, site, now } = scope;
    const { lot, tender } = await lockOwnLot(tx, actor, lotId);
    const list = await candidatesOf(tx, lotId);
    await requireAct(scope, statement, {
      act: "award.decide",
      subject: lot.code,
      digest: await decisionDigest(lot.code, bidId, ground),
    });
    const revoked = await revocationsOf(tx, lotId);
    if (revoked.has(bidId)) throw new Refused(refuse("conflict", "award.candidate_revoked"));
    const before = list.filter((row) => row.rank < (list.find((one) => one.bidId === bidId)?.rank ?? 0));
    const chosen = list.find((row) => row.bidId === bidId);
    if (chosen && (await leftBidders(tx, lotId)).has(chosen.orgId))
      throw new Refused(refuse("conflict", "validity.left"));
    const moved = await moveLot(tx, lot, "A2", now, {
      regime: tender.regime,
      candidates: list.map((row) => ({ bidId: row.bidId, rank: row.rank })),
      winner: bidId,
      // All before it have given up: the next one in order may be chosen (IR55).
      ...(before.length && before.every((row) => revoked.has(row.bidId)) ? { lossGround: "gave_up" as const } : {}),
      openResultObjections: 0,
    });
    const winner = list.find((row) => row.bidId === bidId)!;
    const decided = {
      bidId,
      orgId: winner.orgId,
      priceFen: winner.priceFen,
      ground,
      decision: statement,
      decidedAt: now,
    };
    // A decision that was taken back is kept with what took it back; the lot has one that counts.
    await tx
      .insert(awards)
      .values({ lotId, siteId: site.id, ...decided })
      .onConflictDoUpdate({ target: awards.lotId, set: decided });
    // The names may be known now, and the draw recomputed by anybody.
    await tx
      .update(drawNonces)
      .set({ revealedAt: now })
      .where(and(eq(drawNonces.lotId, lotId)));
    return {
      result: { bidId },
      trail: [
        {
          action: "award.decided",
          subject: bidId,
          lotId,
          chain: `project:${tender.id}`,
          facts: { rank: winner.rank, priceFen: String(winner.priceFen) },
        },
        moved.line,
      ],
    };
  },
});

/** All letters of an award and the digest that the tenderer signs once for all of them. */
export async function lettersToSign(tx: CommandScope["tx"], lot: Lot, tender: TenderProject) {
  const [award] = await tx.select().from(awards).where(eq(awards.lotId, lot.id));
  if (!award) throw new Refused(refuse("conflict", "award.not_decided"));
  const letters = await awardLettersFor(tx, lot, tender, award, await standingBids(tx, lot.id));
  const hashes = letters.map(({ number, payload }) => ({
    number,
    sha256: hex(sha256(encodeCanonical(payload as never))),
  }));
  return { award, letters, digest: await digestOf({ letters: hashes }) };
}

/**
 * Sends the award notice and every result notice (中标通知书、中标结果通知书, transition 22): one transaction makes them
 * all, under one signature over the hashes of all (O20 art. 36, BL45).
 */
export const sendAwardNotices = defineCommand({
  name: "award.send-notices",
  input: Paired,
  may: roles("tenderer"),
  async run(scope, { lotId, statement }) {
    const { tx, actor, site, now } = scope;
    const { lot, tender } = await lockOwnLot(tx, actor, lotId);
    if (!isTenderer(actor, tender)) throw new Refused(refuse("not_found", "general.not_found"));
    const { award, letters, digest } = await lettersToSign(tx, lot, tender);
    if ((await revocationsOf(tx, lotId)).has(award.bidId))
      throw new Refused(refuse("conflict", "award.winner_revoked"));
    const signed = await requireSigners(
      scope,
      statement,
      { act: "award.send-notices", subject: lot.code, digest },
      tender.id,
    );
    const losers = letters.filter(({ kind }) => kind === "result");
    const moved = await moveLot(
      tx,
      lot,
      "A3",
      now,
      {
        awardNoticeSigned: true,
        notices: { losers: (await standingBids(tx, lotId)).length - 1, prepared: losers.length },
      },
      { awardedAt: now },
    );
    for (const { orgId, kind, number, payload } of letters)
      await tx
        .insert(awardLetters)
        .values({ id: randomUUID(), siteId: site.id, lotId, orgId, kind, number, payload, statement, at: now });
    await tx.update(awards).set({ sentAt: now }).where(eq(awards.lotId, lotId));
    const jobs = await writeLetters(
      tx,
      site.id,
      now,
      letters.map(({ orgId, kind, number, text }) => ({
        orgId,
        lotId,
        kind,
        subject: `${kind === "award" ? "中标通知书" : "中标结果通知书"} ${number}`,
        body: text,
      })),
    );
    const winner = await organisationOf(tx, award.orgId);
    const tenderer = await organisationOf(tx, tender.tendererOrgId);
    const winning = letters.find(({ kind }) => kind === "award")!;
    const price = exchangeAmount(award.priceFen);
    const title = `${tender.name}${lot.name}中标结果公告`;
    const fields: Record<string, string> = {
      lotCode: lot.code,
      lotName: lot.name,
      winner: String(winning.payload.winner),
      winningPrice: formatYuan(award.priceFen),
      tendererName: tenderer.name,
      supervision: tender.superviseDept,
    };
    const { number, body } = await publish(scope, lot, { kind: "result", suffix: "JG01", title, fields, signed });
    const base = { tenderProjectId: tender.id, lotId };
    const agency = tender.agencyOrgId ? await organisationOf(tx, tender.agencyOrgId) : undefined;
    return {
      result: { number, letters: letters.length, at: formatInstant(now) },
      trail: [
        {
          action: "award-notices.sent",
          subject: lot.code,
          lotId,
          chain: `project:${tender.id}`,
          facts: { letters: letters.map((letter) => letter.number) },
        },
        moved.line,
      ],
      hub: [
        {
          ...base,
          dataset: "513",
          subject: number,
          body: {
            ...lotKeys(lot, tender),
            REGION_CODE: tender.regionCode,
            TRA_PLACE_CODE: tender.regionCode,
            TENDER_AGENCY_NAME: agency?.name ?? "无",
            TENDER_AGENCY_CODE: agency?.creditCode ?? tenderer.creditCode,
            NOTICE_NAME: title,
            NOTICE_CONTENT: body,
            NOTICE_SEND_TIME: ts14(now),
            NOTICE_MEDIA: "省招标投标公共服务平台",
            URL: `https://${site.host}/notices/${number}`,
            NOTICE_NATURE: "1",
            BULLETIN_TYPE: "1",
            WIN_BIDDER_NAME: winner.name,
            BIDDER_CODE_TYPE: winner.codeType,
            WIN_BIDDER_CODE: winner.creditCode,
            BIDDER_ROLE: PARTY_ROLES.bidder,
            BIDDER_REGION_CODE: winner.regionCode,
            BIDDER_PROPERTY: OTHER_KIND,
            PROJECT_LEAD_ID: NOT_COLLECTED,
            PRICE_FORM_CODE: "1",
            BID_AMOUNT: price.amount,
            BID_CURRENCY: price.currency,
            PRICE_UNIT: price.unit,
            BULLETIN_DUTY: tenderer.contact || tenderer.name,
            EXAMINER_NAME: site.operatorName,
            PROJECT_LEAD: String(winning.payload.projectLead ?? NOT_COLLECTED),
          },
        },
        {
          ...base,
          dataset: "9018",
          subject: winning.number,
          body: {
            TENDER_PROJECT_CODE: tender.code,
            TENDER_PROJECT_NAME: tender.name,
            BID_SECTION_CODES: lot.code,
            UNIFIED_DEAL_CODE: lot.dealCode,
            WIN_NOTICE_CODE: winning.number,
            WIN_BIDDER_NAME: winner.name,
            WIN_BIDDER_CODE: winner.creditCode,
            BID_TIME: ts14(lot.bidDeadline!),
            TENDER_NOTICE_CONTENT: lot.content,
            BID_AMOUNT: price.amount,
            PRICE_UNIT: price.unit,
            PRICE_FORM_CODE: "1",
            OTHER_BID_PRICE: "无",
            PROJECT_LEAD: String(winning.payload.projectLead ?? NOT_COLLECTED),
            PROJECT_LEAD_ID: NOT_COLLECTED,
            PROJECT_LEAD_CERTITY_NO: String(winning.payload.leadCertificate ?? NOT_COLLECTED),
            WIN_NOTICE_CONTENT: winning.text,
            WIN_NOTICE_SEND_TIME: ts14(now),
          },
        },
      ],
      // The archive is built by the sweep, when the hub has acknowledged everything.
      jobs: [...jobs, { name: "deliver-outbox", payload: {}, key: `deliver:${site.id}` }],
    };
  },
});
