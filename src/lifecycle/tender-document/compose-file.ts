import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { renderPdf } from "@/documents/pdf";
import { defineCommand, roles } from "@/kit/command";
import { inContext, legalNow } from "@/kit/db/context";
import { winnerPaysOf } from "@/lifecycle/mandate/queries";
import { lockOwnLot, readOwnLot } from "@/lifecycle/tender-project/queries";
import { insertFile, jobsToRead, storeObject } from "@/platform/file/commands";
import { filesOf } from "@/platform/file/queries";
import { organisationOf } from "@/platform/party/queries";
import { saveDraft } from "./commands/document";
import { TenderDocumentContent } from "./schema";
import { compose, missingOf } from "./standard/compose";
import { tenderDocumentPdf } from "./standard/pdf";

const PDF = "application/pdf";
/** Name of the file that the platform composes; composing again puts the new one in its place. */
export const COMPOSED_NAME = "招标文件（示范文本编制）.pdf";

/**
 * Composes the tender document from its model text and the form, renders it, and saves form and file
 * together, so that what is read and what is computed with are the same.
 */
export const composeTenderDocument = defineCommand({
  name: "tender-document.compose",
  input: z.object({
    lotId: z.uuid(),
    content: TenderDocumentContent,
    fileIds: z.array(z.uuid()).max(49, "文件不能超过 50 个"),
  }),
  may: roles("tenderer", "agency"),
  async prepare({ db, site, ports }, actor, { lotId, content }) {
    if (!content.standard) throw new Refused(refuse("invalid", "document.no_model"));
    const { facts, now } = await inContext(db, actor, async (tx) => {
      const { lot, tender } = await readOwnLot(tx, actor, lotId);
      const { name: tenderer } = await organisationOf(tx, tender.tendererOrgId);
      const { winnerPays: _, ...typed } = content;
      const winnerPays = await winnerPaysOf(tx, tender.id);
      const said = { ...typed, ...(winnerPays ? { winnerPays } : {}) };
      return { facts: { tenderName: tender.name, tenderer, lot, content: said }, now: await legalNow(tx) };
    });
    const [missing] = missingOf(compose(facts));
    if (missing)
      throw new Refused(refuse("invalid", "document.clause_missing", { clause: `${missing.number} ${missing.title}` }));
    const pdf = await renderPdf(tenderDocumentPdf(facts, now, process.env.DEMO === "1"));
    return { ...(await storeObject(ports.storage, pdf)), site: site.id };
  },
  async run({ tx, actor, site, now, prepared }, { lotId, content, fileIds }) {
    const { lot } = await lockOwnLot(tx, actor, lotId);
    const { storageKey, sha256, sizeBytes } = prepared;
    const fileId = await insertFile(tx, {
      storageKey,
      sha256,
      sizeBytes,
      siteId: site.id,
      ownerOrgId: actor.orgId,
      kind: "tender-document",
      scope: "holders",
      name: COMPOSED_NAME,
      mediaType: PDF,
      at: now,
    });
    const kept = (await filesOf(tx, fileIds)).filter(({ name }) => name !== COMPOSED_NAME).map(({ id }) => id);
    const saved = await saveDraft(tx, site, actor, lot, content, [
      fileId,
      ...fileIds.filter((id) => kept.includes(id)),
    ]);
    return {
      result: { version: saved.version, file: { id: fileId, name: COMPOSED_NAME, sizeBytes, sha256 } },
      trail: [saved.line],
      jobs: jobsToRead(fileId, { mediaType: PDF }),
    };
  },
});
