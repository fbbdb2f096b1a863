import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { ts14 } from "@/core/time";
import { type CommandScope, defineCommand, roles } from "@/kit/command";
import { standingBids } from "@/lifecycle/bidding/queries";
import { moveLot } from "@/lifecycle/lot/move";
import type { Lot } from "@/lifecycle/lot/queries";
import { lotKeys } from "@/lifecycle/notice/hub-messages";
import { revocationsOf } from "@/lifecycle/opening/queries";
import { lockOwnLot } from "@/lifecycle/tender-project/queries";
import { digestOf, requireAct } from "@/platform/identity/act";
import { StatementInput } from "@/platform/identity/schema";
import { writeLetters } from "@/platform/inbox/letters";
import { awardOf } from "./queries";
import { pastAwards } from "./tables";

const REASON = "中标候选人在中标通知书发出前撤销投标文件，放弃中标（实施条例第五十五条）";

/** What the tenderer signs: which decision is taken back, and why. @throws Refused when its winner has not revoked. */
export async function passingOver(tx: CommandScope["tx"], lot: Lot) {
  const award = await awardOf(tx, lot.id);
  if (!award || lot.state !== "A2") throw new Refused(refuse("conflict", "award.not_decided"));
  if (!(await revocationsOf(tx, lot.id)).has(award.bidId))
    throw new Refused(refuse("conflict", "award.winner_not_revoked"));
  const digest = await digestOf({ lot: lot.code, bidId: award.bidId, reason: REASON });
  return { award, toSign: { act: "award.pass-over", subject: lot.code, digest } };
}

/**
 * The tenderer takes back a decision whose winner has revoked its bid (A2 → A1, transition 21): the next candidate may be chosen, at
 * its own bid. Bidders are told the reason; the decision is kept.
 */
export const passOverWinner = defineCommand({
  name: "award.pass-over",
  input: z.object({ lotId: z.uuid(), statement: StatementInput }),
  may: roles("tenderer"),
  async run(scope, { lotId, statement }) {
    const { tx, actor, site, now } = scope;
    const { lot, tender } = await lockOwnLot(tx, actor, lotId);
    const { award, toSign } = await passingOver(tx, lot);
    await requireAct(scope, statement, toSign);
    const { bidId, priceFen, ground, decision, decidedAt } = award;
    await tx.insert(pastAwards).values({
      ...{ siteId: site.id, lotId, bidId, priceFen, ground, decision, decidedAt, reason: REASON, statement, at: now },
    });
    const moved = await moveLot(tx, lot, "A1", now, { lossGround: "gave_up", contractSigned: false });
    const jobs = await writeLetters(
      tx,
      site.id,
      now,
      (await standingBids(tx, lotId)).map(({ orgId }) => ({
        orgId,
        lotId,
        kind: "award-passed-over",
        subject: `重新确定中标人：标段 ${lot.code}`,
        body: `${REASON}。招标人将按评标报告的排序，从其后的中标候选人中依次确定中标人。`,
      })),
    );
    return {
      result: { state: "A1" as const },
      trail: [
        {
          action: "award.passed-over",
          subject: bidId,
          lotId,
          chain: `project:${tender.id}`,
          facts: { reason: REASON, digest: toSign.digest },
        },
        moved.line,
      ],
      hub: [
        {
          dataset: "517",
          tenderProjectId: tender.id,
          lotId,
          subject: `${lot.code}-DB-${ts14(now)}`,
          body: {
            ...lotKeys(lot, tender),
            EXCEPITON_NAME: `${lot.name}重新确定中标人`,
            EXCEPITON_INFOR: REASON,
            APPROVAL_RESULT: "依次确定其后的中标候选人",
            APPROVAL_TIME: ts14(now),
            EXCEPITON_TYPE: "9",
          },
        },
      ],
      jobs: [...jobs, { name: "deliver-outbox", payload: {}, key: `deliver:${site.id}` }],
    };
  },
});
