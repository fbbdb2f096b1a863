import { z } from "zod";
import { defineCommand, roles } from "@/kit/command";
import { activeMembers, requestOf } from "@/lifecycle/committee/queries";
import { moveLot } from "@/lifecycle/lot/move";
import { lockOwnLot } from "@/lifecycle/tender-project/queries";
import { evaluations } from "../tables";

/** Starts the evaluation (transition 14): all members at their seats and declared. */
export const startEvaluation = defineCommand({
  name: "evaluation.start",
  input: z.object({ lotId: z.uuid() }),
  may: roles("tenderer", "agency"),
  async run({ tx, actor, site, now }, { lotId }) {
    const { lot, tender } = await lockOwnLot(tx, actor, lotId);
    const request = await requestOf(tx, lotId);
    const members = await activeMembers(tx, lotId);
    // Members who have not signed in are invisible to the host: as many as were asked for must be seen, signed in and declared.
    const committee = Array.from({ length: request?.memberCount ?? 0 }, (_, i) => ({
      kind: "expert" as const,
      signedIn: Boolean(members[i]?.signedInAt),
      declared: Boolean(members[i]?.declaredAt),
    }));
    const moved = await moveLot(tx, lot, "E1", now, { regime: tender.regime, committee });
    await tx.insert(evaluations).values({ lotId, siteId: site.id, startedAt: now });
    return { result: { state: "E1" as const }, trail: [moved.line] };
  },
});
