import { Refused, refuse } from "@/core/refusal";
import { formatInstant, ts14 } from "@/core/time";
import type { Actor, SiteFacts } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import type { HubMessage } from "@/kit/outbox";
import { blocks, type CheckRow } from "@/lifecycle/law/check-row";
import { prequalCheck } from "@/lifecycle/law/prequal-check";
import type { Lot } from "@/lifecycle/lot/queries";
import { REGIME_TEXTS } from "@/lifecycle/lot/states";
import { contentHash } from "@/lifecycle/notice/fields";
import { lotKeys, noticeMessage, type PublicationFacts } from "@/lifecycle/notice/hub-messages";
import { approvalOnFile, groundsOf, onFile } from "@/lifecycle/notice/publish-check";
import { sourcesOf } from "@/lifecycle/notice/queries";
import type { NoticeDraft } from "@/lifecycle/notice/schema";
import { readOwnLot, type TenderProject } from "@/lifecycle/tender-project/queries";
import { filesOf } from "@/platform/file/queries";
import { type PrequalDocument, prequalDraftOf } from "./queries";
import { hashOf, prequalManifest } from "./rules";
import { asSealable, type PrequalContent, prequalNoticeDigest } from "./schema";

type Sources = Awaited<ReturnType<typeof sourcesOf>>;

/** The structured twin of a prequalification notice (资格预审公告, O10 art. 5): the page and the hub print these fields. */
export function prequalNoticeFields(
  { project, tenderer, agency }: Pick<Sources, "project" | "tenderer" | "agency">,
  site: Pick<SiteFacts, "name" | "host">,
  tender: TenderProject,
  lot: Pick<Lot, "code" | "name" | "content">,
  content: PrequalContent,
): Record<string, string> {
  const { notice } = content;
  return {
    projectName: project.name,
    projectCode: project.code,
    tenderProjectCode: tender.code,
    lotCode: lot.code,
    lotName: lot.name,
    content: `${tender.name}（${lot.name}）`,
    scope: lot.content,
    scale: notice.quantity ? `${project.scale}；数量：${notice.quantity}` : project.scale,
    fundSource: project.fundSource,
    approval: `${project.approvalName}（${project.approvalNumber}）`,
    nature: REGIME_TEXTS.subject[tender.regime.subject],
    place: notice.performancePlace,
    period: notice.performanceTime,
    conditions: conditionsText(content),
    consortium: content.consortiumAllowed ? "接受" : "不接受",
    tenderMode: REGIME_TEXTS.tenderMode[tender.regime.tenderMode],
    reviewMethod: "合格制：符合全部资格条件的申请人均通过资格预审",
    obtainFormTime: `公告发布时起至 ${formatInstant(new Date(content.saleEnd))}`,
    obtainFormWay: `登录${site.name}免费下载，除注册外无其他条件`,
    applicationDeadline: formatInstant(new Date(content.deadline)),
    applicationWay: "通过交易平台递交经数字证书签名、加密的资格预审申请文件；截止时间前可替换或撤回",
    tendererName: tenderer.name,
    tendererAddress: tenderer.address,
    tendererContact: `${tenderer.contact} ${tenderer.phone}`.trim(),
    ...(agency
      ? {
          agencyName: agency.name,
          agencyAddress: agency.address,
          agencyContact: `${notice.contactPerson} ${notice.contactPhone}`.trim(),
        }
      : {}),
    platformName: site.name,
    platformAddress: site.host,
    platformWay: "使用数字证书登录；注册、下载、递交均不收费",
    supervision: tender.superviseDept,
    responsible: `发布：${notice.responsiblePublisher}；平台验证：${notice.responsibleVerifier}`,
    other: notice.other || "无",
  };
}

export const conditionsText = ({ criteria }: Pick<PrequalContent, "criteria">): string =>
  criteria.map(({ title, standard }, i) => `${i + 1}. ${title}：${standard}`).join("；");

/** Everything that publishing a prequalification rests on; used by the check, the preview and the act itself. */
export async function prequalPublicationOf(tx: Tx, site: SiteFacts, lot: Lot, tender: TenderProject) {
  const document = await prequalDraftOf(tx, lot.id);
  if (!document) throw new Refused(refuse("conflict", "tender.draft_incomplete", { missing: "资格预审文件" }));
  return publicationOfVersion(tx, site, lot, tender, document);
}

/** The same of one version, with content that is not saved. */
export async function publicationOfVersion(
  tx: Tx,
  site: SiteFacts,
  lot: Lot,
  tender: TenderProject,
  document: Pick<PrequalDocument, "version" | "content" | "fileIds">,
) {
  const sources = await sourcesOf(tx, site, lot, tender);
  const { content } = document;
  const fields = prequalNoticeFields(sources, site, tender, lot, content);
  const title = `${tender.name}${lot.name}资格预审公告`;
  const files = await filesOf(tx, document.fileIds);
  const digest = hashOf(prequalManifest(lot.code, document.version, content, files));
  return { ...sources, document, content, files, fields, title, hash: contentHash(title, fields), digest };
}
export type PrequalPublication = Awaited<ReturnType<typeof publicationOfVersion>>;

/** What the publisher signs: notice and document as they will be in force. */
export const prequalPublicationDigest = ({ hash, digest }: Pick<PrequalPublication, "hash" | "digest">): string =>
  hashOf(prequalNoticeDigest(hash, digest));

