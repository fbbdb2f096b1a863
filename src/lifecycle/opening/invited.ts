import { ts14 } from "@/core/time";
import type { Tx } from "@/kit/db/connect";
import type { HubMessage } from "@/kit/outbox";
import { inviteesOf } from "@/lifecycle/invitation/queries";
import { roundOf } from "@/lifecycle/law/rounds";
import type { Lot } from "@/lifecycle/lot/queries";
import { lotKeys, PARTY_ROLES } from "@/lifecycle/notice/hub-messages";
import { noticesOfLot } from "@/lifecycle/notice/queries";
import type { TenderProject } from "@/lifecycle/tender-project/queries";
import type { Organisation } from "@/platform/party/queries";

/**
 * Whom an invited tender went to, datasets 505 and 9004. Like who obtained the document, told when the opening begins and
 * never before, and of those who bid alone (BL22).
 */
export async function invitationMessages(
  tx: Tx,
  lot: Lot,
  tender: TenderProject,
  bidders: readonly Organisation[],
): Promise<HubMessage[]> {
  const notice = (await noticesOfLot(tx, lot.id)).find(({ kind }) => kind === "tender");
  const isPre = roundOf(tender.regime) !== undefined;
  if ((tender.regime.tenderMode === "open" && !isPre) || !notice) return [];
  const invitees = new Map((await inviteesOf(tx, lot.id)).map((row) => [row.orgId, row]));
  const { fields, draft } = notice;
  const base = { tenderProjectId: tender.id, lotId: lot.id };
  return bidders.flatMap(({ id, name, codeType, creditCode, contact, phone }) => {
    const row = invitees.get(id);
    if (!row?.invitedAt || !row.replyBy) return [];
    const subject = `${lot.code}-${creditCode}`;
    const sent: HubMessage[] = [
      {
        ...base,
        dataset: "505",
        subject,
        body: {
          ...lotKeys(lot, tender),
          BID_INVITE_ISSUE_NATURE: "1",
          BID_INVITE_ISSUE_CONTENT: notice.body,
          BID_QUALIFICATION: fields.qualification ?? "",
          BIDDER_NAME: name,
          BIDDER_CODE_TYPE: codeType,
          BIDDER_CODE: creditCode,
          BIDDER_ROLE: PARTY_ROLES.bidder,
          DOC_GET_START_TIME: ts14(lot.saleStart!),
          DOC_GET_END_TIME: ts14(lot.saleEnd!),
          TENDER_DOC_GET_METHOD: fields.obtainWay ?? "",
          BID_DOC_REFER_END_TIME: ts14(lot.bidDeadline!),
          BID_DOC_REFER_METHOD: fields.submitWay ?? "",
          BID_INVITE_END_TIME: ts14(row.replyBy),
          BID_INVITE_ISSUE_TIME: ts14(row.invitedAt),
          BULLETIN_DUTY: draft?.responsiblePublisher ?? "",
        },
      },
    ];
    // Those of a first round came of themselves: 9004 is of those whom an invited tender sought out.
    if (isPre) return sent;
    return [
      ...sent,
      {
        ...base,
        dataset: "9004",
        subject,
        body: {
          ...lotKeys(lot, tender),
          UNIT_NAME: name,
          UNIT_CREDIT_CODE: creditCode,
          MANAGER_NAME: contact || name,
          MANAGER_PHONE: phone,
          INVITE_TIME: ts14(row.invitedAt),
          INVITATION_STATUS: "已发出",
          IS_CONFIRM: row.reply === "accepted" ? "1" : "0",
        },
      },
    ];
  });
}
