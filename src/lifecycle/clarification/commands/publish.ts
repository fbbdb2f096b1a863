import { randomUUID } from "node:crypto";
import { and, inArray, isNull } from "drizzle-orm";
import { permit, Refused, refuse } from "@/core/refusal";
import { formatInstant } from "@/core/time";
import { defineCommand, roles } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import type { Job } from "@/kit/outbox";
import { profileOf } from "@/lifecycle/law/clauses";
import { moveLot } from "@/lifecycle/lot/move";
import type { Lot } from "@/lifecycle/lot/queries";
import { requireScope } from "@/lifecycle/mandate/queries";
import { correctionFacts, publishCorrection } from "@/lifecycle/notice/correction";
import { documentMessage, noticeMessage } from "@/lifecycle/notice/hub-messages";
import { requireSigners } from "@/lifecycle/signing/pair";
import { documentInForce } from "@/lifecycle/tender-document/queries";
import { documentDigest, documentManifest, refusalOfGatherings } from "@/lifecycle/tender-document/rules";
import { tenderDocuments } from "@/lifecycle/tender-document/tables";
import { lockOwnLot } from "@/lifecycle/tender-project/queries";
import { filesOf } from "@/platform/file/queries";
import { answerable, clarificationsOf } from "../queries";
import {
  type ClarificationContent,
  clarificationHash,
  gatheringItems,
  proposedDeadline,
  refusalOfDeadline,
  refusalOfEmpty,
  refusalOfGatheringTimes,
} from "../rules";
import { type AnsweredItem, type Clarification, PublishClarification } from "../schema";
import { clarifications, clarificationTexts, questions } from "../tables";

/** Everything that a clarification will put into force: what is signed, and what the act writes. */
export async function clarificationToPublish(
  tx: Tx,
  lot: Lot,
  c: Clarification,
): Promise<{
  content: ClarificationContent;
  hash: string;
  fileIds: string[];
  base: Awaited<ReturnType<typeof documentInForce>>;
}> {
  const inForce = await documentInForce(tx, lot.id);
  const base = c.gatherings ? { ...inForce, content: { ...inForce.content, gatherings: c.gatherings } } : inForce;
  const asked = await answerable(
    tx,
    lot.id,
    c.answers.map(({ questionId }) => questionId),
  );
  if (asked.length !== new Set(c.answers.map(({ questionId }) => questionId)).size)
    throw new Refused(refuse("conflict", "clarification.question_answered"));
  const items: AnsweredItem[] = [
    ...c.answers.map(({ questionId, answer }) => {
      const question = asked.find(({ id }) => id === questionId)!;
      return { questionId, clause: question.clause, question: question.text, answer };
    }),
    ...c.remarks,
    ...gatheringItems(c.gatherings),
  ];
  const documentVersion = base.version + 1;
  const fileIds = [...base.fileIds, ...c.fileIds];
  const files = await filesOf(tx, fileIds);
  if (files.length !== new Set(fileIds).size) throw new Refused(refuse("not_found", "general.not_found"));
  const content: ClarificationContent = {
    lot: lot.code,
    number: (await clarificationsOf(tx, lot.id)).length + 1,
    title: c.title,
    documentVersion,
    items,
    changes: c.changes,
    affectsBids: c.affectsBids,
    obligatory: c.obligatory,
    ...(c.newDeadline ? { newDeadline: c.newDeadline.toISOString() } : {}),
    documentDigest: documentDigest(documentManifest(lot.code, documentVersion, base.content, files)),
  };
  return { content, hash: clarificationHash(content), fileIds, base };
}

/**
 * Publishes a clarification or change (澄清与修改), transition 9: a new version of the tender document, the answers for
 * everybody who obtained it, and, when the deadline must move, a correction of the notice on page and hub in the same act.
 */
