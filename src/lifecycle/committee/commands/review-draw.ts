import { and, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { hex } from "@/core/bytes";
import { permit, Refused, refuse } from "@/core/refusal";
import { byService, defineCommand, defineServiceCommand, roles } from "@/kit/command";
import type { Job } from "@/kit/outbox";
import { profileOf } from "@/lifecycle/law/clauses";
import { refusalToDrawExperts } from "@/lifecycle/law/clocks";
import { lockLot } from "@/lifecycle/lot/queries";
import { requireScope } from "@/lifecycle/mandate/queries";
import { drawRequestOf, hostsTender, ownReviewer, standingApplications } from "@/lifecycle/prequalification/queries";
import { needsReviewCommittee } from "@/lifecycle/prequalification/rules";
import { prequalDrawRequests, prequalDraws, prequalReviewers } from "@/lifecycle/prequalification/tables";
import { lockOwnLot, tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { digestOf, requireAct } from "@/platform/identity/act";
import { StatementInput } from "@/platform/identity/schema";
import { organisationsOf, staffOf } from "@/platform/party/queries";
import { commitmentOf, drawWithStandby, seedOf } from "../draw";
import { poolOf, refusalOfPool, tellOfFailedDraw } from "../pool";

/** Five members, two thirds of them experts (CLK-17): four at least are drawn, beside one of the tenderer. */
const FEWEST_EXPERTS = 4;

export const ReviewDraw = z.object({
  lotId: z.uuid(),
  speciality: z.string().trim().min(1, "请选择专业").max(50, "专业不能超过 50 字"),
  expertCount: z
    .number()
    .int()
    .min(FEWEST_EXPERTS, `资格审查委员会的专家不少于 ${FEWEST_EXPERTS} 人`)
    .max(15, "资格审查委员会的专家不超过 15 人"),
  standbyCount: z.number().int().min(0).max(10, "备选专家不超过 10 人").default(2),
  reviewAt: z.iso.datetime({ offset: true, error: "请填写资格评审开始时间" }),
  avoidance: z
    .array(z.object({ creditCode: z.string().max(18), reason: z.string().trim().min(2, "请写明回避理由").max(200) }))
    .max(50, "回避单位不超过 50 个")
    .default([]),
});

/** The digest that the host signs. */
export const reviewDrawDigest = ({ lotId, ...rest }: z.output<typeof ReviewDraw>): Promise<string> =>
  digestOf({ lotId, ...rest });

/**
 * The host asks for the experts of its review committee (IR18: it keeps to the rules of an evaluation committee, whose
 * experts are drawn, IR46). Until they are drawn it may ask anew, as with another speciality.
 */
export const requestReviewDraw = defineCommand({
  name: "prequalification.request-draw",
  input: ReviewDraw.extend({
    statement: StatementInput,
    /** The host's part of the seed; the platform's was committed before. */
    hostNonce: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  may: roles("tenderer", "agency"),
  async run(scope, { statement, hostNonce, ...request }) {
    const { tx, actor, site, now } = scope;
    const { lotId, speciality, expertCount, standbyCount, avoidance } = request;
    const { lot, tender } = await lockOwnLot(tx, actor, lotId);
    if (!hostsTender(actor, tender)) throw new Refused(refuse("not_found", "general.not_found"));
    await requireScope(tx, actor, tender, "committee", now);
    if (!needsReviewCommittee(tender.regime)) throw new Refused(refuse("conflict", "prequalification.no_committee"));
    if (lot.state !== "P1" && lot.state !== "P2")
      throw new Refused(refuse("conflict", "prequalification.reviewers_fixed"));
    if ((await drawRequestOf(tx, lotId))?.drawnAt)
      throw new Refused(refuse("conflict", "prequalification.drawn_before"));
    const reviewAt = new Date(request.reviewAt);
    // Drawn when the applications are frozen, and not so long before the review that names would travel (CLK-29).
    const { applicationDeadline } = lot;
    const drawAt = applicationDeadline && now < applicationDeadline ? applicationDeadline : now;
    if (reviewAt < drawAt) throw new Refused(refuse("invalid", "prequalification.review_before_deadline"));
    permit(refusalToDrawExperts(profileOf(site.profile), reviewAt, drawAt));
    permit(await refusalOfPool(tx, speciality, expertCount));
    await requireAct(scope, statement, {
      act: "prequalification.request-draw",
      subject: lot.code,
      digest: await reviewDrawDigest(request),
    });
    // A document that was published before draws were offered has no part of the platform yet.
    await tx
      .insert(prequalDraws)
      .values({ lotId, siteId: site.id, platformNonce: hex(crypto.getRandomValues(new Uint8Array(32))), at: now })
      .onConflictDoNothing();
    const row = { speciality, expertCount, standbyCount, avoidance, reviewAt, hostNonce, statement, at: now };
    const asked = { ...row, requestedBy: actor.personId, failedAt: null };
    await tx
      .insert(prequalDrawRequests)
      .values({ lotId, siteId: site.id, ...asked })
      .onConflictDoUpdate({ target: prequalDrawRequests.lotId, set: asked });
    return {
      result: { lotId },
      trail: [
        {
          action: "review-committee.requested",
          subject: lot.code,
          lotId,
          chain: `project:${tender.id}`,
          facts: { speciality, expertCount, reviewAt: request.reviewAt, hostCommitment: commitmentOf(hostNonce) },
        },
      ],
      jobs:
        lot.state === "P2"
          ? ([{ name: "draw-reviewers", payload: { lotId }, key: `draw-reviewers:${lotId}` }] satisfies Job[] as Job[])
          : [],
    };
  },
});

/**
 * Draws the experts by DRAW-1, once the applications are frozen: nobody who works for an applicant, the tenderer, its agency or
 * the supervising body stands on the list. Names are sealed; each expert learns its own, the host all when the review begins.
 * When too few are left nobody is drawn, and the host is told once and may ask anew.
 */
export const drawReviewers = defineServiceCommand({
  name: "prequalification.draw-reviewers",
  input: z.object({ lotId: z.uuid() }),
  may: byService,
  async run({ tx, site, now }, { lotId }) {
    const lot = await lockLot(tx, lotId, "update");
    const request = await drawRequestOf(tx, lotId);
    const [sealed] = await tx.select().from(prequalDraws).where(eq(prequalDraws.lotId, lotId));
    if (lot.state !== "P2" || !request || request.drawnAt || request.failedAt || !sealed)
      throw new Refused(refuse("conflict", "general.changed_meanwhile"));
    const tender = await tenderProjectOf(tx, lot.tenderProjectId);
    const parties = await organisationsOf(tx, [
      ...(await standingApplications(tx, lotId)).map(({ orgId }) => orgId),
      tender.tendererOrgId,
      ...[tender.agencyOrgId, tender.supervisorOrgId].filter((org) => org !== null),
    ]);
    const avoided = new Set([
      ...request.avoidance.map(({ creditCode }) => creditCode),
      ...[...parties.values()].map(({ creditCode }) => creditCode),
    ]);
    const supervising = tender.supervisorOrgId ? await staffOf(tx, tender.supervisorOrgId) : [];
    const pool = await poolOf(tx, request.speciality);
    const eligible = pool.filter(
      ({ employerCreditCode, personId }) =>
        !avoided.has(employerCreditCode) && !supervising.some((one) => one.personId === personId),
    );
    const { expertCount, standbyCount, hostNonce } = request;
    if (eligible.length < expertCount) {
      await tx.update(prequalDrawRequests).set({ failedAt: now }).where(eq(prequalDrawRequests.lotId, lotId));
      const facts = { speciality: request.speciality, pool: pool.length, needed: expertCount };
      const host = tender.agencyOrgId ?? tender.tendererOrgId;
      return {
        result: { drawn: 0 },
        // That too few are left tells of who applied.
        trail: [
          {
            ...{ action: "review-committee.draw-failed", subject: lot.code, lotId },
            ...{ chain: `sealed:${lotId}` as const, facts },
          },
        ],
        jobs: await tellOfFailedDraw(tx, site.id, now, [host], lot, { name: "资格审查委员会", ...facts }),
      };
    }
    const nonces = [sealed.platformNonce, hostNonce];
    const people = await drawWithStandby(
      seedOf(lot.code, nonces),
      `REVIEWER|${request.speciality}`,
      eligible.map(({ code }) => code),
      expertCount,
      Math.min(standbyCount, eligible.length - expertCount),
    );
    const byCode = new Map(eligible.map((expert) => [expert.code, expert]));
    for (const [i, code] of [...people.drawn, ...people.standby].entries()) {
      const { personId, orgId } = byCode.get(code)!;
      await tx.insert(prequalReviewers).values({
        ...{ siteId: site.id, lotId, personId, orgId, kind: "expert", addedBy: request.requestedBy, addedAt: now },
        ...{ place: i + 1, standby: i >= people.drawn.length },
      });
    }
    const record = { algorithm: "DRAW-1", lot: lot.code, commitments: nonces.map(commitmentOf), nonces, ...people };
    await tx.update(prequalDraws).set({ record }).where(eq(prequalDraws.lotId, lotId));
    await tx.update(prequalDrawRequests).set({ drawnAt: now }).where(eq(prequalDrawRequests.lotId, lotId));
    const members = await tx
      .select({ id: prequalReviewers.id })
      .from(prequalReviewers)
      .where(and(eq(prequalReviewers.lotId, lotId), eq(prequalReviewers.standby, false)));
    return {
      result: { drawn: people.drawn.length },
      trail: [
        {
          action: "review-committee.drawn",
          subject: lot.code,
          lotId,
          // The hash of who could be drawn tells apart who applied.
          chain: `sealed:${lotId}`,
          facts: { expertInput: people.inputHash, count: people.drawn.length },
        },
      ],
      jobs: members.map(({ id }) => inviteJob(id)),
    };
  },
});

const inviteJob = (reviewerId: string): Job => ({
  name: "invite-reviewer",
  payload: { reviewerId },
  key: `invite-reviewer:${reviewerId}`,
});

/** A drawn expert leaves for a conflict (回避): the next on standby is called; nothing of who left counts. */
export const recuseReviewer = defineCommand({
  name: "prequalification.recuse",
  input: z.object({
    lotId: z.uuid(),
    reason: z.string().trim().min(5, "请写明回避事由，不少于 5 字").max(500, "回避事由不能超过 500 字"),
  }),
  may: roles("expert"),
  async run({ tx, actor, now }, { lotId, reason }) {
    const reviewer = await ownReviewer(tx, actor, lotId);
    const lot = await lockLot(tx, lotId, "update");
    if ((lot.state !== "P1" && lot.state !== "P2") || reviewer.place === null)
      throw new Refused(refuse("conflict", "prequalification.reviewers_fixed"));
    await tx
      .update(prequalReviewers)
      .set({ removedAt: now })
      .where(and(eq(prequalReviewers.id, reviewer.id), isNull(prequalReviewers.removedAt)));
    const [next] = await tx.execute<{ id: string | null }>(sql`select xb_review_standby_takes(${lotId}) as id`);
    if (!next?.id) throw new Refused(refuse("conflict", "committee.no_standby"));
    return {
      result: {},
      trail: [
        {
          action: "reviewer.recused",
          subject: reviewer.id,
          lotId,
          chain: `sealed:${lotId}`,
          facts: { reason, replacedBy: next.id },
        },
      ],
      jobs: [inviteJob(next.id)],
    };
  },
});
