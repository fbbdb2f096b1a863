import { and, eq, inArray, sql } from "drizzle-orm";
import { z } from "zod";
import { permit, Refused, refuse } from "@/core/refusal";
import { defineCommand, roles } from "@/kit/command";
import { roundOf } from "@/lifecycle/law/rounds";
import { moveLot } from "@/lifecycle/lot/move";
import { hostsTender, reviewerFacts, standingApplications } from "@/lifecycle/prequalification/queries";
import { refusalOfReviewers, refusalToBeginReview } from "@/lifecycle/prequalification/rules";
import { applicationOpenings } from "@/lifecycle/prequalification/tables";
import { lockOwnLot } from "@/lifecycle/tender-project/queries";
import { outageVerdict } from "./outage";

/**
 * The host begins the review (transition 6, P2 → P3): when every application is open or the window is over, and the
 * reviewers are who they must be (IR18). Who did not release its key stays unopened, and alone hears so.
 */
export const startReview = defineCommand({
  name: "prequalification.start-review",
  input: z.object({ lotId: z.uuid() }),
  may: roles("tenderer", "agency"),
  async run({ tx, actor, clock }, { lotId }) {
    const { lot, tender } = await lockOwnLot(tx, actor, lotId);
    if (!hostsTender(actor, tender)) throw new Refused(refuse("not_found", "general.not_found"));
    const now = await clock();
    const kind = roundOf(tender.regime) ?? "application";
    if (kind === "application") {
      const reviewers = await reviewerFacts(tx, lotId);
      permit(refusalOfReviewers(tender.regime, reviewers));
      if (reviewers.some(({ declared }) => !declared))
        throw new Refused(refuse("conflict", "prequalification.reviewers_not_ready"));
    }
    // What is open is secret even from the host: the database says only whether anything is left to wait for.
    const [left] = await tx.execute<{ waiting: boolean; released: boolean }>(
      sql`select waiting, released from xb_applications_left(${lotId})`,
    );
    // Silences of the platform are settled first: they move the end of the window.
    if ((await outageVerdict(tx, lot, now)).kind !== "none") throw new Refused(refuse("unavailable", "opening.outage"));
    permit(refusalToBeginReview(kind, left!, lot.applicationWindowEndsAt, now));
    const applicantCount = (await standingApplications(tx, lotId)).length;
    const moved = await moveLot(tx, lot, "P3", now, { applicantCount }, { reviewStartedAt: now });
    const waiting = and(eq(applicationOpenings.lotId, lotId), eq(applicationOpenings.state, "waiting"));
    // What the platform has damaged could not be released: that is nobody's silence (DF-4).
    const damaged = (await tx.execute<{ id: string }>(sql`select id from xb_applications_damaged(${lotId}) as id`)).map(
      ({ id }) => id,
    );
    if (damaged.length)
      await tx
        .update(applicationOpenings)
        .set({ state: "failed", failureClass: "DF-4", failureEvidence: {}, finalAt: now })
        .where(and(waiting, inArray(applicationOpenings.applicationId, damaged)));
    await tx
      .update(applicationOpenings)
      .set({
        state: "failed",
        failureClass: "DF-1",
        failureEvidence: { windowEndedAt: lot.applicationWindowEndsAt!.toISOString() },
        finalAt: now,
      })
      .where(waiting);
    return { result: { state: "P3" as const }, trail: [moved.line] };
  },
});
