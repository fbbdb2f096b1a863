import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { byService, defineCommand, defineServiceCommand, roles } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import type { Job } from "@/kit/outbox";
import { type RoundWords, roundWords } from "@/lifecycle/law/rounds";
import { lotFace, moveLot } from "@/lifecycle/lot/move";
import { type Lot, readLot } from "@/lifecycle/lot/queries";
import { contentHash, noticeBody } from "@/lifecycle/notice/fields";
import { terminationMessage } from "@/lifecycle/notice/hub-messages";
import { type Withdrawal, WithdrawNotice } from "@/lifecycle/notice/schema";
import { notices } from "@/lifecycle/notice/tables";
import { requireSigners } from "@/lifecycle/signing/pair";
import { lockOwnLot, type TenderProject, tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { digestOf } from "@/platform/identity/act";
import { writeLetters } from "@/platform/inbox/letters";
import { organisationOf, personOf } from "@/platform/party/queries";
import { messageFacts, prequalNoticeMessage, publicationOfVersion } from "../publication";
import { formHoldersOf, formInForce } from "../queries";
import { prequalNoticeNumber } from "./publish";

/** States in which a first round can be ended; a published tender document is withdrawn as that of any tender. */
const IN_ROUND: readonly string[] = ["P1", "P2", "P3", "P4"];

/** What becomes of packages: those that nobody opened stay sealed for ever, and who sent them stays secret. */
const fateOf = ({ document, package: sent, sender }: RoundWords): string =>
  `已递交、尚未开启的${sent}不再开启；${sender}的名称和数量不公开。${document}免费获取，没有需要退还的费用。`;

/** Title and fields of a termination (终止公告) as they will be published: what the page prints, and what is signed. */
export async function terminationToPublish(
  tx: Tx,
  lot: Lot,
  tender: TenderProject,
  { reason, isForceMajeure }: Withdrawal,
) {
  const words = roundWords(tender.regime);
  const tenderer = await organisationOf(tx, tender.tendererOrgId);
  const first = prequalNoticeNumber(lot.code);
  const title = `${tender.name}${lot.name}终止招标公告`;
  const fields: Record<string, string> = {
    originalNotice: first,
    tenderProjectCode: tender.code,
    lotCode: lot.code,
    lotName: lot.name,
    reason: isForceMajeure ? `因不可抗力：${reason}` : reason,
    tendererName: tenderer.name,
    tendererContact: `${tenderer.contact} ${tenderer.phone}`.trim(),
    supervision: tender.superviseDept,
    other: `本标段招标终止，${words.notice}及其更正不再有效。获取${words.document}的单位另行收到通知。${fateOf(words)}`,
  };
  return { number: `${first}-CH`, title, fields, hash: contentHash(title, fields) };
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
    const { reason, isForceMajeure } = withdrawal;
    const { number, title, fields, hash } = await terminationToPublish(tx, lot, tender, withdrawal);
    const signed = await requireSigners(
      { ...scope, now },
      statement,
      { act: "prequalification.terminate", subject: lot.code, digest: await terminationDigest(hash) },
      tender.id,
    );
    const p = await publicationOfVersion(tx, site, lot, tender, await formInForce(tx, lot.id));
    const ended = await moveLot(tx, lot, "F3", now, {
      regime: tender.regime,
      termination: { ground: reason, isForceMajeure },
      // The job that writes to them stands in this transaction.
      holdersNotified: true,
    });
    const body = noticeBody(fields);
    await tx.insert(notices).values({
      ...{ siteId: site.id, lotId: lot.id, tenderProjectId: tender.id, number, kind: "withdrawal", title, fields },
      ...{ body, contentHash: hash, ...signed, publishedAt: now },
    });
    const notice = { number, title, body, url: `https://${site.host}/notices/${number}` };
    const operator = (await personOf(tx, actor.personId)).name;
    const facts = messageFacts(p, site, tender, ended.lot, notice, operator, now);
    return {
      result: { number },
      trail: [
        {
          action: "notice.withdrawn",
          subject: number,
          lotId: lot.id,
          chain: `project:${tender.id}`,
          facts: { contentHash: hash, reason, isForceMajeure },
          changed: {
            before: { lot: lotFace(lot) },
            after: { lot: lotFace(ended.lot), notice: { number, title, fields } },
          },
        },
        ended.line,
      ],
      hub: [prequalNoticeMessage(facts, "9"), terminationMessage(facts, reason)],
      jobs: [
        { name: "announce-termination", payload: { lotId: lot.id }, key: `termination:${lot.id}` },
        { name: "deliver-outbox", payload: {}, key: `deliver:${site.id}` },
      ] satisfies Job[] as Job[],
    };
  },
});

/** Writes to everybody who obtained the document, all in one transaction; who ends the tendering learns neither names nor number. */
export const announceTermination = defineServiceCommand({
  name: "prequalification.announce-termination",
  input: z.object({ lotId: z.uuid() }),
  may: byService,
  async run({ tx, site, now }, { lotId }) {
    const lot = await readLot(tx, lotId);
    const words = roundWords((await tenderProjectOf(tx, lot.tenderProjectId)).regime);
    // Job and sweep may come in the same instant: the one that marks the notice writes, the other finds it marked.
    const [notice] = await tx
      .update(notices)
      .set({ announcedAt: now })
      .where(and(eq(notices.number, `${prequalNoticeNumber(lot.code)}-CH`), isNull(notices.announcedAt)))
      .returning();
    if (!notice) throw new Refused(refuse("conflict", "general.changed_meanwhile"));
    const jobs = await writeLetters(
      tx,
      site.id,
      now,
      (await formHoldersOf(tx, lotId)).map((orgId) => ({
        orgId,
        lotId,
        kind: "withdrawn",
        subject: `终止招标：标段 ${lot.code}`,
        body: `招标人已终止标段 ${lot.code} 的招标，原因：${notice.fields.reason}。终止公告编号 ${notice.number}。${fateOf(words)}`,
        byPhone: true,
      })),
    );
    return {
      result: { announced: true },
      // How many letters there were is a number of those who hold the document.
      trail: [
        {
          action: "withdrawal.announced",
          subject: notice.number,
          lotId,
          chain: `holders:${lotId}`,
          facts: { notice: notice.number },
        },
      ],
      jobs,
    };
  },
});
