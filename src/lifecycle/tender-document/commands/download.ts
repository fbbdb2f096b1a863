import { and, desc, isNotNull, sql } from "drizzle-orm";
import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { defineCommand, roles } from "@/kit/command";
import { readLot } from "@/lifecycle/lot/queries";
import { hasObtained } from "../queries";
import { documentDownloads, tenderDocuments } from "../tables";

/** Records a download of a file of the document (下载记录): who, when, from where, which version. Secret like the purchase. */
export const recordDownload = defineCommand({
  name: "tender-document.record-download",
  input: z.object({ fileId: z.uuid(), fromByte: z.number().int().min(0) }),
  may: roles("bidder"),
  async run({ tx, actor, site, now }, { fileId, fromByte }) {
    // Drafts and documents of other lots may name the same file: what counts is where it was issued to this bidder.
    const issued = await tx
      .select()
      .from(tenderDocuments)
      .where(and(sql`${tenderDocuments.fileIds} ? ${fileId}`, isNotNull(tenderDocuments.issuedAt)))
      .orderBy(desc(tenderDocuments.issuedAt));
    let document: (typeof issued)[number] | undefined;
    for (const each of issued) if (!document && (await hasObtained(tx, actor, each.lotId))) document = each;
    if (!document) throw new Refused(refuse("not_found", "general.not_found"));
    const { lotId, version } = document;
    const { orgId, personId, address } = actor;
    await tx
      .insert(documentDownloads)
      .values({ siteId: site.id, lotId, orgId, personId, fileId, version, fromByte, address, at: now });
    const lot = await readLot(tx, lotId);
    return {
      result: undefined,
      trail: [
        {
          action: "document.downloaded",
          subject: lot.code,
          lotId,
          chain: `holders:${lotId}`,
          facts: { fileId, version, fromByte },
        },
      ],
    };
  },
});
