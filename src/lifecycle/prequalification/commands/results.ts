import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { defineCommand, roles } from "@/kit/command";
import { lockOwnLot } from "@/lifecycle/tender-project/queries";
import { requireAct } from "@/platform/identity/act";
import { StatementInput } from "@/platform/identity/schema";
import { hostsTender, reviewersOf, reviewReportOf, signaturesOf } from "../queries";
import { settleRound } from "./announce";

/** The host sends the results (资格预审结果通知书): the report that every reviewer has signed. */
export const sendResults = defineCommand({
  name: "prequalification.send-results",
  input: z.object({ lotId: z.uuid(), statement: StatementInput }),
  may: roles("tenderer", "agency"),
  async run(scope, { lotId, statement }) {
    const { tx, actor, clock } = scope;
    const { lot, tender } = await lockOwnLot(tx, actor, lotId);
    if (!hostsTender(actor, tender)) throw new Refused(refuse("not_found", "general.not_found"));
    if (tender.regime.twoStage) throw new Refused(refuse("conflict", "proposal.not_a_review"));
    const now = await clock();
    const report = await reviewReportOf(tx, lotId);
    const reviewers = await reviewersOf(tx, lotId);
    const signatures = report ? await signaturesOf(tx, lotId) : [];
    const facts = {
      reviewReportSigned: reviewers.length > 0 && signatures.length === reviewers.length,
      reviewCommittee: reviewers.map(({ kind }) => ({ kind: kind as "expert" | "tenderer" })),
    };
    const { state, ...told } = await settleRound(
      scope,
      lot,
      tender,
      report?.payload.applicants ?? [],
      facts,
      now,
      async () => {
        const { reportHash } = report!;
        await requireAct(scope, statement, {
          act: "prequalification.send-results",
          subject: lot.code,
          digest: reportHash,
        });
        return { statement, reportHash };
      },
    );
    return { result: { state }, ...told };
  },
});