export function checkPrequalification(
  p: PrequalPublication,
  tender: TenderProject,
  now: Date,
  publisher: Pick<Actor, "role">,
): CheckRow[] {
  const { content } = p;
  const rows = prequalCheck({
    profile: p.profile,
    regime: tender.regime,
    now,
    saleEnd: new Date(content.saleEnd),
    deadline: new Date(content.deadline),
    consortiumAllowed: content.consortiumAllowed,
    noticeFields: p.fields,
    texts: [
      { place: "申请人须知", text: content.instructions },
      ...content.criteria.map(({ title, standard, evidence }) => ({
        place: `资格条件“${title}”`,
        text: `${title}：${standard}\n${evidence}`,
      })),
      ...content.form.map(({ label }) => ({ place: "申请表", text: label })),
      { place: "其他事项", text: content.notice.other },
    ],
    lintAnswers: p.lintAnswers,
    mandateNumber: tender.mandateNumber,
    needsApproval: p.project.fixedAssets,
    approval: p.approval && approvalOnFile(p.approval),
    ...groundsOf(p.approval),
    byAgency: publisher.role === "agency",
    serviceContract: p.serviceContracts[publisher.role === "tenderer" ? "tenderer" : "agency"],
    mandate: p.mandate && onFile(p.mandate),
  });
  // Reasons are given for the wording of the tender document; here a finding is a hint to mend the text.
  return rows.map(({ hit: _, ...row }) => row);
}

export interface PrequalPublishView {
  readonly title: string;
  readonly fields: Record<string, string>;
  readonly rows: readonly CheckRow[];
  readonly publishable: boolean;
  readonly toSign: { readonly act: string; readonly subject: string; readonly digest: string };
}

/** The check before publication with the preview of the notice. */
export async function prequalPublishView(
  tx: Tx,
  actor: Actor,
  site: SiteFacts,
  lotId: string,
  now: Date,
): Promise<PrequalPublishView> {
  const { lot, tender } = await readOwnLot(tx, actor, lotId);
  const p = await prequalPublicationOf(tx, site, lot, tender);
  const rows = checkPrequalification(p, tender, now, actor);
  return {
    title: p.title,
    fields: p.fields,
    rows,
    publishable: !rows.some(blocks),
    toSign: { act: "prequalification.publish", subject: lot.code, digest: prequalPublicationDigest(p) },
  };
}

/** What the hub's notice message reads of a draft, for a prequalification. */
export const asNoticeDraft = (content: PrequalContent, saleStart: Date): NoticeDraft => ({
  qualification: conditionsText(content),
  ...content.notice,
  saleStart,
  saleEnd: new Date(content.saleEnd),
  bidDeadline: new Date(content.deadline),
});

/** A prequalification notice, dataset 503 with bulletin type 2 (CL04 资格预审公告). */
export function prequalNoticeMessage(f: PublicationFacts, nature: "1" | "2" = "1"): HubMessage {
  const { body, ...message } = noticeMessage(f, nature);
  return {
    ...message,
    body: {
      ...body,
      BULLETIN_TYPE: "2",
      TENDER_DOC_GET_METHOD: "登录交易平台免费下载资格预审文件",
      BID_DOC_REFER_METHOD: SUBMIT_WAY,
      QUAL_TYPE: "合格制",
    },
  };
}

const SUBMIT_WAY = "通过交易平台递交签名并加密的电子文件";

/** A version of the prequalification document, dataset 514. */
export function prequalDocumentMessage(
  { lot, tender, now, notice }: Pick<PublicationFacts, "lot" | "tender" | "now" | "notice">,
  { content, version }: { readonly content: PrequalContent; readonly version: number },
  change: { readonly text: string; readonly postponed: boolean } = { text: "无", postponed: false },
): HubMessage {
  const { TENDER_PROJECT_CODE, BID_SECTION_CODE, UNIFIED_DEAL_CODE } = lotKeys(lot, tender);
  const number = `${lot.code}Z${String(version).padStart(2, "0")}`;
  const deadline = ts14(new Date(content.deadline));
  return {
    tenderProjectId: tender.id,
    lotId: lot.id,
    dataset: "514",
    subject: number,
    body: {
      TENDER_PROJECT_CODE,
      BID_SECTION_CODES: BID_SECTION_CODE,
      UNIFIED_DEAL_CODES: UNIFIED_DEAL_CODE,
      DOC_CODE: number,
      DOC_NAME: content.title,
      APPLICANT_QUALIFICATIONS: conditionsText(content),
      APPLICATION_VALID_TIME: "自申请截止之日起至中标通知书发出",
      DOC_SUBMIT_END_TIME: deadline,
      DOC_SUBMIT_METHOD: SUBMIT_WAY,
      DOC_OPEN_TIME: deadline,
      DOC_OPEN_METHOD: "平台在线解密，不公开",
      EVALUATION_METHOD: "合格制",
      CLARIFY_CONTENT: change.text,
      SUBMIT_TIME: ts14(now),
      IS_POSTPONE: change.postponed ? "1" : "0",
      ...(change.postponed ? { POST_OPEN_TIME: deadline, POST_OPEN_ADDRESS: "平台在线解密" } : {}),
      TENDER_CLARIFY_CONTENT: change.text,
      TENDER_SUBMIT_TIME: ts14(now),
      URL: notice.url,
    },
  };
}

/** Facts of hub messages, from what is published. */
export const messageFacts = (
  p: PrequalPublication,
  site: SiteFacts,
  tender: TenderProject,
  lot: Lot,
  notice: PublicationFacts["notice"],
  operator: string,
  now: Date,
): PublicationFacts => ({
  project: p.project,
  approvalAuthority: p.approval?.authority,
  tender,
  lot,
  document: asSealable(p.content),
  draft: asNoticeDraft(p.content, lot.saleStart ?? now),
  tenderer: p.tenderer,
  agency: p.agency,
  operator,
  platformCode: site.platformCode,
  notice,
  now,
});
