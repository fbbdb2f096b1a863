import { permit, Refused, refuse } from "@/core/refusal";
import { defineCommand, roles } from "@/kit/command";
import { filesOf } from "@/platform/file/queries";
import { approvalOf, lockOwnLot } from "./queries";
import { refusalOfApproval } from "./rules";
import { PlanApproval } from "./schema";
import { planApprovals } from "./tables";

/**
 * Records by hand what the authority decided on the tender of a project: scope, mode and form (IR7), with its document. A
 * record is never changed; a new document is a new record, and the newest counts.
 */
export const recordApproval = defineCommand({
  name: "tender-project.record-approval",
  input: PlanApproval,
  may: roles("tenderer", "agency"),
  async run({ tx, actor, site, now }, { lotId, ...approval }) {
    const { lot, tender } = await lockOwnLot(tx, actor, lotId);
    if (lot.state !== "D0") throw new Refused(refuse("conflict", "tender.not_editable"));
    permit(refusalOfApproval(approval, now));
    const [file] = await filesOf(tx, [approval.fileId]);
    if (file?.ownerOrgId !== actor.orgId) throw new Refused(refuse("not_found", "tender.approval_file_unknown"));
    const { personId } = actor;
    const earlier = await approvalOf(tx, tender.id);
    const number = (earlier?.number ?? 0) + 1;
    await tx
      .insert(planApprovals)
      .values({ siteId: site.id, tenderProjectId: tender.id, number, personId, at: now, ...approval });
    const { kind, authority, documentNumber, decidedOn, tenderMode, orgForm } = approval;
    return {
      result: { documentNumber },
      trail: [
        {
          action: "plan-approval.recorded",
          subject: tender.code,
          lotId,
          chain: `project:${tender.id}`,
          facts: { kind, authority, documentNumber, decidedOn, tenderMode, orgForm, by: "hand", file: file.sha256 },
          changed: { before: earlier, after: { number, ...approval } },
        },
      ],
    };
  },
});
