import { z } from "zod";
import { permit } from "@/core/refusal";
import { defineCommand, roles } from "@/kit/command";
import { lockLot } from "@/lifecycle/lot/queries";
import { refusalToObtainForm } from "@/lifecycle/lot/rules";
import { requireMayBegin } from "@/platform/party/queries";
import { formInForce } from "../queries";
import { prequalObtainments } from "../tables";

/**
 * Obtains the prequalification document, free of charge. Who did so is secret for ever, like who obtained a tender document
 * (O20 art. 21, BL22): the record lies where nobody else reads, and no counter changes.
 */
export const obtainPrequalification = defineCommand({
  name: "prequalification.obtain",
  input: z.object({ lotId: z.uuid() }),
  may: roles("bidder"),
  async run({ tx, actor, site, clock }, { lotId }) {
    await requireMayBegin(tx, actor.orgId);
    const lot = await lockLot(tx, lotId, "share");
    const now = await clock();
    permit(refusalToObtainForm(lot, now));
    const { version, digest } = await formInForce(tx, lotId);
    const { orgId, personId, address } = actor;
    await tx
      .insert(prequalObtainments)
      .values({ siteId: site.id, lotId, orgId, personId, version, address, at: now })
      .onConflictDoNothing();
    return {
      result: { version, digest },
      trail: [
        {
          action: "prequalification.obtained",
          subject: lot.code,
          lotId,
          chain: `holders:${lotId}`,
          facts: { version, digest },
        },
      ],
    };
  },
});
