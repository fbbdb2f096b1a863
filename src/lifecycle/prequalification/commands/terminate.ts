import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { byService, defineCommand, defineServiceCommand, roles } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import type { Job } from "@/kit/outbox";
import { type RoundWords, roundWords } from "@/lifecycle/law/rounds";
import { type Lot, readLot } from "@/lifecycle/lot/queries";
import { announceEnding, type Ending, endingOf, publishEnding } from "@/lifecycle/notice/ending";
import { terminationMessage } from "@/lifecycle/notice/hub-messages";
import { type Withdrawal, WithdrawNotice } from "@/lifecycle/notice/schema";
import { requireSigners } from "@/lifecycle/signing/pair";
import { lockOwnLot, type TenderProject, tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { digestOf } from "@/platform/identity/act";
import { personOf } from "@/platform/party/queries";
import { messageFacts, prequalNoticeMessage, publicationOfVersion } from "../publication";
import { formHoldersOf, formInForce } from "../queries";
import { prequalNoticeNumber } from "./publish";

/** States in which a first round can be ended; a published tender document is withdrawn as that of any tender. */
const IN_ROUND: readonly string[] = ["P1", "P2", "P3", "P4"];

/** What becomes of packages: those that nobody opened stay sealed for ever, and who sent them stays secret. */
const fateOf = ({ document, package: sent, sender }: RoundWords): string =>
  `已递交、尚未开启的${sent}不再开启；${sender}的名称和数量不公开。${document}免费获取，没有需要退还的费用。`;

/** Title and fields of a termination (终止公告) as they will be published: what the page prints, and what is signed. */
export function terminationToPublish(tx: Tx, lot: Lot, tender: TenderProject, withdrawal: Withdrawal): Promise<Ending> {
  const words = roundWords(tender.regime);
  return endingOf(tx, lot, tender, withdrawal, {
    first: prequalNoticeNumber(lot.code),
    title: "终止招标公告",
    other: `本标段招标终止，${words.notice}及其更正不再有效。获取${words.document}的单位另行收到通知。${fateOf(words)}`,
  });
}

/** The digest that the tenderer signs. */
export const terminationDigest = (hash: string): Promise<string> => digestOf({ termination: hash });

/**
 * Ends the tendering in its first round (终止招标, transition 25, IR31): a notice of its own on page and hub, and a letter to
 * everybody who holds the document, in which nobody reads of anybody else. What nobody opened is never opened.
 */
export const terminateRound = defineCommand({
  name: "prequalification.terminate",
  input: WithdrawNotice,
  may: roles("tenderer"),
  async run(scope, { statement, ...withdrawal }) {
    const { tx, actor, site, clock } = scope;
    const { lot, tender } = await lockOwnLot(tx, actor, withdrawal.lotId);
    const now = await clock();
    if (!lot.prequalified || !IN_ROUND.includes(lot.state))
      throw new Refused(refuse("conflict", "prequalification.not_in_round"));
    const ending = await terminationToPublish(tx, lot, tender, withdrawal);
    const signed = await requireSigners(
      { ...scope, now },
      statement,
      { act: "prequalification.terminate", subject: lot.code, digest: await terminationDigest(ending.hash) },
      tender.id,
    );
    const p = await publicationOfVersion(tx, site, lot, tender, await formInForce(tx, lot.id));
    const ended = await publishEnding({ ...scope, now }, lot, tender, withdrawal, ending, signed);
    const operator = (await personOf(tx, actor.personId)).name;
    const facts = messageFacts(p, site, tender, ended.lot, ended.notice, operator, now);
    return {
      result: { number: ended.notice.number },
      trail: ended.trail,
      hub: [prequalNoticeMessage(facts, "9"), terminationMessage(facts, withdrawal.reason)],
      jobs: [
        { name: "announce-termination", payload: { lotId: lot.id }, key: `termination:${lot.id}` },
        { name: "deliver-outbox", payload: {}, key: `deliver:${site.id}` },
      ] satisfies Job[] as Job[],
    };
  },
});

/** Writes to everybody who obtained the document, once; in which nobody reads of anybody else. */
export const announceTermination = defineServiceCommand({
  name: "prequalification.announce-termination",
  input: z.object({ lotId: z.uuid() }),
  may: byService,
  async run(scope, { lotId }) {
    const { tx } = scope;
    const words = roundWords((await tenderProjectOf(tx, (await readLot(tx, lotId)).tenderProjectId)).regime);
    return announceEnding(scope, lotId, await formHoldersOf(tx, lotId), ({ code }, { number, fields }) => ({
      subject: `终止招标：标段 ${code}`,
      body: `招标人已终止标段 ${code} 的招标，原因：${fields.reason}。终止公告编号 ${number}。${fateOf(words)}`,
    }));
  },
});
