import { exchangeAmount } from "@/core/money";
import { ts14 } from "@/core/time";
import type { HubMessage } from "@/kit/outbox";
import { GUARANTEE_KINDS } from "@/lifecycle/bid-security/guarantee/part";
import type { Lot } from "@/lifecycle/lot/queries";
import type { TenderProject } from "@/lifecycle/tender-project/queries";
import type { Organisation } from "@/platform/party/queries";
import type { SecurityLine } from "./securities";

const NOT_COLLECTED = "未采集";

/** Fields of dataset 507 that tell of the security; 0 and 9 where a bid has none. */
export const marginFields = (line: SecurityLine | undefined, openedAt: Date) => ({
  IS_COMMIT_MARGIN: line?.paid || line?.guarantee ? "1" : "0",
  MARGIN_PAY_FORM: line?.guarantee ? GUARANTEE_KINDS[line.guarantee.kind].code : line?.paid ? "1" : "9",
  MARGIN_RECEIVE_TIME: ts14(line?.paid?.at ?? openedAt),
});

/** Securities (dataset 9011) and guarantees (523) of the bids that were opened: after the opening and not before. */
export function securityMessages(
  lot: Lot,
  tender: TenderProject,
  lines: readonly SecurityLine[],
  parties: ReadonlyMap<string, Organisation>,
): HubMessage[] {
  const openedAt = lot.openedAt!;
  return lines.flatMap((line): HubMessage[] => {
    const party = parties.get(line.orgId);
    if (!party) return [];
    const base = { tenderProjectId: tender.id, lotId: lot.id, subject: `${lot.code}-${party.creditCode}` };
    const keys = {
      TENDER_PROJECT_CODE: tender.code,
      BID_SECTION_CODE: lot.code,
      UNIFIED_DEAL_CODE: lot.dealCode,
      BIDDER_NAME: party.name,
      BIDDER_ORG_CODE: party.creditCode,
    };
    const { paid, guarantee } = line;
    return [
      ...(paid
        ? [
            {
              ...base,
              dataset: "9011",
              body: {
                ...keys,
                MARGIN_PAY_FORM: "1",
                MARGIN_RECEIVE_TIME: ts14(paid.at),
                MARGIN_BANK: paid.payerBank || NOT_COLLECTED,
                MARGIN_ACCOUNT: paid.payerAccount,
                MARGIN_PAY: exchangeAmount(paid.fen).amount,
              },
            },
          ]
        : []),
      ...(guarantee
        ? [
            {
              ...base,
              dataset: "523",
              body: {
                ...keys,
                GUARANTEE_FORM: GUARANTEE_KINDS[guarantee.kind].code.padStart(2, "0"),
                GUARANTEE_TYPE: "01",
                GUARANTEE_NO: guarantee.number,
                GUARANTEE_STATUS: "有效",
                BENEFICIARY: guarantee.beneficiary,
                INSURER: guarantee.guarantor,
                GUARANTEE_AMOUNT: exchangeAmount(BigInt(guarantee.amountFen)).amount,
                GUARANTEE_COST: "0",
                // What the bid does not say of its guarantee is told as the instant of the opening, or as not collected.
                CREATE_TIME: ts14(openedAt),
                BEGIN_TIME: ts14(openedAt),
                END_TIME: `${guarantee.validUntil.replaceAll("-", "")}235959`,
                PURCHASE_METHOD: NOT_COLLECTED,
                PURCHASE_TIME: ts14(openedAt),
                LETTER_TIME: ts14(openedAt),
                PROPOSER: party.contact || NOT_COLLECTED,
                PROPOSER_PHONE: party.phone || NOT_COLLECTED,
                PROPOSER_CARD_TYPE: NOT_COLLECTED,
                PROPOSER_CODE: NOT_COLLECTED,
                PURCHASE_ACCOUN: NOT_COLLECTED,
                RATE: "0",
                GUARANTEE_URL: NOT_COLLECTED,
                GUARANTEE_MD5: NOT_COLLECTED,
                PAYMENT_METHOD: NOT_COLLECTED,
                PAYMENT_TIME: ts14(openedAt),
              },
            },
          ]
        : []),
    ];
  });
}
