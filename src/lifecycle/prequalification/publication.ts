import { Refused, refuse } from "@/core/refusal";
import { formatInstant, ts14 } from "@/core/time";
import type { Actor, SiteFacts } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import type { HubMessage } from "@/kit/outbox";
import { blocks, type CheckRow } from "@/lifecycle/law/check-row";
import { prequalCheck } from "@/lifecycle/law/prequal-check";
import { roundOf, roundWords, wordsOf } from "@/lifecycle/law/rounds";
import type { Lot } from "@/lifecycle/lot/queries";
import { REGIME_TEXTS } from "@/lifecycle/lot/states";
import { contentHash } from "@/lifecycle/notice/fields";
import { lotKeys, noticeMessage, type PublicationFacts } from "@/lifecycle/notice/hub-messages";
import { approvalOnFile, groundsOf, onFile } from "@/lifecycle/notice/publish-check";
import { sourcesOf } from "@/lifecycle/notice/queries";
import type { NoticeDraft } from "@/lifecycle/notice/schema";
import { signersRow } from "@/lifecycle/signing/queries";
import { readOwnLot, type TenderProject } from "@/lifecycle/tender-project/queries";
import { filesOf } from "@/platform/file/queries";
import { type PrequalDocument, prequalDraftOf } from "./queries";
import { hashOf, prequalManifest } from "./rules";
import { asSealable, type PrequalContent, prequalNoticeDigest } from "./schema";

type Sources = Awaited<ReturnType<typeof sourcesOf>>;

/**
 * The structured twin of the notice of a first round (资格预审公告, or the tender notice of a first stage; O10 art. 5): the
 * page and the hub print these fields.
 */
export function prequalNoticeFields(
  { project, tenderer, agency }: Pick<Sources, "project" | "tenderer" | "agency">,
  site: Pick<SiteFacts, "name" | "host">,
  tender: TenderProject,
  lot: Pick<Lot, "code" | "name" | "content">,
  content: PrequalContent,
): Record<string, string> {
  const { notice, items } = content;
  const words = wordsOf(items ? "proposal" : "application");
  const obtainTime = `公告发布时起至 ${formatInstant(new Date(content.saleEnd))}`;
  const obtainWay = `登录${site.name}免费下载，除注册外无其他条件`;
  const way = `通过交易平台递交经数字证书签名、加密的${words.package}；截止时间前可替换或撤回`;
  const due = formatInstant(new Date(content.deadline));
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
    ...(items
      ? { qualification: notice.qualification ?? "", stages: STAGES_TEXT, proposalItems: conditionsText(content) }
      : { conditions: conditionsText(content) }),
    consortium: content.consortiumAllowed ? "接受" : "不接受",
    tenderMode: REGIME_TEXTS.tenderMode[tender.regime.tenderMode],
    ...(items
      ? { obtainProposalTime: obtainTime, obtainProposalWay: obtainWay, proposalDeadline: due, proposalWay: way }
      : {
          reviewMethod: "合格制：符合全部资格条件的申请人均通过资格预审",
          obtainFormTime: obtainTime,
          obtainFormWay: obtainWay,
          applicationDeadline: due,
          applicationWay: way,
        }),
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

const STAGES_TEXT =
  "分两阶段招标：第一阶段提交不带报价的技术建议，招标人据此确定技术标准和要求、编制招标文件；第二阶段只向在第一阶段提交技术建议的投标人提供招标文件，投标人提交最终技术方案和投标报价。投标保证金如有要求，在第二阶段提出";

/** The conditions of a prequalification, or what proposals have to treat. */
export const conditionsText = ({ criteria, items }: Pick<PrequalContent, "criteria" | "items">): string =>
  (items ?? criteria.map(({ title, standard }) => ({ title, text: standard })))
    .map(({ title, text }, i) => `${i + 1}. ${title}：${text}`)
    .join("；");

/** Everything that publishing a prequalification rests on; used by the check, the preview and the act itself. */
export async function prequalPublicationOf(tx: Tx, site: SiteFacts, lot: Lot, tender: TenderProject) {
  const document = await prequalDraftOf(tx, lot.id);
  if (!document)
    throw new Refused(refuse("conflict", "tender.draft_incomplete", { missing: roundWords(tender.regime).document }));
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
  const title = `${tender.name}${lot.name}${roundWords(tender.regime).notice}`;
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
  const words = roundWords(tender.regime);
  const rows = prequalCheck({
    profile: p.profile,
    regime: tender.regime,
    now,
    saleEnd: new Date(content.saleEnd),
    deadline: new Date(content.deadline),
    consortiumAllowed: content.consortiumAllowed,
    noticeFields: p.fields,
    texts: [
      { place: `${words.sender}须知`, text: content.instructions },
      { place: "投标人资格能力要求", text: content.notice.qualification ?? "" },
      ...(content.items ?? []).map(({ title, text }) => ({ place: `技术建议“${title}”`, text: `${title}：${text}` })),
      ...content.criteria.map(({ title, standard, evidence }) => ({
        place: `资格条件“${title}”`,
        text: `${title}：${standard}\n${evidence}`,
      })),
      ...content.form.map(({ label }) => ({ place: words.form, text: label })),
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
  const rows = [...checkPrequalification(p, tender, now, actor), await signersRow(tx, actor, tender.id, now)];
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
  ...content.notice,
  qualification: content.items ? (content.notice.qualification ?? "") : conditionsText(content),
  saleStart,
  saleEnd: new Date(content.saleEnd),
  bidDeadline: new Date(content.deadline),
});

/**
 * The notice of a first round, dataset 503: a prequalification notice has bulletin type 2 (CL04 资格预审公告), the notice of
 * a first stage is a tender notice.
 */
export function prequalNoticeMessage(f: PublicationFacts, nature: "1" | "2" | "9" = "1"): HubMessage {
  const { body, ...message } = noticeMessage(f, nature);
  if (roundOf(f.tender.regime) === "proposal")
    return { ...message, body: { ...body, TENDER_DOC_GET_METHOD: "登录交易平台免费下载第一阶段文件" } };
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

/** A version of the prequalification document, dataset 514; a first stage has no data set of its own. */
export const prequalDocumentMessages = (
  facts: Parameters<typeof prequalDocumentMessage>[0],
  ...version: [Parameters<typeof prequalDocumentMessage>[1], Parameters<typeof prequalDocumentMessage>[2]?]
): HubMessage[] => (roundOf(facts.tender.regime) === "application" ? [prequalDocumentMessage(facts, ...version)] : []);

function prequalDocumentMessage(
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
