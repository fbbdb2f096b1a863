import { z } from "zod";
import { permit, Refused, refuse } from "@/core/refusal";
import { defineCommand, roles } from "@/kit/command";
import { profileOf } from "@/lifecycle/law/clauses";
import { refusalToDrawExperts } from "@/lifecycle/law/clocks";
import { refusalOfCommittee } from "@/lifecycle/lot/rules";
import { requireScope } from "@/lifecycle/mandate/queries";
import { lockOwnLot } from "@/lifecycle/tender-project/queries";
import { digestOf, requireAct } from "@/platform/identity/act";
import { StatementInput } from "@/platform/identity/schema";
import { refusalOfPool } from "../pool";
import { requestOf } from "../queries";
import { committeeRequests } from "../tables";

export const CommitteeRequest = z.object({
  lotId: z.uuid(),
  speciality: z.string().trim().min(1, "请选择专业").max(50),
  memberCount: z.number().int().min(1).max(15, "评标委员会不超过 15 人"),
  standbyCount: z.number().int().min(0).max(10).default(2),
  evaluationAt: z.iso.datetime({ offset: true }),
  avoidance: z
    .array(z.object({ creditCode: z.string().max(18), reason: z.string().trim().min(2, "请写明回避理由").max(200) }))
    .max(50)
    .default([]),
});

/** The digest that the applicant signs. */
export const requestDigest = ({ lotId, ...rest }: z.output<typeof CommitteeRequest>): Promise<string> =>
  digestOf({ lotId, ...rest });

/**
 * Requests a committee (评标委员会组建申请): composition and avoidance list; names are drawn, and nobody here learns them.
 * Asked anew only when nobody could be drawn.
 */
export const requestCommittee = defineCommand({
  name: "committee.request",
  input: CommitteeRequest.extend({ statement: StatementInput }),
  may: roles("tenderer", "agency"),
  async run(scope, { statement, ...request }) {
    const { tx, actor, site, now } = scope;
    const { lot, tender } = await lockOwnLot(tx, actor, request.lotId);
    await requireScope(tx, actor, tender, "committee", now);
    if (lot.state !== "O2") throw new Refused(refuse("conflict", "committee.wrong_state"));
    const earlier = await requestOf(tx, lot.id);
    if (earlier && !earlier.failedAt) throw new Refused(refuse("conflict", "committee.requested_before"));
    permit(
      refusalOfCommittee(
        tender.regime,
        Array.from({ length: request.memberCount }, () => ({ kind: "expert" as const })),
      ),
    );
    permit(refusalToDrawExperts(profileOf(site.profile), new Date(request.evaluationAt), now));
    permit(await refusalOfPool(tx, request.speciality, request.memberCount));
    await requireAct(scope, statement, {
      act: "committee.request",
      subject: lot.code,
      digest: await requestDigest(request),
    });
    const { lotId, speciality, memberCount, standbyCount, avoidance, evaluationAt } = request;
    const row = {
      ...{ speciality, memberCount, standbyCount, avoidance, evaluationAt: new Date(evaluationAt) },
      ...{ requestedBy: actor.personId, statement, at: now, failedAt: null },
    };
    await tx
      .insert(committeeRequests)
      .values({ lotId, siteId: site.id, ...row })
      .onConflictDoUpdate({ target: committeeRequests.lotId, set: row });
    return {
      result: { lotId },
      trail: [
        {
          action: "committee.requested",
          subject: lot.code,
          lotId,
          chain: `project:${lot.tenderProjectId}`,
          facts: { speciality, memberCount, evaluationAt },
        },
      ],
      jobs: [{ name: "draw-committee", payload: { lotId }, key: `draw:${lotId}` }],
    };
  },
});
