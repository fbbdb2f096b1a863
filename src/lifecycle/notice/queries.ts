import { and, asc, eq, isNotNull, isNull } from "drizzle-orm";
import type { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { isStorable } from "@/core/text";
import type { Actor, SiteFacts } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { inviteesOf } from "@/lifecycle/invitation/queries";
import type { ServiceContractState } from "@/lifecycle/law/publish-check";
import { roundOf, wordsOf } from "@/lifecycle/law/rounds";
import { type Lot, lotsOfProject } from "@/lifecycle/lot/queries";
import { isDrafting } from "@/lifecycle/lot/states";
import { mandateInForce, newestMandate } from "@/lifecycle/mandate/queries";
import { signersRow } from "@/lifecycle/signing/queries";
import { firstContent } from "@/lifecycle/tender-document/defaults";
import { draftOf } from "@/lifecycle/tender-document/queries";
import { documentDigest, documentManifest } from "@/lifecycle/tender-document/rules";
import { approvalOf, projectOf, readOwnLot, type TenderProject } from "@/lifecycle/tender-project/queries";
import { filesOf, readingsOf, type StoredFile } from "@/platform/file/queries";
import { digestOf } from "@/platform/identity/act";
import { type Organisation, organisationOf } from "@/platform/party/queries";
import { contractOf, offeredTerms, runsThePlatform } from "@/platform/service/queries";
import { contentHash, noticeFields, twinBody } from "./fields";
import { blocks, type CheckRow, checkPublication } from "./publish-check";
import { NoticeDraft, type PublishTrial } from "./schema";
import { lintAnswers, notices } from "./tables";
import { readTypedContent, readTypedDraft } from "./typed";

export type Notice = typeof notices.$inferSelect;

export async function draftNoticeOf(tx: Tx, lotId: string): Promise<Notice | undefined> {
  const [row] = await tx
    .select()
    .from(notices)
    .where(and(eq(notices.lotId, lotId), eq(notices.kind, "tender"), isNull(notices.publishedAt)));
  return row;
}

/** Reasons given for findings in the wording, oldest first: for the parties and the supervisor, nobody else has rows. */
export async function lintAnswersOf(tx: Tx, lotId: string): Promise<(typeof lintAnswers.$inferSelect)[]> {
  return tx.select().from(lintAnswers).where(eq(lintAnswers.lotId, lotId)).orderBy(asc(lintAnswers.at));
}

/** The contract in force, else the newest text, so that the check can say whose signature is missing. */
const mandateToPublishUnder = async (tx: Tx, tenderProjectId: string) =>
  (await mandateInForce(tx, tenderProjectId)) ?? (await newestMandate(tx, tenderProjectId));

/** Whether an organisation has contracted with the platform as it is offered today. */
async function serviceContractOf(
  tx: Tx,
  site: SiteFacts,
  org: Organisation | undefined,
): Promise<ServiceContractState> {
  if (!org) return "missing";
  if (runsThePlatform(site, org)) return "own platform";
  const { digest } = await offeredTerms(tx, site, org);
  return (await contractOf(tx, org.id, digest)) ? "signed" : "missing";
}

/** What publishing rests on besides what is being written, read in one go. */
export async function sourcesOf(tx: Tx, site: SiteFacts, lot: Lot, tender: TenderProject) {
  const tenderer = await organisationOf(tx, tender.tendererOrgId);
  const agency = tender.agencyOrgId ? await organisationOf(tx, tender.agencyOrgId) : undefined;
  return {
    serviceContracts: {
      tenderer: await serviceContractOf(tx, site, tenderer),
      agency: await serviceContractOf(tx, site, agency),
    },
    lintAnswers: new Map((await lintAnswersOf(tx, lot.id)).map(({ key, reason }) => [key, reason])),
    mandate: await mandateToPublishUnder(tx, tender.id),
    profile: site.profile,
    estimates: (await lotsOfProject(tx, tender.id)).map(({ estimateFen }) => estimateFen),
    project: await projectOf(tx, tender.projectId),
    approval: await approvalOf(tx, tender.id),
    inviteeCount: (await inviteesOf(tx, lot.id)).length,
    tenderer,
    agency,
  };
}

/** Everything that publishing a notice rests on; used by the check, the preview and the act itself. */
export async function publicationOf(tx: Tx, site: SiteFacts, lot: Lot, tender: TenderProject) {
  const document = await draftOf(tx, lot.id);
  const notice = await draftNoticeOf(tx, lot.id);
  if (!document || !notice)
    throw new Refused(refuse("conflict", "tender.draft_incomplete", { missing: document ? "招标公告" : "招标文件" }));
  const draft = NoticeDraft.parse(notice.fields);
  const sources = await sourcesOf(tx, site, lot, tender);
  const files = await filesOf(tx, document.fileIds);
  const fields = noticeFields({ ...sources, tender, lot, document: document.content, draft, site });
  const title = `${tender.name}${lot.name}${noticeTitle(tender.regime)}`;
  const hash = contentHash(title, fields);
  const readings = await readingsOf(tx, files);
  const digest = documentDigest(documentManifest(lot.code, document.version, document.content, files));
  return { ...sources, document, files, readings, notice, draft, fields, title, hash, digest };
}

/** What is published is called: a notice to all, or a letter to those invited. */
const noticeTitle = (regime: TenderProject["regime"]): string => {
  const round = roundOf(regime);
  if (round) return wordsOf(round).invitation;
  return regime.tenderMode === "open" ? "招标公告" : "投标邀请书";
};

/** The digest that the publisher signs: notice, document and schedule as they will be in force. */
export const publicationDigest = (p: { hash: string; digest: string }): Promise<string> =>
  digestOf({ notice: p.hash, document: p.digest });

export interface PublishView {
  readonly title: string;
  readonly fields: Record<string, string>;
  readonly documentDigest: string;
  readonly files: readonly Pick<StoredFile, "id" | "name" | "sizeBytes" | "sha256">[];
  /** The structured twin as it will be published, without time and signature. */
  readonly twin: ReturnType<typeof twinBody> & { readonly documentDigest: string };
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
  const rows = [...checkPublication(p, lot, tender, now, actor), await signersRow(tx, actor, tender.id, now)];
  return {
    title: p.title,
    fields: p.fields,
    documentDigest: p.digest,
    files: p.files.map(({ id, name, sizeBytes, sha256 }) => ({ id, name, sizeBytes, sha256 })),
    twin: {
      ...twinBody({
        number: p.notice.number,
        kind: p.notice.kind,
        lot: lot.code,
        title: p.title,
        fields: p.fields,
        contentHash: p.hash,
      }),
      documentDigest: p.digest,
    },
    rows,
    publishable: !rows.some(blocks),
    toSign: { act: "notice.publish", subject: lot.code, digest: await publicationDigest(p) },
  };
}

const notSaved = (title: string): CheckRow => ({
  id: title === "招标文件" ? "CONTENT-unsaved" : "FIELD-unsaved",
  title,
  value: "尚未保存",
  limit: "招标公告和招标文件都须填写",
  article: "填写规则",
  verdict: "fail",
  fix: `填写并保存${title}`,
});

/**
 * What the check says of forms while they are being written; what is not given is taken as saved. A read and nothing but
 * a read: nobody's draft changes by looking at it.
 */
export async function trialOf(
  tx: Tx,
  actor: Actor,
  site: SiteFacts,
  asked: z.output<typeof PublishTrial>,
  now: Date,
): Promise<{ rows: readonly CheckRow[] }> {
  const { lot, tender } = await readOwnLot(tx, actor, asked.lotId);
  if (!isDrafting(lot.state)) throw new Refused(refuse("conflict", "tender.not_editable"));
  const [document, notice] = [await draftOf(tx, lot.id), await draftNoticeOf(tx, lot.id)];
  const typedDraft = readTypedDraft(asked.draft ?? notice?.fields ?? {});
  const typedContent = asked.content === undefined ? { problems: [] } : readTypedContent(asked.content);
  const content = typedContent.content ?? document?.content ?? firstContent(lot, tender.regime);
  const sources = await sourcesOf(tx, site, lot, tender);
  const readings = await readingsOf(tx, await filesOf(tx, document?.fileIds ?? []));
  const { draft } = typedDraft;
  const fields = noticeFields({ ...sources, tender, lot, document: content, draft, site });
  return {
    rows: [
      ...typedDraft.problems,
      ...typedContent.problems,
      ...(asked.content === undefined && !document ? [notSaved("招标文件")] : []),
      ...(asked.draft === undefined && !notice ? [notSaved("日程与公告")] : []),
      ...checkPublication({ ...sources, readings, document: { content }, draft, fields }, lot, tender, now, actor),
    ],
  };
}

/** The kind under which a notice is shown: what goes to invitees alone is a letter (投标邀请书). */
export const shownKind = ({ kind, restricted }: Pick<Notice, "kind" | "restricted">): string =>
  restricted && kind === "tender" ? "invitation" : kind;

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
