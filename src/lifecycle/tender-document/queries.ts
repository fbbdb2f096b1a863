import { and, desc, eq, isNotNull } from "drizzle-orm";
import { Refused, refuse } from "@/core/refusal";
import type { Actor } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { inviteesOf } from "@/lifecycle/invitation/queries";
import type { Lot } from "@/lifecycle/lot/queries";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { filesOf, type StoredFile } from "@/platform/file/queries";
import { organisationOf } from "@/platform/party/queries";
import type { TenderDocumentContent } from "./schema";
import { baseEstimates, obtainments, tenderDocuments } from "./tables";

export type TenderDocument = typeof tenderDocuments.$inferSelect;

/** The version being written: the newest one, issued or not. */
export async function draftOf(tx: Tx, lotId: string): Promise<TenderDocument | undefined> {
  const [row] = await tx
    .select()
    .from(tenderDocuments)
    .where(eq(tenderDocuments.lotId, lotId))
    .orderBy(desc(tenderDocuments.version))
    .limit(1);
  return row;
}

/** The version in force. */
export async function documentInForce(tx: Tx, lotId: string): Promise<TenderDocument & { digest: string }> {
  const [row] = await tx
    .select()
    .from(tenderDocuments)
    .where(and(eq(tenderDocuments.lotId, lotId), isNotNull(tenderDocuments.issuedAt)))
    .orderBy(desc(tenderDocuments.version))
    .limit(1);
  if (!row?.digest) throw new Refused(refuse("not_found", "general.not_found"));
  return { ...row, digest: row.digest };
}

/** Digests of all versions that were in force, by version. */
export async function issuedDigests(tx: Tx, lotId: string): Promise<ReadonlyMap<number, string>> {
  const rows = await tx
    .select({ version: tenderDocuments.version, digest: tenderDocuments.digest })
    .from(tenderDocuments)
    .where(and(eq(tenderDocuments.lotId, lotId), isNotNull(tenderDocuments.issuedAt)));
  return new Map(rows.flatMap(({ version, digest }) => (digest ? [[version, digest] as const] : [])));
}

/** Digests of earlier versions that were in force. */
export async function earlierDigests(tx: Tx, lotId: string, version: number): Promise<string[]> {
  return [...(await issuedDigests(tx, lotId))].filter(([issued]) => issued < version).map(([, digest]) => digest);
}

export async function hasObtained(tx: Tx, actor: Actor, lotId: string): Promise<boolean> {
  const [row] = await tx
    .select()
    .from(obtainments)
    .where(and(eq(obtainments.lotId, lotId), eq(obtainments.orgId, actor.orgId)))
    .limit(1);
  return row !== undefined;
}

export interface DocumentView {
  readonly version: number;
  readonly digest: string;
  readonly content: TenderDocumentContent;
  readonly files: readonly { id: string; name: string; sizeBytes: number; sha256: string }[];
}

export function documentView(
  document: TenderDocument & { digest: string },
  files: readonly StoredFile[],
): DocumentView {
  return {
    version: document.version,
    digest: document.digest,
    content: document.content,
    files: files.map(({ id, name, sizeBytes, sha256 }) => ({ id, name, sizeBytes, sha256 })),
  };
}

/** The document, for a bidder who obtained it. */
export async function obtainedDocument(tx: Tx, actor: Actor, lotId: string): Promise<DocumentView | undefined> {
  if (!(await hasObtained(tx, actor, lotId))) return undefined;
  const document = await documentInForce(tx, lotId);
  return documentView(document, await filesOf(tx, document.fileIds));
}

/** Whom the fee of a document belongs to, and where it goes: the tenderer or its agency, never the platform. */
export async function payeeOf(tx: Tx, lot: Pick<Lot, "tenderProjectId">, { sale }: TenderDocumentContent) {
  const tender = await tenderProjectOf(tx, lot.tenderProjectId);
  const isAgency = sale?.payee === "agency" && tender.agencyOrgId;
  const { id, name, creditCode } = await organisationOf(tx, isAgency || tender.tendererOrgId);
  return { id, name, creditCode, account: `${sale?.bank ?? ""} ${sale?.account ?? ""}`.trim() };
}

/** Organisations that hold the document, for services that write to each of them; row-level security shows nobody else any. */
export async function holdersOf(tx: Tx, lotId: string): Promise<string[]> {
  const rows = await tx
    .selectDistinct({ orgId: obtainments.orgId })
    .from(obtainments)
    .where(eq(obtainments.lotId, lotId));
  const invited = (await inviteesOf(tx, lotId)).filter(({ invitedAt, reply }) => invitedAt && reply !== "declined");
  return [...new Set([...rows, ...invited].map(({ orgId }) => orgId))];
}

/** The base estimate that the document in force announces; row-level security shows it to its author until it is read out. */
export async function baseEstimateOf(
  tx: Tx,
  lotId: string,
): Promise<{ hash: string; kept: typeof baseEstimates.$inferSelect | undefined } | undefined> {
  const hash = (await draftOf(tx, lotId))?.content.baseEstimate?.hash;
  if (!hash) return undefined;
  const [kept] = await tx.select().from(baseEstimates).where(eq(baseEstimates.lotId, lotId));
  return { hash, kept };
}
