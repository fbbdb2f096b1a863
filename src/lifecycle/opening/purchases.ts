import { and, asc, eq, inArray, isNotNull } from "drizzle-orm";
import { exchangeAmount } from "@/core/money";
import { ts14 } from "@/core/time";
import type { Tx } from "@/kit/db/connect";
import type { HubMessage } from "@/kit/outbox";
import type { Lot } from "@/lifecycle/lot/queries";
import { lotKeys, NOT_COLLECTED } from "@/lifecycle/notice/hub-messages";
import { documentDownloads, obtainments } from "@/lifecycle/tender-document/tables";
import type { TenderProject } from "@/lifecycle/tender-project/queries";
import { feeOrders } from "@/platform/billing/tables";
import type { Organisation } from "@/platform/party/queries";

/** Way of payment (CL24): none of those that the list names. */
const OTHER_MODE = "9";

/**
 * Who obtained the document, dataset 9006. Built when the opening begins and never before (O20 art. 21); of those who
 * bid alone, because who did not bid stays secret for ever (BL22).
 */
export async function purchaseMessages(
  tx: Tx,
  lot: Lot,
  tender: TenderProject,
  bidders: readonly Organisation[],
): Promise<HubMessage[]> {
  const orgIds = bidders.map(({ id }) => id);
  if (!orgIds.length) return [];
  const mine = <T extends typeof obtainments | typeof documentDownloads>(table: T) =>
    and(eq(table.lotId, lot.id), inArray(table.orgId, orgIds));
  const held = await tx.select().from(obtainments).where(mine(obtainments)).orderBy(asc(obtainments.at));
  const fetched = await tx
    .select()
    .from(documentDownloads)
    .where(mine(documentDownloads))
    .orderBy(asc(documentDownloads.at));
  const orders = await tx
    .select()
    .from(feeOrders)
    .where(and(eq(feeOrders.lotId, lot.id), inArray(feeOrders.orgId, orgIds), isNotNull(feeOrders.deliveredAt)));
  return bidders.flatMap(({ id, name, creditCode }) => {
    const first = held.find(({ orgId }) => orgId === id);
    if (!first) return [];
    const order = orders.find(({ orgId }) => orgId === id);
    const download = fetched.find(({ orgId }) => orgId === id);
    return {
      tenderProjectId: tender.id,
      lotId: lot.id,
      dataset: "9006",
      subject: `${lot.code}-${creditCode}`,
      body: {
        ...lotKeys(lot, tender),
        PURCHASE_WAY: order ? "交易平台网上购买" : "交易平台网上免费获取",
        PURCHASE_MODE: OTHER_MODE,
        PURCHASE_MONEY: exchangeAmount(order?.amountFen ?? 0n).amount,
        PURCHASE_ORDER_NUMBER: order?.orderNo ?? "无（免费）",
        PURCHASE_ACCOUNT: order ? NOT_COLLECTED : "无（免费）",
        PURCHASE_TIME: ts14(order?.paidAt ?? first.at),
        PURCHASE_IP: first.address ?? NOT_COLLECTED,
        PURCHASE_BROWSER: NOT_COLLECTED,
        DOWNLOAD_IP: download?.address ?? NOT_COLLECTED,
        DOWNLOAD_BROWSER: NOT_COLLECTED,
        COMPANY_NAME: name,
        COMPANY_CODE: creditCode,
      },
    };
  });
}
