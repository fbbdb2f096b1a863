import { ts14 } from "@/core/time";
import type { Tx } from "@/kit/db/connect";
import type { HubMessage } from "@/kit/outbox";
import { roundOf } from "@/lifecycle/law/rounds";
import type { Lot } from "@/lifecycle/lot/queries";
import { lotKeys, NOT_COLLECTED } from "@/lifecycle/notice/hub-messages";
import { conditionsText } from "@/lifecycle/prequalification/publication";
import {
  applicationOpeningsOf,
  formInForce,
  resultsOf,
  standingApplications,
} from "@/lifecycle/prequalification/queries";
import type { TenderProject } from "@/lifecycle/tender-project/queries";
import type { Organisation } from "@/platform/party/queries";

/** Field of the application form that names the project lead, where the form has it. */
const LEAD_FIELD = "project_lead";

/**
 * Applications and result of a prequalification, datasets 515 and 516: told when the opening of bids begins and never
 * before, and of those who bid alone (BL22, R-L.105).
 */
export async function applicationMessages(
  tx: Tx,
  lot: Lot,
  tender: TenderProject,
  bidders: readonly Organisation[],
  url: string,
): Promise<HubMessage[]> {
  // Of technical proposals the hub has no data set.
  if (roundOf(tender.regime) !== "application" || !bidders.length) return [];
  const { content } = await formInForce(tx, lot.id);
  const [sent, openings, results] = [
    await standingApplications(tx, lot.id),
    await applicationOpeningsOf(tx, lot.id),
    await resultsOf(tx, lot.id),
  ];
  const base = { tenderProjectId: tender.id, lotId: lot.id };
  const { TENDER_PROJECT_CODE, BID_SECTION_CODE, UNIFIED_DEAL_CODE } = lotKeys(lot, tender);
  const applied = bidders.flatMap(({ id, name, creditCode }) => {
    const application = sent.find(({ orgId }) => orgId === id);
    const form = openings.find(({ orgId }) => orgId === id)?.form;
    if (!application) return [];
    return [
      {
        ...base,
        dataset: "515",
        subject: `${lot.code}-Z-${creditCode}`,
        body: {
          TENDER_PROJECT_CODE,
          BID_SECTION_CODES: BID_SECTION_CODE,
          UNIFIED_DEAL_CODES: UNIFIED_DEAL_CODE,
          APPLICANTION_NAME: name,
          APPLICANTION_CODE: creditCode,
          QUALIFICATION_ELEMENT: conditionsText(content),
          BID_MANAGER: form?.[LEAD_FIELD] ?? NOT_COLLECTED,
          APPLY_SUBMIT_TIME: ts14(application.receivedAt),
        },
      },
    ];
  });
  const first = results[0];
  if (!first) return applied;
  const names = bidders.map(({ name }) => name).sort((a, b) => a.localeCompare(b, "zh-CN"));
  return [
    ...applied,
    {
      ...base,
      dataset: "516",
      subject: `${lot.code}-Z`,
      body: {
        ...lotKeys(lot, tender),
        NOTICE_NAME: `${lot.name}资格预审结果（已递交投标文件的单位）`,
        PASSED_APPLICANT_LIST: names.join("；"),
        RESULT_CREATE_TIME: ts14(first.at),
        URL: url,
      },
    },
  ];
}
