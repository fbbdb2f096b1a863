import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { permit, Refused, refuse } from "@/core/refusal";
import { formatInstant } from "@/core/time";
import { type Actor, byService, defineCommand, defineServiceCommand, roles, type SiteFacts } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import type { Job } from "@/kit/outbox";
import { roundOf, roundWords } from "@/lifecycle/law/rounds";
import { type Lot, readLot, updateLot } from "@/lifecycle/lot/queries";
import { refusalOfFormChange } from "@/lifecycle/lot/rules";
import { requireScope } from "@/lifecycle/mandate/queries";
import { contentHash, noticeBody } from "@/lifecycle/notice/fields";
import type { Notice } from "@/lifecycle/notice/queries";
import { notices } from "@/lifecycle/notice/tables";
import { requireSigners } from "@/lifecycle/signing/pair";
import { lockOwnLot, readOwnLot, type TenderProject, tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { insertFile } from "@/platform/file/commands";
import { writeLetters } from "@/platform/inbox/letters";
import { personOf } from "@/platform/party/queries";
import { messageFacts, prequalDocumentMessages, prequalNoticeMessage, publicationOfVersion } from "../publication";
import { formHoldersOf, formInForce } from "../queries";
import { hashOf, refusalOfContent, refusalToAmend } from "../rules";
import { AmendPrequalification, type PrequalAmendment } from "../schema";
import { prequalDocuments } from "../tables";
import { formFile, renderPrequalification } from "./draft";

/** What the publisher of a change signs: the data of the new version, what it changes, and whether that affects applications. */
export const amendmentDigest = (
  lotCode: string,
  version: number,
  { content, change, affectsApplications }: Pick<PrequalAmendment, "content" | "change" | "affectsApplications">,
): string =>
  hashOf({ lot: lotCode, version, content: JSON.parse(JSON.stringify(content)), change, affectsApplications });

/** The act as it would be signed. */
export async function amendmentToSign(tx: Tx, actor: Actor, amendment: PrequalAmendment) {
  const { lot } = await readOwnLot(tx, actor, amendment.lotId);
  const { version } = await formInForce(tx, lot.id);
  return {
    act: "prequalification.amend",
    subject: lot.code,
    digest: amendmentDigest(lot.code, version + 1, amendment),
    version: version + 1,
  };
}

/**
 * Publishes a change of the prequalification document (澄清、修改): a new version, a notice that says what changed, and the
 * deadline that it leaves or sets. What may affect applications stands three days before it (CLK-04, IR21).
 */
export const amendPrequalification = defineCommand({
  name: "prequalification.amend",
  input: AmendPrequalification,
  may: roles("tenderer", "agency"),
  prepare: (runtime, actor, { lotId, content }) => renderPrequalification(runtime, actor, lotId, content),
  async run(scope, { lotId, content, change, affectsApplications, statement }) {
    const { tx, actor, site, clock, prepared } = scope;
    const { lot, tender } = await lockOwnLot(tx, actor, lotId);
    const now = await clock();
    await requireScope(tx, actor, tender, "clarify", now);
    const newDeadline = new Date(content.deadline);
    permit(refusalToAmend(lot, content, now, roundWords(tender.regime)));
    permit(refusalOfContent(content, roundOf(tender.regime)));
    permit(refusalOfFormChange({ affectsApplications, newDeadline }, now));
    const version = (await formInForce(tx, lotId)).version + 1;
    const digest = amendmentDigest(lot.code, version, { content, change, affectsApplications });
    const signed = await requireSigners(
      { ...scope, now },
      statement,
      { act: "prequalification.amend", subject: lot.code, digest },
      tender.id,
    );
    const fileId = await insertFile(tx, {
      ...prepared,
      siteId: site.id,
      ownerOrgId: actor.orgId,
      kind: "tender-document",
      scope: "holders",
      name: formFile(tender.regime),
      mediaType: "application/pdf",
      at: now,
    });
    const p = await publicationOfVersion(tx, site, lot, tender, { version, content, fileIds: [fileId] });
    await tx.insert(prequalDocuments).values({
      ...{ siteId: site.id, lotId, version, content, fileIds: [fileId] },
      ...{ digest: p.digest, statement, change, issuedAt: now },
    });
    const after = await updateLot(tx, lot, { saleEnd: new Date(content.saleEnd), applicationDeadline: newDeadline });
    const postponed = newDeadline > lot.applicationDeadline!;
    const notice = await publishChange(tx, site, tender, after, {
      ...{ version, change, signed, now },
      old: lot.applicationDeadline!,
    });
    const operator = (await personOf(tx, actor.personId)).name;
    const jobs: Job[] = [
      { name: "announce-form-change", payload: { lotId }, key: `form-change:${lotId}:${version}` },
      { name: "deliver-outbox", payload: {}, key: `deliver:${site.id}` },
    ];
    const facts = messageFacts(p, site, tender, after, notice, operator, now);
    return {
      result: { version, number: notice.number },
      trail: [
        {
          action: "prequalification.amended",
          subject: notice.number,
          lotId,
          chain: `project:${tender.id}`,
          facts: { version, documentDigest: p.digest, change, deadline: newDeadline.toISOString() },
        },
      ],
      hub: [
        prequalNoticeMessage(facts, "2"),
        ...prequalDocumentMessages(facts, { content, version }, { text: change, postponed }),
      ],
      jobs,
    };
  },
});

/** The notice of a change (更正公告): what changed, and the deadline as it is now. */
async function publishChange(
  tx: Tx,
  site: SiteFacts,
  tender: TenderProject,
  lot: Lot,
  {
    version,
    change,
    signed,
    old,
    now,
  }: { version: number; change: string; signed: Pick<Notice, "statement" | "authority">; old: Date; now: Date },
) {
  const number = `${lot.code}-ZS${String(version).padStart(2, "0")}`;
  const round = roundOf(tender.regime);
  const { document } = roundWords(tender.regime);
  const due = { old: formatInstant(old), now: formatInstant(lot.applicationDeadline!) };
  const title = `${tender.name}${lot.name}${document}澄清、修改公告（第 ${version - 1} 号）`;
  const fields: Record<string, string> = {
    originalNotice: `${lot.code}-ZS01`,
    tenderProjectCode: tender.code,
    lotCode: lot.code,
    lotName: lot.name,
    changes: change,
    ...(round === "proposal"
      ? { oldProposalDeadline: due.old, proposalDeadline: due.now }
      : { oldApplicationDeadline: due.old, applicationDeadline: due.now }),
    platformName: site.name,
    platformAddress: site.host,
    other: `其余内容以首次公告和${document}为准；获取${document}的单位另行收到通知。`,
  };
  const body = noticeBody(fields);
  await tx.insert(notices).values({
    ...{ siteId: site.id, lotId: lot.id, tenderProjectId: tender.id, number, kind: "correction", title, fields, body },
    ...{ contentHash: contentHash(title, fields), serial: version - 1, ...signed, publishedAt: now },
  });
  return { number, title, body, url: `https://${site.host}/notices/${number}` };
}

/**
 * Writes to everybody who obtained the document, one by one. The platform does it itself: whoever publishes must not learn
 * who they are, nor how many.
 */
export const announceFormChange = defineServiceCommand({
  name: "prequalification.announce-change",
  input: z.object({ lotId: z.uuid() }),
  may: byService,
  async run({ tx, site, now }, { lotId }) {
    const lot = await readLot(tx, lotId);
    const words = roundWords((await tenderProjectOf(tx, lot.tenderProjectId)).regime);
    const { id, version, change } = await formInForce(tx, lotId);
    const [mine] = await tx
      .update(prequalDocuments)
      .set({ announcedAt: now })
      .where(and(eq(prequalDocuments.id, id), isNull(prequalDocuments.announcedAt)))
      .returning({ id: prequalDocuments.id });
    if (!mine || version === 1) throw new Refused(refuse("conflict", "general.changed_meanwhile"));
    const jobs = await writeLetters(
      tx,
      site.id,
      now,
      (await formHoldersOf(tx, lotId)).map((orgId) => ({
        orgId,
        lotId,
        kind: "prequalification-change",
        subject: `${words.document}澄清、修改（第 ${version - 1} 号）：标段 ${lot.code}`,
        body: `标段 ${lot.code} 的${words.document}已修改，现为第 ${version} 版：${change ?? ""}。${words.deadline}时间为 ${formatInstant(lot.applicationDeadline!)}。已递交的${words.short}仍然有效，可以在截止前替换。`,
        byPhone: true,
      })),
    );
    return {
      result: { announced: true },
      trail: [
        {
          action: "prequalification.change-announced",
          subject: lot.code,
          lotId,
          // How many letters there were is a number of applicants.
          chain: `holders:${lotId}`,
          facts: { version },
        },
      ],
      jobs,
    };
  },
});
