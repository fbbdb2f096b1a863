import { exchangeAmount } from "@/core/money";
import { formatScore } from "@/core/score";
import { ts14 } from "@/core/time";
import type { SiteFacts } from "@/kit/command";
import type { HubMessage } from "@/kit/outbox";
import type { Lot } from "@/lifecycle/lot/queries";
import { lotKeys, NOT_COLLECTED, OTHER_KIND, PARTY_ROLES } from "@/lifecycle/notice/hub-messages";
import type { TenderProject } from "@/lifecycle/tender-project/queries";
import type { Organisation } from "@/platform/party/queries";
import type { awards } from "./tables";
import type { awardLettersFor, candidateList } from "./texts";

interface Facts {
  readonly lot: Lot;
  readonly tender: TenderProject;
  readonly now: Date;
}

type Letter = Awaited<ReturnType<typeof awardLettersFor>>[number];

/** The publication of candidates (dataset 511), and each candidate (510). */
export function candidateMessages(
  {
    lot,
    tender,
    now,
    notice,
    fields,
    end,
  }: Facts & {
    readonly notice: { readonly number: string; readonly title: string; readonly body: string; readonly url: string };
    readonly fields: Readonly<Record<string, string>>;
    readonly end: Date;
  },
  list: Awaited<ReturnType<typeof candidateList>>,
  parties: ReadonlyMap<string, Organisation>,
): HubMessage[] {
  const base = { tenderProjectId: tender.id, lotId: lot.id };
  return [
    {
      ...base,
      dataset: "511",
      subject: notice.number,
      body: {
        TENDER_PROJECT_CODE: tender.code,
        BID_SECTION_CODES: lot.code,
        UNIFIED_DEAL_CODE: lot.dealCode,
        PUBLICITY_NAME: notice.title,
        PUBLICITY_CONTENT: notice.body,
        PUBLICITY_REFER_TIME: ts14(now),
        NOTICE_MEDIA: "省招标投标公共服务平台",
        URL: notice.url,
        PUBLICITY_TYPE: "1",
        PUBLICITY_START_TIME: ts14(now),
        PUBLICITY_END_TIME: ts14(end),
        OBJECTION_METHOD: fields.objection ?? "",
        BULLETIN_DUTY: fields.responsible ?? "",
        EXAMINER_NAME: fields.responsible ?? "",
      },
    },
    ...list.map((candidate) => {
      const price = exchangeAmount(candidate.priceFen);
      return {
        ...base,
        dataset: "510",
        subject: `${lot.code}-${candidate.rank}`,
        body: {
          ...lotKeys(lot, tender),
          WIN_CANDIDATE_NAME: parties.get(candidate.orgId)!.name,
          BIDDER_CODE_TYPE: parties.get(candidate.orgId)!.codeType,
          WIN_CANDIDATE_CODE: parties.get(candidate.orgId)!.creditCode,
          BIDDER_ROLE: PARTY_ROLES.bidder,
          BIDDER_REGION_CODE: parties.get(candidate.orgId)!.regionCode,
          BIDDER_PROPERTY: OTHER_KIND,
          WIN_CANDIDATE_ORDER: String(candidate.rank),
          IS_FLOAT_RATE: "0",
          EVALUATION_RESULT: formatScore(candidate.totalHundredths),
          PRICE_FORM_CODE: "1",
          BID_PRICE: price.amount,
          PRICE_CURRENCY: price.currency,
          PRICE_UINT: price.unit,
          QUALITY: "合格",
          EVALUATION_STATUS: "通过初步评审和详细评审",
          WIN_CANDIDATE_QUALIFICATION: "符合招标文件要求",
        },
      };
    }),
  ];
}

/** The result (dataset 513), and the award notice to the winner (9018). */
export function awardMessages({
  lot,
  tender,
  site,
  now,
  award,
  notice,
  winning,
  winner,
  tenderer,
  agency,
}: Facts & {
  readonly site: SiteFacts;
  readonly award: typeof awards.$inferSelect;
  readonly notice: { readonly number: string; readonly title: string; readonly body: string };
  readonly winning: Letter;
  readonly winner: Organisation;
  readonly tenderer: Organisation;
  readonly agency: Organisation | undefined;
}): HubMessage[] {
  const base = { tenderProjectId: tender.id, lotId: lot.id };
  const price = exchangeAmount(award.priceFen);
  return [
    {
      ...base,
      dataset: "513",
      subject: notice.number,
      body: {
        ...lotKeys(lot, tender),
        REGION_CODE: tender.regionCode,
        TRA_PLACE_CODE: tender.regionCode,
        TENDER_AGENCY_NAME: agency?.name ?? "无",
        TENDER_AGENCY_CODE: agency?.creditCode ?? tenderer.creditCode,
        NOTICE_NAME: notice.title,
        NOTICE_CONTENT: notice.body,
        NOTICE_SEND_TIME: ts14(now),
        NOTICE_MEDIA: "省招标投标公共服务平台",
        URL: `https://${site.host}/notices/${notice.number}`,
        NOTICE_NATURE: "1",
        BULLETIN_TYPE: "1",
        WIN_BIDDER_NAME: winner.name,
        BIDDER_CODE_TYPE: winner.codeType,
        WIN_BIDDER_CODE: winner.creditCode,
        BIDDER_ROLE: PARTY_ROLES.bidder,
        BIDDER_REGION_CODE: winner.regionCode,
        BIDDER_PROPERTY: OTHER_KIND,
        PROJECT_LEAD_ID: NOT_COLLECTED,
        PRICE_FORM_CODE: "1",
        BID_AMOUNT: price.amount,
        BID_CURRENCY: price.currency,
        PRICE_UNIT: price.unit,
        BULLETIN_DUTY: tenderer.contact || tenderer.name,
        EXAMINER_NAME: site.operatorName,
        PROJECT_LEAD: String(winning.payload.projectLead ?? NOT_COLLECTED),
      },
    },
    {
      ...base,
      dataset: "9018",
      subject: winning.number,
      body: {
        TENDER_PROJECT_CODE: tender.code,
        TENDER_PROJECT_NAME: tender.name,
        BID_SECTION_CODES: lot.code,
        UNIFIED_DEAL_CODE: lot.dealCode,
        WIN_NOTICE_CODE: winning.number,
        WIN_BIDDER_NAME: winner.name,
        WIN_BIDDER_CODE: winner.creditCode,
        BID_TIME: ts14(lot.bidDeadline!),
        TENDER_NOTICE_CONTENT: lot.content,
        BID_AMOUNT: price.amount,
        PRICE_UNIT: price.unit,
        PRICE_FORM_CODE: "1",
        OTHER_BID_PRICE: "无",
        PROJECT_LEAD: String(winning.payload.projectLead ?? NOT_COLLECTED),
        PROJECT_LEAD_ID: NOT_COLLECTED,
        PROJECT_LEAD_CERTITY_NO: String(winning.payload.leadCertificate ?? NOT_COLLECTED),
        WIN_NOTICE_CONTENT: winning.text,
        WIN_NOTICE_SEND_TIME: ts14(now),
      },
    },
  ];
}
