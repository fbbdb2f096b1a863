import { eq } from "drizzle-orm";
import { ts14 } from "@/core/time";
import type { CommandScope, Outcome } from "@/kit/command";
import type { Job } from "@/kit/outbox";
import { standingBids } from "@/lifecycle/bidding/queries";
import { moveLot } from "@/lifecycle/lot/move";
import type { Lot } from "@/lifecycle/lot/queries";
import { lotKeys } from "@/lifecycle/notice/hub-messages";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { writeLetters } from "@/platform/inbox/letters";
import type { Rejection } from "../queries";
import type { Step } from "../steps";
import { evaluations } from "../tables";

interface Ending {
  /** Why, as everybody reads it: without the committee's own words on single bids. */
  readonly reason: string;
  readonly rejections: readonly Rejection[];
  /** The committee's statement, where bids are left that do not compete (O12 art. 27). */
  readonly competition?: { readonly validBids: number; readonly text: string };
  readonly jobs: readonly Job[];
}

/**
 * Ends a lot without a candidate (否决所有投标, transition 17): no bid is left that could be compared, or the committee has stated
 * that those which are left clearly lack competition. Its statement goes to those who run the tender; bidders read that it was made.
 */
export async function rejectAll(
  { tx, site, now }: Pick<CommandScope, "tx" | "site" | "now">,
  lot: Lot,
  { reason, rejections, competition, jobs }: Ending,
): Promise<Outcome<{ step: Step }>> {
  const tender = await tenderProjectOf(tx, lot.tenderProjectId);
  const ungroundedRejections = rejections.filter(({ ground, reason: why }) => !ground || !why).length;
  const moved = await moveLot(tx, lot, "F2", now, {
    ungroundedRejections,
    validBids: competition?.validBids ?? 0,
    ...(competition ? { competition: { lacking: true, text: competition.text } } : {}),
  });
  await tx.update(evaluations).set({ step: "done", finishedAt: now }).where(eq(evaluations.lotId, lot.id));
  const owners = [...new Set([tender.tendererOrgId, tender.agencyOrgId].filter((org) => org !== null))];
  const letter = { lotId: lot.id, kind: "all-rejected", subject: `否决所有投标：标段 ${lot.code}` };
  const told = await writeLetters(tx, site.id, now, [
    ...(await standingBids(tx, lot.id)).map(({ orgId }) => ({
      ...{ ...letter, orgId },
      body: `评标委员会否决了本标段的所有投标：${reason}。招标人将依法重新招标；投标保证金按规定退还。`,
    })),
    ...owners.map((orgId) => ({
      ...{ ...letter, orgId },
      body: `评标委员会否决了本标段的所有投标：${reason}。${competition ? `书面意见：${competition.text}。` : ""}请分析原因后依法重新招标（12 号令第二十七条）。`,
    })),
  ]);
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
    jobs: [...jobs, ...told, { name: "deliver-outbox", payload: {}, key: `deliver:${site.id}` }],
  };
}
