import { and, eq, isNotNull, isNull } from "drizzle-orm";
import { Refused, refuse } from "@/core/refusal";
import { isStorable } from "@/core/text";
import type { Actor, SiteFacts } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { type Lot, lotsOfProject } from "@/lifecycle/lot/queries";
import { draftOf } from "@/lifecycle/tender-document/queries";
import { documentDigest, documentManifest } from "@/lifecycle/tender-document/rules";
import { projectOf, readOwnLot, type TenderProject } from "@/lifecycle/tender-project/queries";
import { filesOf, type StoredFile } from "@/platform/file/queries";
import { digestOf } from "@/platform/identity/act";
import { organisationOf } from "@/platform/party/queries";
import { contentHash, noticeFields } from "./fields";
import { type CheckRow, checkPublication } from "./publish-check";
import { NoticeDraft } from "./schema";
import { notices } from "./tables";

export type Notice = typeof notices.$inferSelect;

export async function draftNoticeOf(tx: Tx, lotId: string): Promise<Notice | undefined> {
  const [row] = await tx
    .select()
    .from(notices)
    .where(and(eq(notices.lotId, lotId), eq(notices.kind, "tender"), isNull(notices.publishedAt)));
  return row;
}

/** Everything that publishing a notice rests on, read in one go; used by the check, the preview and the act itself. */
export async function publicationOf(tx: Tx, site: SiteFacts, lot: Lot, tender: TenderProject) {
  const document = await draftOf(tx, lot.id);
  const notice = await draftNoticeOf(tx, lot.id);
  if (!document || !notice)
    throw new Refused(refuse("conflict", "tender.draft_incomplete", { missing: document ? "招标公告" : "招标文件" }));
  const draft = NoticeDraft.parse(notice.fields);
  const [project, tenderer, agency, files] = [
    await projectOf(tx, tender.projectId),
    await organisationOf(tx, tender.tendererOrgId),
    tender.agencyOrgId ? await organisationOf(tx, tender.agencyOrgId) : undefined,
    await filesOf(tx, document.fileIds),
  ];
  const fields = noticeFields({ project, tender, lot, document: document.content, draft, tenderer, agency, site });
  const title = `${tender.name}${lot.name}招标公告`;
  const hash = contentHash(title, fields);
  const digest = documentDigest(documentManifest(lot.code, document.version, document.content, files));
  return {
    profile: site.profile,
    estimates: (await lotsOfProject(tx, tender.id)).map(({ estimateFen }) => estimateFen),
    project,
    tenderer,
    agency,
    document,
    files,
    notice,
    draft,
    fields,
    title,
    hash,
    digest,
  };
}

/** The digest that the publisher signs: notice, document and schedule as they will be in force. */
export const publicationDigest = (p: { hash: string; digest: string }): Promise<string> =>
  digestOf({ notice: p.hash, document: p.digest });

export interface PublishView {
  readonly title: string;
  readonly fields: Record<string, string>;
  readonly documentDigest: string;
  readonly files: readonly Pick<StoredFile, "id" | "name" | "sizeBytes" | "sha256">[];
  readonly rows: readonly CheckRow[];
  readonly publishable: boolean;
  readonly toSign: { readonly act: string; readonly subject: string; readonly digest: string };
}

/** The publish check (发布检查) with the preview of what will be published. */
export async function publishView(
  tx: Tx,
  actor: Actor,
  site: SiteFacts,
  lotId: string,
  now: Date,
): Promise<PublishView> {
  const { lot, tender } = await readOwnLot(tx, actor, lotId);
  const p = await publicationOf(tx, site, lot, tender);
  const rows = checkPublication(p, lot, tender, now);
  return {
    title: p.title,
    fields: p.fields,
    documentDigest: p.digest,
    files: p.files.map(({ id, name, sizeBytes, sha256 }) => ({ id, name, sizeBytes, sha256 })),
    rows,
    publishable: rows.every(({ verdict }) => verdict !== "fail"),
    toSign: { act: "notice.publish", subject: lot.code, digest: await publicationDigest(p) },
  };
}

export async function noticeByNumber(tx: Tx, number: string): Promise<Notice> {
  if (!isStorable(number)) throw new Refused(refuse("not_found", "general.not_found"));
  const [row] = await tx
    .select()
    .from(notices)
    .where(and(eq(notices.number, number), isNotNull(notices.publishedAt)));
  if (!row) throw new Refused(refuse("not_found", "general.not_found"));
  return row;
}

/** Published notices of one lot, oldest first. Public. */
export async function noticesOfLot(tx: Tx, lotId: string): Promise<Notice[]> {
  return tx
    .select()
    .from(notices)
    .where(and(eq(notices.lotId, lotId), isNotNull(notices.publishedAt)))
    .orderBy(notices.publishedAt);
}
