import { exchangeAmount } from "@/core/money";
import { ts14 } from "@/core/time";
import type { HubMessage } from "@/kit/outbox";
import type { Lot } from "@/lifecycle/lot/queries";
import type { TenderDocumentContent } from "@/lifecycle/tender-document/schema";
import type { Project, TenderProject } from "@/lifecycle/tender-project/queries";
import { howToObtain } from "./fields";
import type { NoticeDraft } from "./schema";

/** A party as messages name it. */
export interface Party {
  readonly name: string;
  readonly creditCode: string;
  readonly codeType: string;
  readonly regionCode: string;
  readonly address: string;
  readonly contact: string;
  readonly phone: string;
  readonly email: string;
}

export interface PublicationFacts {
  readonly project: Project;
  /** Who approved or verified the tender's content, where that is on record. */
  readonly approvalAuthority?: string | undefined;
  readonly tender: TenderProject;
  readonly lot: Lot;
  readonly document: TenderDocumentContent;
  readonly draft: NoticeDraft;
  readonly tenderer: Party;
  readonly agency?: Party | undefined;
  readonly operator: string;
  readonly platformCode: string;
  readonly notice: { readonly number: string; readonly title: string; readonly body: string; readonly url: string };
  readonly now: Date;
}

/** Fields every message about a lot begins with. */
export const lotKeys = (lot: Lot, tender: TenderProject) => ({
  TENDER_PROJECT_CODE: tender.code,
  BID_SECTION_CODE: lot.code,
  UNIFIED_DEAL_CODE: lot.dealCode,
});

/** Party roles (CL10), lot classes (CL15) and evaluation modes (CL22) as the code lists number them. */
export const PARTY_ROLES = { tenderer: "01", agency: "02", bidder: "03" } as const;
const LOT_CLASSES = { works: "A08", goods: "B", survey_design: "A03", services: "C" } as const;
const EVALUATION_MODES = { local: "1", remote: "2", dispersed: "3" } as const;
/** Kind of enterprise (CL27) is not asked for at registration: 9 其他. */
export const OTHER_KIND = "9";
/** What is not collected is said to be so, never invented. */
export const NOT_COLLECTED = "未采集";

const YES_NO = (value: boolean) => (value ? "1" : "0");

const SUBMIT_WAY = "通过交易平台递交签名并加密的电子投标文件";
export const agencyFields = ({ agency, tenderer }: Pick<PublicationFacts, "agency" | "tenderer">) => ({
  TENDER_AGENCY_NAME: agency?.name ?? "无",
  TENDER_AGENCY_CODE: agency?.creditCode ?? tenderer.creditCode,
});

/** Project, tender project, lot, notice, document: datasets 500–504, in the order in which a hub accepts them. */
export const publicationMessages = (f: PublicationFacts): HubMessage[] => [
  ...projectMessages(f),
  noticeMessage(f),
  documentMessage(f),
];

