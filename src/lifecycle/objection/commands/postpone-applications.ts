import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { addDays, formatInstant } from "@/core/time";
import { isWorkday } from "@/core/workdays";
import { byService, defineServiceCommand } from "@/kit/command";
import { roundWords } from "@/lifecycle/law/rounds";
import { lotFace } from "@/lifecycle/lot/move";
import { lockLot, updateLot } from "@/lifecycle/lot/queries";
import { publishPostponement } from "@/lifecycle/prequalification/postponement";
import { formHoldersOf } from "@/lifecycle/prequalification/queries";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { writeLetters } from "@/platform/inbox/letters";
import { openSuspending } from "../queries";
import { POSTPONE_DAYS, POSTPONE_MINUTES } from "./watch";

/**
 * Moves the deadline of applications that would come while an objection to the prequalification document is open (IR22): no
 * applicant's time may end in it. The notice is the platform's own, and those who hold the document are written to.
 */
export const postponeApplications = defineServiceCommand({
  name: "objection.postpone-applications",
  input: z.object({ lotId: z.uuid() }),
  may: byService,
  async run({ tx, site, ports, now }, { lotId }) {
    const lot = await lockLot(tx, lotId);
    const old = lot.applicationDeadline;
    const isDue = lot.state === "P1" && old && now.getTime() >= old.getTime() - POSTPONE_MINUTES * 60_000;
    if (!isDue || (await openSuspending(tx, lotId)).length === 0)
      throw new Refused(refuse("conflict", "general.changed_meanwhile"));
    let moved = addDays(old, POSTPONE_DAYS);
    while (!isWorkday(moved) || moved <= now) moved = addDays(moved, 1);
    const updated = await updateLot(tx, lot, { applicationDeadline: moved });
    const tender = await tenderProjectOf(tx, lot.tenderProjectId);
    const words = roundWords(tender.regime);
    const summary = `因对${words.document}的异议尚未答复，招标投标活动暂停，${words.deadline}时间顺延`;
    const number = await publishPostponement({ tx, site, ports, now }, updated, tender, old, summary);
    const parties = [tender.tendererOrgId, tender.agencyOrgId].filter((org) => org !== null);
    const jobs = await writeLetters(
      tx,
      site.id,
      now,
      [...new Set([...(await formHoldersOf(tx, lotId)), ...parties])].map((orgId) => ({
        orgId,
        lotId,
        kind: "postponed",
        subject: `${words.deadline}时间顺延：标段 ${lot.code}`,
        body: `${summary}，由 ${formatInstant(old)} 改为 ${formatInstant(moved)}。已递交的${words.short}仍然有效，可替换或撤回。`,
        byPhone: true,
      })),
    );
    return {
      result: { newDeadline: moved.toISOString() },
      trail: [
        {
          action: "lot.postponed",
          subject: number,
          lotId,
          chain: `project:${tender.id}`,
          facts: { oldDeadline: old.toISOString(), newDeadline: moved.toISOString(), ground: "objection" },
          changed: { before: { lot: lotFace(lot) }, after: { lot: lotFace(updated) } },
        },
      ],
      jobs,
    };
  },
});
