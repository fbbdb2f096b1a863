import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { defineCommand, roles } from "@/kit/command";
import { leftBidders } from "@/lifecycle/bid-security/queries";
import { moveLot } from "@/lifecycle/lot/move";
import { drawNonces } from "@/lifecycle/lot/tables";
import { revocationsOf } from "@/lifecycle/opening/queries";
import { lockOwnLot } from "@/lifecycle/tender-project/queries";
import { digestOf, requireAct } from "@/platform/identity/act";
import { StatementInput } from "@/platform/identity/schema";
import { candidatesOf } from "../queries";
import { awards } from "../tables";

/** Digest of an award decision. */
export const decisionDigest = (lotCode: string, bidId: string, ground: string): Promise<string> =>
  digestOf({ lot: lotCode, bidId, ground });

/** Decides the winner (定标, transition 20): after the publication period, among the candidates only (BL40, IR55). */
export const decideAward = defineCommand({
  name: "award.decide",
  input: z.object({
    lotId: z.uuid(),
    statement: StatementInput,
    bidId: z.uuid(),
    ground: z.string().trim().max(1000).default(""),
  }),
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