/** Project, tender project and lot, datasets 500–502: before the first thing that is published of them. */
export function projectMessages(f: PublicationFacts): HubMessage[] {
  const { project, tender, lot, draft, tenderer, agency } = f;
  const base = { tenderProjectId: tender.id, lotId: lot.id };
  const estimate = exchangeAmount(lot.estimateFen);
  return [
    {
      ...base,
      dataset: "500",
      subject: project.code,
      body: {
        PROJECT_CODE: project.code,
        PROJECT_NAME: project.name,
        REGION_CODE: project.regionCode,
        RELATE_CODE: YES_NO(project.fixedAssets),
        ...(project.investCode ? { INVEST_PROJECT_CODE: project.investCode } : {}),
        ADDRESS: project.address,
        LEGAL_PERSON: tenderer.name,
        CLASS_VER_CODE: "2",
        INDUSTRIES_TYPE: project.industry,
        FUND_SOURCE: project.fundSource,
        PROJECT_SCALE: project.scale,
        CONTACTOR: tenderer.contact,
        CONTACT_INFORMATION: tenderer.phone,
        APPROVAL_NAME: project.approvalName,
        APPROVAL_NUMBER: project.approvalNumber,
        ...(f.approvalAuthority ? { APPROVAL_AUTHORITY: f.approvalAuthority } : {}),
        CREATE_TIME: ts14(project.createdAt),
        OPERATION_NAME: f.operator,
      },
    },
    {
      ...base,
      dataset: "501",
      subject: tender.code,
      body: {
        PROJECT_CODE: project.code,
        TENDER_PROJECT_CODE: tender.code,
        IS_TO_LAW: YES_NO(tender.regime.mandatory),
        TENDER_PROJECT_NAME: tender.name,
        TENDER_PROJECT_TYPE: tender.tenderClass,
        REGION_CODE: tender.regionCode,
        TENDER_CONTENT: lot.content,
        TENDERER_NAME: tenderer.name,
        TENDERER_CODE_TYPE: tenderer.codeType,
        TENDERER_CODE: tenderer.creditCode,
        TENDERER_ROLE: PARTY_ROLES.tenderer,
        TENDERER_REGION_CODE: tenderer.regionCode,
        TENDERER_PROPERTY: OTHER_KIND,
        ISUNION: "0",
        ...agencyFields(f),
        TENDER_AGENCY_CODE_TYPE: (agency ?? tenderer).codeType,
        TENDER_AGENCY_ROLE: PARTY_ROLES.agency,
        TENDER_AGENCY_REGION_CODE: (agency ?? tenderer).regionCode,
        TENDER_AGENCY_PROPERTY: OTHER_KIND,
        TRADE_SYSTEM_NO: f.platformCode,
        TRADE_SYSTEM_FEE: "0",
        TENDER_MODE: tender.regime.tenderMode === "open" ? "1" : "2",
        TENDER_ORGANIZE_FORM: tender.regime.orgForm === "self" ? "1" : "2",
        CREATE_TIME: ts14(tender.createdAt),
        SUPERVISE_DEPT_NAME: tender.superviseDept,
        APPROVE_DEPT_NAME: f.approvalAuthority ?? tender.superviseDept,
        REPORT_DUTY: draft.responsiblePublisher,
        OPERATION_NAME: f.operator,
      },
    },
    {
      ...base,
      dataset: "502",
      subject: lot.code,
      body: {
        ...lotKeys(lot, tender),
        BID_SECTION_NAME: lot.name,
        BID_ECTION_NUM: String(lot.round),
        BID_TENDER_MODE: tender.regime.tenderMode === "open" ? "1" : "2",
        REGION_CODE: tender.regionCode,
        TRA_PLACE_CODE: tender.regionCode,
        BID_SECTION_CONTENT: lot.content,
        TENDER_PROJECT_CLASSIFY_CODE: LOT_CLASSES[tender.regime.subject],
        CONTRACT_RECKON_PRICE: estimate.amount,
        CURRENCY_CODE: estimate.currency,
        PRICE_UNIT: estimate.unit,
        BID_QUALIFICATION: draft.qualification,
        CREATE_TIME: ts14(lot.createdAt),
      },
    },
  ];
}

/** A notice, dataset 503. Its nature is a code of CL03: 1 正常, 2 更正, 3 重发, 9 其他. */
export function noticeMessage(f: PublicationFacts, nature: "1" | "2" | "3" | "9" = "1"): HubMessage {
  const { tender, lot, document, draft, tenderer, notice } = f;
  return {
    tenderProjectId: tender.id,
    lotId: lot.id,
    dataset: "503",
    subject: notice.number,
    body: {
      TENDER_PROJECT_CODE: tender.code,
      NOTICE_BID_NUM: "1",
      BID_SECTION_CODES: lot.code,
      UNIFIED_DEAL_CODES: lot.dealCode,
      TENDER_SELF_CODE: notice.number,
      NOTICE_NAME: notice.title,
      NOTICE_CONTENT: notice.body,
      NOTICE_SEND_TIME: ts14(f.now),
      NOTICE_MEDIA: "省招标投标公共服务平台",
      URL: notice.url,
      NOTICE_NATURE: nature,
      BULLETIN_TYPE: "1",
      DOC_GET_START_TIME: ts14(draft.saleStart),
      DOC_GET_END_TIME: ts14(draft.saleEnd),
      TENDER_DOC_GET_METHOD: `登录交易平台${howToObtain(document)}`,
      BID_DOC_REFER_END_TIME: ts14(draft.bidDeadline),
      BID_OPEN_TIME: ts14(draft.bidDeadline),
      BID_DOC_REFER_METHOD: SUBMIT_WAY,
      SYNDICATED_FLAG: YES_NO(document.consortiumAllowed),
      TENDERER_CODE: tenderer.creditCode,
      TENDERER_NAME: tenderer.name,
      TENDERER_ADDRESS: tenderer.address,
      TENDERER_CONTACTOR: tenderer.contact,
      TENDERER_PHONE_NUMBER: tenderer.phone,
      TENDERER_EMAIL: tenderer.email,
      ...agencyFields(f),
      BULLETIN_DUTY: draft.responsiblePublisher,
      BULLETIN_DUTY_CODE_TYPE: draft.responsibleVerifier,
    },
  };
}

