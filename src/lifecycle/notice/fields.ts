import { hex } from "@/core/bytes";
import { type CanonicalValue, encodeCanonical } from "@/core/canonical-json";
import { formatYuan } from "@/core/money";
import { formatInstant } from "@/core/time";
import { sha256 } from "@/crypto/sha256";
import { roundOf, wordsOf } from "@/lifecycle/law/rounds";
import { REGIME_TEXTS } from "@/lifecycle/lot/states";
import { priceOf, type TenderDocumentContent } from "@/lifecycle/tender-document/schema";
import type { Project, TenderProject } from "@/lifecycle/tender-project/queries";
import { type DraftAsTyped, NOTICE_LABELS } from "./schema";

export interface NoticeSources {
  readonly project: Project;
  readonly tender: TenderProject;
  readonly lot: { readonly code: string; readonly name: string; readonly content: string };
  readonly document: TenderDocumentContent;
  readonly draft: DraftAsTyped;
  readonly tenderer: {
    readonly name: string;
    readonly address: string;
    readonly contact: string;
    readonly phone: string;
  };
  readonly agency?: { readonly name: string; readonly address: string } | undefined;
  readonly site: { readonly name: string; readonly host: string };
}

/** How the document is had, with its price where it has one. */
export const howToObtain = (document: TenderDocumentContent): string => {
  const price = priceOf(document);
  return price ? `在线购买后下载，每套售价 ${formatYuan(price)}，仅补偿成本` : "免费下载";
};

/**
 * The structured twin of a tender notice (O10 art. 5, BL16). The page prints exactly these fields in this order, and the
 * hub gets the same ones, so that two texts of one notice cannot exist.
 */
export function noticeFields(s: NoticeSources): Record<string, string> {
  const { project, tender, lot, document, draft } = s;
  const round = roundOf(tender.regime);
  const isInvited = round !== undefined || tender.regime.tenderMode === "invited";
  return {
    projectName: project.name,
    projectCode: project.code,
    tenderProjectCode: tender.code,
    lotCode: lot.code,
    lotName: lot.name,
    content: `${tender.name}（${lot.name}）`,
    scope: lot.content,
    scale: draft.quantity ? `${project.scale}；数量：${draft.quantity}` : project.scale,
    fundSource: project.fundSource,
    approval: `${project.approvalName}（${project.approvalNumber}）`,
    nature: REGIME_TEXTS.subject[tender.regime.subject],
    place: draft.performancePlace,
    period: draft.performanceTime,
    qualification: draft.qualification,
    consortium: document.consortiumAllowed ? "接受" : "不接受",
    tenderMode: REGIME_TEXTS.tenderMode[tender.regime.tenderMode],
    ceiling: formatYuan(BigInt(document.ceilingFen)),
    bidSecurity: `${formatYuan(BigInt(document.securityFen))}（${document.securityForms.join("、")}）`,
    ...(isInvited ? { replyBy: shownTime(draft.replyBy ?? null) } : {}),
    obtainTime:
      draft.saleStart && draft.saleEnd ? `${formatInstant(draft.saleStart)} 至 ${formatInstant(draft.saleEnd)}` : "",
    obtainWay: isInvited
      ? `登录${s.site.name}接受邀请后${howToObtain(document)}，限${round ? wordsOf(round).chosen : "受邀单位"}`
      : `登录${s.site.name}${howToObtain(document)}，除注册外无其他条件`,
    submitDeadline: shownTime(draft.bidDeadline),
    submitWay: "通过交易平台递交经数字证书签名、加密的电子投标文件；截止时间前可替换或撤回",
    openingTime: shownTime(draft.bidDeadline),
    tendererName: s.tenderer.name,
    tendererAddress: s.tenderer.address,
    tendererContact: `${s.tenderer.contact} ${s.tenderer.phone}`.trim(),
    ...(s.agency
      ? {
          agencyName: s.agency.name,
          agencyAddress: s.agency.address,
          agencyContact: `${draft.contactPerson} ${draft.contactPhone}`.trim(),
        }
      : {}),
    platformName: s.site.name,
    platformAddress: s.site.host,
    platformWay: priceOf(document)
      ? "使用数字证书登录；平台对注册、下载、递交均不收费，招标文件费由收款单位收取"
      : "使用数字证书登录；注册、下载、递交均不收费",
    supervision: tender.superviseDept,
    // Two people answer for a publication: one name alone is none.
    responsible:
      draft.responsiblePublisher && draft.responsibleVerifier
        ? `发布：${draft.responsiblePublisher}；平台验证：${draft.responsibleVerifier}`
        : "",
    other: draft.other || "无",
  };
}

const shownTime = (at: Date | null): string => (at ? formatInstant(at) : "");

/** Page text of a notice: one labelled line a field. */
export function noticeBody(fields: Record<string, string>): string {
  return Object.entries(fields)
    .map(([key, value]) => `${NOTICE_LABELS[key] ?? key}：${value}`)
    .join("\n");
}

/** Hash of title and fields: equal on every medium (R-O.17b). */
export function contentHash(title: string, fields: Record<string, string>): string {
  return hex(sha256(encodeCanonical({ title, fields } as CanonicalValue)));
}

/** The structured twin of a notice without what only publishing adds: the preview shows exactly what will be published. */
export const twinBody = (notice: {
  readonly number: string;
  readonly kind: string;
  readonly lot: string;
  readonly title: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly contentHash: string;
}) => ({ format: "xinbiao-notice/1", ...notice });
