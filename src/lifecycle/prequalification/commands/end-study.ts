import { Refused, refuse } from "@/core/refusal";
import { defineCommand, roles } from "@/kit/command";
import { lockOwnLot } from "@/lifecycle/tender-project/queries";
import { requireAct } from "@/platform/identity/act";
import { hostsTender } from "../queries";
import { composeReport } from "../review";
import { hashOf } from "../rules";
import { EndStudy } from "../schema";
import { prequalReports } from "../tables";
import { settleRound } from "./announce";

/**
 * The host ends the first of two stages (IR30): it has read the technical proposals and settles requirements by them.
 * Nobody is judged: whose proposal was opened takes part in the second stage, and who did not release its key hears so.
 */
export const endStudy = defineCommand({
  name: "proposal.end-study",
  input: EndStudy,
  may: roles("tenderer", "agency"),
  async run(scope, { lotId, statement }) {
    const { tx, actor, site, clock } = scope;
    const { lot, tender } = await lockOwnLot(tx, actor, lotId);
    if (!hostsTender(actor, tender)) throw new Refused(refuse("not_found", "general.not_found"));
    if (!tender.regime.twoStage) throw new Refused(refuse("conflict", "proposal.not_two_stage"));
    if (lot.state !== "P3") throw new Refused(refuse("conflict", "proposal.not_in_study"));
    const now = await clock();
    const payload = await composeReport(tx, lot);
    const reportHash = hashOf(payload);
    const facts = { reviewReportSigned: true };
    const { state, ...told } = await settleRound(scope, lot, tender, payload.applicants, facts, now, async () => {
      await requireAct(scope, statement, { act: "proposal.end-study", subject: lot.code, digest: reportHash });
      return { statement, reportHash };
    });
    await tx.insert(prequalReports).values({ lotId, siteId: site.id, payload, reportHash, at: now });
    return { result: { state }, ...told };
  },
});