/**
 * A version of the tender document, dataset 504.
 *
 * @param number 26 characters: lot and serial
 * @param change what a clarification says, and whether it postpones the opening
 */
export function documentMessage(
  f: PublicationFacts,
  number = `${f.lot.code}001`,
  change: { readonly content: string; readonly postponed: boolean } = { content: "无", postponed: false },
): HubMessage {
  const { tender, lot, document, draft, notice } = f;
  const ceiling = exchangeAmount(BigInt(document.ceilingFen));
  const security = exchangeAmount(BigInt(document.securityFen));
  return {
    tenderProjectId: tender.id,
    lotId: lot.id,
    dataset: "504",
    subject: number,
    body: {
      TENDER_PROJECT_CODE: tender.code,
      BID_SECTION_CODE: lot.code,
      UNIFIED_DEAL_CODES: lot.dealCode,
      DOC_NO: number,
      DOC_NAME: document.title,
      BID_QUALIFICATION: draft.qualification,
      BID_DOC_REFER_END_TIME: ts14(draft.bidDeadline),
      VALID_PERIOD: String(document.validityDays),
      BID_DOC_REFER_METHOD: SUBMIT_WAY,
      MARGIN_PAY_TYPE: document.securityForms.join(";"),
      PRICE_FORM_CODE: "1",
      MARGIN_AMOUNT: security.amount,
      MARGIN_CURRENCY: security.currency,
      MARGIN_AMOUNT_UNIT: security.unit,
      CONTROL_PRICE: ceiling.amount,
      CONTROL_PRICE_CURRENCY: ceiling.currency,
      CONTROL_PRICE_UNIT: ceiling.unit,
      EVALUATING_METHOD: document.method.kind === "lowest_evaluated" ? "经评审的最低投标价法" : "综合评估法",
      EVALUATION_TYPE: EVALUATION_MODES[tender.regime.evaluationVenue],
      BID_OPEN_TIME: ts14(draft.bidDeadline),
      BID_OPEN_PLACE: "网上开标大厅",
      BID_OPEN_TYPE: "网上开标",
      QUAL_TYPE: tender.regime.qualification === "pre" ? "1" : "2",
      CLARIFY_TIME: ts14(f.now),
      IS_POSTPONE: YES_NO(change.postponed),
      ...(change.postponed ? { POST_OPEN_TIME: ts14(draft.bidDeadline), POST_OPEN_ADDRESS: "网上开标大厅" } : {}),
      CLARIFY_CONTENT: change.content,
      SUBMIT_TIME: ts14(f.now),
      URL: notice.url,
    },
  };
}

/** The end of a tender whose notice was withdrawn, dataset 517 (CL21: 3 公告撤销). It tells the ground, and nothing of bidders. */
export function terminationMessage({ tender, lot, now }: PublicationFacts, ground: string): HubMessage {
  return {
    tenderProjectId: tender.id,
    lotId: lot.id,
    dataset: "517",
    subject: `${lot.code}-F3`,
    body: {
      ...lotKeys(lot, tender),
      EXCEPITON_NAME: `${lot.name}终止招标`,
      EXCEPITON_INFOR: ground,
      APPROVAL_RESULT: "招标人终止招标",
      APPROVAL_TIME: ts14(now),
      EXCEPITON_TYPE: "3",
    },
  };
}
