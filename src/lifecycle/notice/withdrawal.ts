import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { formatInstant } from "@/core/time";
import { byService, defineCommand, defineServiceCommand, roles } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import type { Job } from "@/kit/outbox";
import { lotFace, moveLot } from "@/lifecycle/lot/move";
import { type Lot, readLot } from "@/lifecycle/lot/queries";
import { requireSigners } from "@/lifecycle/signing/pair";
import { documentInForce, holdersOf } from "@/lifecycle/tender-document/queries";
import { lockOwnLot, type TenderProject } from "@/lifecycle/tender-project/queries";
import { digestOf } from "@/platform/identity/act";
import { writeLetters } from "@/platform/inbox/letters";
import { organisationOf } from "@/platform/party/queries";
import { correctionFacts } from "./correction";
import { contentHash, noticeBody } from "./fields";
import { noticeMessage, terminationMessage } from "./hub-messages";
import { noticesOfLot } from "./queries";
import { type Withdrawal, WithdrawNotice } from "./schema";
import { notices } from "./tables";

/** Title and fields of a withdrawal (撤回公告) as they will be published: what the page prints, and what is signed. */
export async function withdrawalToPublish(
  tx: Tx,
  lot: Lot,
  tender: TenderProject,
  { reason, isForceMajeure }: Withdrawal,
) {
  const first = (await noticesOfLot(tx, lot.id)).find(({ kind }) => kind === "tender");
  if (!first) throw new Refused(refuse("not_found", "general.not_found"));
  const tenderer = await organisationOf(tx, tender.tendererOrgId);
  const title = `${tender.name}${lot.name}撤回公告（终止招标）`;
  const fields: Record<string, string> = {
    originalNotice: first.number,
    tenderProjectCode: tender.code,
    lotCode: lot.code,
    lotName: lot.name,
    reason: isForceMajeure ? `因不可抗力：${reason}` : reason,
    tendererName: tenderer.name,
    tendererContact: `${tenderer.contact} ${tenderer.phone}`.trim(),
    supervision: tender.superviseDept,
    other:
      "本标段招标终止，首次公告及其更正不再有效。已获取招标文件的单位另行收到通知；已收取的招标文件费用、投标保证金及银行同期存款利息依法退还；已递交的加密投标文件不开启。",
  };
  return { number: `${first.number}-CH`, title, fields, hash: contentHash(title, fields) };
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
    const { reason, isForceMajeure } = withdrawal;
    const { number, title, fields, hash } = await withdrawalToPublish(tx, lot, tender, withdrawal);
    const signed = await requireSigners(
      { ...scope, now },
      statement,
      { act: "notice.withdraw", subject: lot.code, digest: await withdrawalDigest(hash) },
      tender.id,
    );
    const document = await documentInForce(tx, lot.id);
    const facts = await correctionFacts({ ...scope, now }, lot, tender, document.content);
    const ended = await moveLot(tx, lot, "F3", now, {
      regime: tender.regime,
      termination: { ground: reason, isForceMajeure },
      // The job that writes to them stands in this transaction.
      holdersNotified: true,
    });
    const body = noticeBody(fields);
    await tx.insert(notices).values({
      siteId: site.id,
      lotId: lot.id,
      tenderProjectId: tender.id,
      number,
      kind: "withdrawal",
      title,
      fields,
      body,
      contentHash: hash,
      ...signed,
      publishedAt: now,
    });
    const notice = { number, title, body, url: `https://${site.host}/notices/${number}` };
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
      hub: [noticeMessage({ ...facts, notice }, "9"), terminationMessage(facts, reason)],
      jobs: [
        { name: "announce-withdrawal", payload: { lotId: lot.id }, key: `withdrawal:${lot.id}` },
        { name: "deliver-outbox", payload: {}, key: `deliver:${site.id}` },
      ] satisfies Job[] as Job[],
    };
  },
});

/** Writes to everybody who holds the document; the platform does it, so that the tenderer learns neither names nor number. */
export const announceWithdrawal = defineServiceCommand({
  name: "notice.announce-withdrawal",
  input: z.object({ lotId: z.uuid() }),
  may: byService,
  async run({ tx, site, now }, { lotId }) {
    const lot = await readLot(tx, lotId);
    // Job and sweep may come in the same instant: the one that marks the notice writes, the other finds it marked.
    const [notice] = await tx
      .update(notices)
      .set({ announcedAt: now })
      .where(and(eq(notices.lotId, lotId), eq(notices.kind, "withdrawal"), isNull(notices.announcedAt)))
      .returning();
    if (!notice) throw new Refused(refuse("conflict", "general.changed_meanwhile"));
    const jobs = await writeLetters(
      tx,
      site.id,
      now,
      (await holdersOf(tx, lotId)).map((orgId) => ({
        orgId,
        lotId,
        kind: "withdrawn",
        subject: `终止招标：标段 ${lot.code} 的公告已撤回`,
        body: `招标人已撤回标段 ${lot.code} 的招标公告并终止招标，原因：${notice.fields.reason}。撤回公告编号 ${notice.number}。贵单位如已递交投标文件，加密文件不会开启；招标文件费用、投标保证金及利息依法退还。`,
        byPhone: true,
      })),
    );
    return {
      result: { announced: true },
      // How many letters there were is a number of bidders.
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
