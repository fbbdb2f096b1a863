import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { formatInstant } from "@/core/time";
import { byService, defineCommand, defineServiceCommand, roles } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import type { Job } from "@/kit/outbox";
import type { Lot } from "@/lifecycle/lot/queries";
import { requireSigners } from "@/lifecycle/signing/pair";
import { documentInForce, holdersOf } from "@/lifecycle/tender-document/queries";
import { lockOwnLot, type TenderProject } from "@/lifecycle/tender-project/queries";
import { digestOf } from "@/platform/identity/act";
import { correctionFacts } from "./correction";
import { announceEnding, type Ending, endingOf, publishEnding } from "./ending";
import { noticeMessage, terminationMessage } from "./hub-messages";
import { noticesOfLot } from "./queries";
import { type Withdrawal, WithdrawNotice } from "./schema";

/** Title and fields of a withdrawal (撤回公告) as they will be published: what the page prints, and what is signed. */
export async function withdrawalToPublish(
  tx: Tx,
  lot: Lot,
  tender: TenderProject,
  withdrawal: Withdrawal,
): Promise<Ending> {
  const first = (await noticesOfLot(tx, lot.id)).find(({ kind }) => kind === "tender");
  if (!first) throw new Refused(refuse("not_found", "general.not_found"));
  return endingOf(tx, lot, tender, withdrawal, {
    first: first.number,
    title: "撤回公告（终止招标）",
    other:
      "本标段招标终止，首次公告及其更正不再有效。已获取招标文件的单位另行收到通知；已收取的招标文件费用、投标保证金及银行同期存款利息依法退还；已递交的加密投标文件不开启。",
  });
}

/** The digest that the tenderer signs. */
export const withdrawalDigest = (hash: string): Promise<string> => digestOf({ withdrawal: hash });

/**
 * Withdraws a published notice before the deadline and ends the tendering (终止招标, transition 25, IR31): a notice of its
 * own on page and hub, a letter to everybody who holds the document. The bids that were handed in stay sealed for ever.
 */
export const withdrawNotice = defineCommand({
  name: "notice.withdraw",
  input: WithdrawNotice,
  may: roles("tenderer"),
  async run(scope, { statement, ...withdrawal }) {
    const { tx, actor, site, clock } = scope;
    const { lot, tender } = await lockOwnLot(tx, actor, withdrawal.lotId);
    // The deadline decides: the clock is read when nobody can move the lot any more.
    const now = await clock();
    if (lot.state !== "T1") throw new Refused(refuse("conflict", "notice.not_withdrawable"));
    if (lot.bidDeadline && now >= lot.bidDeadline)
      throw new Refused(refuse("too_late", "notice.withdraw_too_late", { deadline: formatInstant(lot.bidDeadline) }));
    const ending = await withdrawalToPublish(tx, lot, tender, withdrawal);
    const signed = await requireSigners(
      { ...scope, now },
      statement,
      { act: "notice.withdraw", subject: lot.code, digest: await withdrawalDigest(ending.hash) },
      tender.id,
    );
    const document = await documentInForce(tx, lot.id);
    const facts = await correctionFacts({ ...scope, now }, lot, tender, document.content);
    const { notice, trail } = await publishEnding({ ...scope, now }, lot, tender, withdrawal, ending, signed);
    return {
      result: { number: notice.number },
      trail,
      hub: [noticeMessage({ ...facts, notice }, "9"), terminationMessage(facts, withdrawal.reason)],
      jobs: [
        { name: "announce-withdrawal", payload: { lotId: lot.id }, key: `withdrawal:${lot.id}` },
        { name: "deliver-outbox", payload: {}, key: `deliver:${site.id}` },
      ] satisfies Job[] as Job[],
    };
  },
});

/** Writes to everybody who holds the document, once. */
export const announceWithdrawal = defineServiceCommand({
  name: "notice.announce-withdrawal",
  input: z.object({ lotId: z.uuid() }),
  may: byService,
  run: async (scope, { lotId }) =>
    announceEnding(scope, lotId, await holdersOf(scope.tx, lotId), ({ code }, { number, fields }) => ({
      subject: `终止招标：标段 ${code} 的公告已撤回`,
      body: `招标人已撤回标段 ${code} 的招标公告并终止招标，原因：${fields.reason}。撤回公告编号 ${number}。贵单位如已递交投标文件，加密文件不会开启；招标文件费用、投标保证金及利息依法退还。`,
    })),
});
