import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { formatYuan } from "@/core/money";
import { permit, Refused, refuse } from "@/core/refusal";
import { type Actor, defineCommand, roles, type SiteFacts } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import type { TrailLine } from "@/kit/trail";
import { requireInvited } from "@/lifecycle/invitation/queries";
import { lotFace } from "@/lifecycle/lot/move";
import { type Lot, lockLot, updateLot } from "@/lifecycle/lot/queries";
import { refusalToObtain } from "@/lifecycle/lot/rules";
import { isDrafting } from "@/lifecycle/lot/states";
import { winnerPaysOf } from "@/lifecycle/mandate/queries";
import { lockOwnLot } from "@/lifecycle/tender-project/queries";
import { filesOf } from "@/platform/file/queries";
import { requireMayBegin } from "@/platform/party/queries";
import { refusalOfBill } from "../bill/rules";
import { refusalOfEnvelopes } from "../envelopes";
import { documentInForce, draftOf, hasObtained } from "../queries";
import { refusalOfGatherings } from "../rules";
import { priceOf, TenderDocumentContent } from "../schema";
import { obtainments, tenderDocuments } from "../tables";

/** What the trail digests of a draft: what is announced with it is no secret, its ceiling is until then. */
const draftFace = ({ ceilingFen: _, baseEstimate: __, ...face }: TenderDocumentContent): object => face;

/**
 * Writes form and files of a lot in preparation, and gives the line of trail that says so. The hash of a base estimate is
 * its author's: no form brings one in or loses it. What the winner pays to the agency is the mandate's, word for word.
 */
export async function saveDraft(
  tx: Tx,
  site: Pick<SiteFacts, "id">,
  actor: Actor,
  lot: Lot,
  written: TenderDocumentContent,
  fileIds: string[],
): Promise<{ version: number; line: TrailLine }> {
  if (!isDrafting(lot.state)) throw new Refused(refuse("conflict", "tender.not_editable"));
  permit(refusalOfGatherings(written.gatherings));
  permit(refusalOfBill(written));
  permit(refusalOfEnvelopes(written));
  const files = await filesOf(tx, fileIds);
  if (files.length !== fileIds.length || files.some((file) => file.ownerOrgId !== actor.orgId))
    throw new Refused(refuse("not_found", "general.not_found"));
  const draft = await draftOf(tx, lot.id);
  const { baseEstimate: _, winnerPays: __, ...typed } = written;
  const sealed = draft?.content.baseEstimate;
  const winnerPays = await winnerPaysOf(tx, lot.tenderProjectId);
  const content = {
    ...typed,
    ...(sealed ? { baseEstimate: sealed } : {}),
    ...(winnerPays ? { winnerPays } : {}),
  };
  if (draft)
    await tx
      .update(tenderDocuments)
      .set({ content, fileIds })
      .where(and(eq(tenderDocuments.id, draft.id), isNull(tenderDocuments.issuedAt)));
  else await tx.insert(tenderDocuments).values({ siteId: site.id, lotId: lot.id, version: 1, content, fileIds });
  const after = await updateLot(tx, lot, { decryptionWindowMinutes: content.decryptionWindowMinutes });
  const line: TrailLine = {
    action: "tender-document.drafted",
    subject: lot.code,
    lotId: lot.id,
    chain: `project:${lot.tenderProjectId}`,
    facts: { files: files.map(({ sha256 }) => sha256) },
    changed: {
      before: { lot: lotFace(lot), document: draft && draftFace(draft.content), fileIds: draft?.fileIds },
      after: { lot: lotFace(after), document: draftFace(content), fileIds },
    },
  };
  return { version: draft?.version ?? 1, line };
}

/** Writes the tender document (招标文件) of a lot in preparation. */
export const saveTenderDocument = defineCommand({
  name: "tender-document.save",
  input: z.object({
    lotId: z.uuid(),
    content: TenderDocumentContent,
    fileIds: z.array(z.uuid()).min(1, "请至少上传一个招标文件 PDF").max(50, "文件不能超过 50 个"),
  }),
  may: roles("tenderer", "agency"),
  async run({ tx, actor, site }, { lotId, content, fileIds }) {
    const { lot } = await lockOwnLot(tx, actor, lotId);
    const { version, line } = await saveDraft(tx, site, actor, lot, content, fileIds);
    return { result: { version }, trail: [line] };
  },
});

/**
 * Obtains the tender document (获取招标文件), free of charge. Who did so is secret for ever for those who do not bid, so the
 * record goes to a trail of its own that nobody else ever reads and no counter anywhere changes (O20 art. 21, BL22).
 */
export const obtainDocument = defineCommand({
  name: "tender-document.obtain",
  input: z.object({ lotId: z.uuid() }),
  may: roles("bidder"),
  async run({ tx, actor, site, now }, { lotId }) {
    await requireMayBegin(tx, actor.orgId);
    // Shared: bidders do not wait for one another, and nobody can tell from waiting that another one is here.
    const lot = await lockLot(tx, lotId, "share");
    await requireInvited(tx, actor, lot);
    permit(refusalToObtain(lot, now));
    const document = await documentInForce(tx, lotId);
    const price = priceOf(document.content);
    if (price && !(await hasObtained(tx, actor, lotId)))
      throw new Refused(refuse("conflict", "billing.must_be_paid", { price: formatYuan(price) }));
    const { orgId, personId, address } = actor;
    const { version } = document;
    await tx
      .insert(obtainments)
      .values({ siteId: site.id, lotId, orgId, personId, version, address, at: now })
      .onConflictDoNothing();
    return {
      result: { version: document.version, digest: document.digest },
      trail: [
        {
          action: "document.obtained",
          subject: lot.code,
          lotId,
          chain: `holders:${lotId}`,
          facts: { version: document.version, digest: document.digest },
        },
      ],
    };
  },
});
