import { and, eq, isNull } from "drizzle-orm";
import { permit, Refused, refuse } from "@/core/refusal";
import { renderPdf } from "@/documents/pdf";
import { type Actor, defineCommand, type Runtime, roles } from "@/kit/command";
import { inContext, legalNow } from "@/kit/db/context";
import { roundOf, roundWords } from "@/lifecycle/law/rounds";
import { lockOwnLot, readOwnLot, type TenderProject } from "@/lifecycle/tender-project/queries";
import { insertFile, storeObject } from "@/platform/file/commands";
import { organisationOf } from "@/platform/party/queries";
import { prequalPdf } from "../document-pdf";
import { prequalDraftOf } from "../queries";
import { refusalOfContent } from "../rules";
import { type PrequalContent, SavePrequalification } from "../schema";
import { prequalDocuments } from "../tables";

/** Name of the document's file. */
export const formFile = (regime: TenderProject["regime"]): string => `${roundWords(regime).document}.pdf`;

/** Renders the document from its data and stores it; an object that nobody names is swept. */
export async function renderPrequalification(
  { db, ports }: Runtime,
  actor: Actor,
  lotId: string,
  content: PrequalContent,
) {
  const { now, ...facts } = await inContext(db, actor, async (tx) => {
    const { lot, tender } = await readOwnLot(tx, actor, lotId);
    const draft = await prequalDraftOf(tx, lotId);
    return {
      tenderName: tender.name,
      tenderer: (await organisationOf(tx, tender.tendererOrgId)).name,
      lot,
      version: draft ? draft.version + (draft.issuedAt ? 1 : 0) : 1,
      now: await legalNow(tx),
    };
  });
  const pdf = await renderPdf(prequalPdf({ ...facts, content }, now, process.env.DEMO === "1"));
  return storeObject(ports.storage, pdf);
}

/** Writes the document of a first round (资格预审文件、第一阶段文件) of a lot in preparation, and composes its pages. */
export const savePrequalification = defineCommand({
  name: "prequalification.save",
  input: SavePrequalification,
  may: roles("tenderer", "agency"),
  prepare: (runtime, actor, { lotId, content }) => renderPrequalification(runtime, actor, lotId, content),
  async run({ tx, actor, site, now, prepared }, { lotId, content }) {
    const { lot, tender } = await lockOwnLot(tx, actor, lotId);
    const round = roundOf(tender.regime);
    if (!round) throw new Refused(refuse("conflict", "prequalification.not_qualified_lot"));
    if (lot.state !== "D0") throw new Refused(refuse("conflict", "prequalification.not_draft"));
    permit(refusalOfContent(content, round));
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
    const draft = await prequalDraftOf(tx, lotId);
    const row = { content, fileIds: [fileId] };
    if (draft)
      await tx
        .update(prequalDocuments)
        .set(row)
        .where(and(eq(prequalDocuments.id, draft.id), isNull(prequalDocuments.issuedAt)));
    else await tx.insert(prequalDocuments).values({ siteId: site.id, lotId, version: 1, ...row });
    return {
      result: { fileId },
      trail: [
        {
          action: "prequalification.drafted",
          subject: lot.code,
          lotId,
          chain: `project:${lot.tenderProjectId}`,
          facts: { file: prepared.sha256 },
          changed: { before: { document: draft?.content }, after: { document: content } },
        },
      ],
    };
  },
});
