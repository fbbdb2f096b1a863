import { permit } from "@/core/refusal";
import { defineCommand, roles } from "@/kit/command";
import { requireInvited } from "@/lifecycle/invitation/queries";
import { lockLot } from "@/lifecycle/lot/queries";
import { refusalToSubmit } from "@/lifecycle/lot/rules";
import { GuaranteeMark } from "../schema";
import { securityMarks } from "../tables";

/** The bidder says that its sealed bid brings a guarantee: the hash alone, so that the receipt can ask for one (RF-14). */
export const markGuarantee = defineCommand({
  name: "security.mark",
  input: GuaranteeMark,
  may: roles("bidder"),
  async run({ tx, actor, site, clock }, { lotId, sha256 }) {
    const lot = await lockLot(tx, lotId, "share");
    await requireInvited(tx, actor, lot);
    const at = await clock();
    permit(refusalToSubmit(lot, at));
    await tx
      .insert(securityMarks)
      .values({ siteId: site.id, lotId, orgId: actor.orgId, personId: actor.personId, sha256, at })
      .onConflictDoNothing();
    return {
      result: {},
      trail: [{ action: "security.marked", subject: lot.code, lotId, chain: `holders:${lotId}`, facts: { sha256 } }],
    };
  },
});
