import { eq } from "drizzle-orm";
import { ts14 } from "@/core/time";
import type { CommandScope, Outcome, Service } from "@/kit/command";
import type { Job } from "@/kit/outbox";
import { moveLot } from "@/lifecycle/lot/move";
import type { Lot } from "@/lifecycle/lot/queries";
import { lotKeys } from "@/lifecycle/notice/hub-messages";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import type { Rejection } from "../queries";
import type { Step } from "../steps";
import { evaluations } from "../tables";

/** Ends a lot of which no bid is left (否决所有投标, transition 17): there is nothing that could be compared or recommended. */
export async function rejectAll(
  { tx, site, now }: Pick<CommandScope<Service>, "tx" | "site" | "now">,
  lot: Lot,
  { reason, rejections, jobs }: { reason: string; rejections: readonly Rejection[]; jobs: readonly Job[] },
): Promise<Outcome<{ step: Step }>> {
  const tender = await tenderProjectOf(tx, lot.tenderProjectId);
  const ungroundedRejections = rejections.filter(({ ground, reason: why }) => !ground || !why).length;
  const moved = await moveLot(tx, lot, "F2", now, { ungroundedRejections, validBids: 0 });
  await tx.update(evaluations).set({ step: "done", finishedAt: now }).where(eq(evaluations.lotId, lot.id));
  return {
    result: { step: "done" },
    trail: [moved.line],
    hub: [
      {
        dataset: "517",
        tenderProjectId: tender.id,
        lotId: lot.id,
        subject: `${lot.code}-F2`,
        body: {
          ...lotKeys(lot, tender),
          EXCEPITON_NAME: `${lot.name}否决所有投标`,
          EXCEPITON_INFOR: reason,
          APPROVAL_RESULT: "依法重新招标",
          APPROVAL_TIME: ts14(now),
          EXCEPITON_TYPE: "9",
        },
      },
    ],
    jobs: [...jobs, { name: "deliver-outbox", payload: {}, key: `deliver:${site.id}` }],
  };
}