export const publishClarification = defineCommand({
  name: "clarification.publish",
  input: PublishClarification,
  may: roles("tenderer", "agency"),
  async run(scope, { statement, ...c }) {
    const { tx, actor, site, now } = scope;
    const { lot, tender } = await lockOwnLot(tx, actor, c.lotId);
    await requireScope(tx, actor, tender, "clarify", now);
    if (lot.state !== "T1") throw new Refused(refuse("conflict", "clarification.not_tendering"));
    permit(refusalOfEmpty(c));
    const deadline = lot.bidDeadline!;
    permit(refusalOfDeadline(deadline, c.newDeadline));
    // What is attached is the publisher's own, as in the document itself.
    if ((await filesOf(tx, c.fileIds)).some(({ ownerOrgId }) => ownerOrgId !== actor.orgId))
      throw new Refused(refuse("not_found", "general.not_found"));
    permit(refusalOfGatherings(c.gatherings));
    permit(refusalOfGatheringTimes(c.gatherings, now, c.newDeadline ?? deadline));
    const earliest = c.affectsBids ? proposedDeadline(profileOf(site.profile), deadline, now) : undefined;
    if (earliest && (!c.newDeadline || proposedDeadline(profileOf(site.profile), c.newDeadline, now)))
      throw new Refused(refuse("too_late", "clarification.must_move", { earliest: formatInstant(earliest) }));
    const { content, hash, fileIds, base } = await clarificationToPublish(tx, lot, c);
    const signed = await requireSigners(
      scope,
      statement,
      { act: "clarification.publish", subject: lot.code, digest: hash },
      tender.id,
    );

    const newDeadline = c.newDeadline ?? deadline;
    const moved = await moveLot(
      tx,
      lot,
      "T1",
      now,
      { regime: tender.regime, change: { affectsBids: c.affectsBids, newDeadline } },
      { bidDeadline: newDeadline },
    );
    const id = randomUUID();
    await tx.insert(clarifications).values({
      id,
      siteId: site.id,
      lotId: lot.id,
      number: content.number,
      title: c.title,
      documentVersion: content.documentVersion,
      affectsBids: c.affectsBids,
      obligatory: c.obligatory,
      ...(c.newDeadline ? { oldDeadline: deadline, newDeadline } : {}),
      contentHash: hash,
      publishedAt: now,
    });
    const { items, changes } = content;
    await tx.insert(clarificationTexts).values({
      clarificationId: id,
      siteId: site.id,
      lotId: lot.id,
      items: [...items],
      changes: [...changes],
      statement,
    });
    if (c.answers.length)
      await tx
        .update(questions)
        .set({ clarificationId: id })
        .where(
          and(
            inArray(
              questions.id,
              c.answers.map(({ questionId }) => questionId),
            ),
            isNull(questions.clarificationId),
          ),
        );
    await tx.insert(tenderDocuments).values({
      siteId: site.id,
      lotId: lot.id,
      version: content.documentVersion,
      content: base.content,
      fileIds,
      digest: content.documentDigest,
      statement,
      issuedAt: now,
    });
    const facts = await correctionFacts(scope, moved.lot, tender, base.content);
    const correction = c.newDeadline
      ? await publishCorrection(scope, facts, { summary: c.title, oldDeadline: deadline, signed })
      : undefined;
    const documentNumber = `${lot.code}${String(content.documentVersion).padStart(3, "0")}`;
    const summary = [
      c.title,
      ...changes.map(({ clause, before, after }) => `${clause}：“${before}”改为“${after}”`),
    ].join("；");
    return {
      result: { clarificationId: id, number: content.number, documentVersion: content.documentVersion },
      trail: [
        {
          action: "clarification.published",
          subject: documentNumber,
          lotId: lot.id,
          chain: `project:${tender.id}`,
          facts: {
            number: content.number,
            contentHash: hash,
            documentDigest: content.documentDigest,
            affectsBids: c.affectsBids,
            obligatory: c.obligatory,
            ...(c.newDeadline ? { oldDeadline: deadline.toISOString(), newDeadline: newDeadline.toISOString() } : {}),
            ...(correction ? { notice: correction.number } : {}),
          },
          changed: {
            before: { version: base.version, digest: base.digest },
            after: {
              version: content.documentVersion,
              digest: content.documentDigest,
              items,
              changes,
              notice: correction,
            },
          },
        },
        moved.line,
      ],
      hub: [
        ...(correction ? [noticeMessage({ ...facts, notice: correction }, "2")] : []),
        documentMessage(facts, documentNumber, { content: summary, postponed: c.newDeadline !== undefined }),
      ],
      jobs: [
        { name: "announce-clarification", payload: { clarificationId: id }, key: `announce:${id}` },
        { name: "deliver-outbox", payload: {}, key: `deliver:${site.id}` },
      ] satisfies Job[] as Job[],
    };
  },
});
