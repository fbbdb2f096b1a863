import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { defineCommand, roles } from "@/kit/command";
import { lockOwnLot } from "@/lifecycle/tender-project/queries";
import { needsNotice } from "../rules";
import { instructionReceipts, instructions } from "../tables";

/**
 * Those who run the tender take notice of a decision that changed its course (签收监督决定): who and when is on record. It was carried
 * out before, and nobody's consent was asked.
 */
export const takeNotice = defineCommand({
  name: "supervision.take-notice",
  input: z.object({ lotId: z.uuid(), instructionId: z.uuid() }),
  may: roles("tenderer", "agency"),
  async run({ tx, actor, site, now }, { lotId, instructionId }) {
    const { lot } = await lockOwnLot(tx, actor, lotId);
    const [order] = await tx
      .select()
      .from(instructions)
      .where(
        and(eq(instructions.id, instructionId), eq(instructions.lotId, lotId), eq(instructions.state, "executed")),
      );
    if (!order || !needsNotice(order.type)) throw new Refused(refuse("not_found", "general.not_found"));
    const [kept] = await tx
      .insert(instructionReceipts)
      .values({ instructionId, siteId: site.id, lotId, orgId: actor.orgId, personId: actor.personId, at: now })
      .onConflictDoNothing()
      .returning({ id: instructionReceipts.instructionId });
    if (!kept) throw new Refused(refuse("conflict", "supervision.notice_taken"));
    return {
      result: {},
      trail: [
        {
          action: "instruction.notice-taken",
          subject: order.no,
          lotId,
          chain: `project:${lot.tenderProjectId}`,
          facts: { instruction: order.hash },
        },
      ],
    };
  },
});
