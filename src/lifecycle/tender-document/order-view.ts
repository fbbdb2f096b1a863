import { and, desc, eq } from "drizzle-orm";
import { formatYuan } from "@/core/money";
import { Refused, refuse } from "@/core/refusal";
import { formatInstant } from "@/core/time";
import { sentenceOf } from "@/i18n/refusals";
import type { Actor } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { legalNow } from "@/kit/db/context";
import { readLot } from "@/lifecycle/lot/queries";
import { refusalToObtain } from "@/lifecycle/lot/rules";
import { ownOrders } from "@/platform/billing/queries";
import { ORDER_STATES, type OrderState, REFUND_REASONS } from "@/platform/billing/schema";
import { organisationOf } from "@/platform/party/queries";
import { type DocumentView, documentInForce, obtainedDocument, payeeOf } from "./queries";
import { priceOf } from "./schema";
import { documentDownloads } from "./tables";

export interface OwnOrder {
  readonly id: string;
  readonly orderNo: string;
  readonly state: OrderState;
  readonly stateName: string;
  readonly amount: string;
  readonly at: string;
  /** The bank said that nothing is paid: the same order may be paid. */
  readonly mayPay: boolean;
  readonly refunds: readonly string[];
}

/** What the order page of one organisation shows; nothing of anybody else. */
export interface OrderView {
  readonly lot: { readonly id: string; readonly code: string; readonly name: string };
  readonly room: string;
  /** Empty when the document is free. */
  readonly price: string;
  readonly payee: string;
  readonly account: string;
  readonly saleEnd: string;
  /** Why nothing can be bought now. */
  readonly refusal: string;
  readonly head: { readonly title: string; readonly taxNumber: string };
  readonly document?: DocumentView;
  /** Newest first. */
  readonly orders: readonly OwnOrder[];
  readonly downloads: readonly {
    readonly at: string;
    readonly file: string;
    readonly version: number;
    readonly address: string;
  }[];
}

/** The order page (购买招标文件). Bidders only. @throws Refused `not_found` */
export async function orderView(tx: Tx, actor: Actor, lotId: string): Promise<OrderView> {
  const lot = await readLot(tx, lotId);
  if (actor.role !== "bidder" || lot.state.startsWith("D")) throw new Refused(refuse("not_found", "general.not_found"));
  const { content } = await documentInForce(tx, lotId);
  const document = await obtainedDocument(tx, actor, lotId);
  const payee = await payeeOf(tx, lot, content);
  const price = priceOf(content);
  const refusal = refusalToObtain(lot, await legalNow(tx));
  const own = await organisationOf(tx, actor.orgId);
  return {
    lot: { id: lot.id, code: lot.code, name: lot.name },
    room: `/w/${actor.orgId}/bids/${lotId}`,
    price: price ? formatYuan(price) : "",
    payee: payee.name,
    account: payee.account,
    saleEnd: lot.saleEnd ? formatInstant(lot.saleEnd) : "",
    refusal: refusal ? sentenceOf(refusal) : "",
    head: { title: own.name, taxNumber: own.creditCode },
    ...(document ? { document } : {}),
    orders: (await ownOrders(tx, actor, lotId)).map(({ order, refunds }) => ({
      id: order.id,
      orderNo: order.orderNo,
      state: order.state,
      stateName: ORDER_STATES[order.state],
      amount: formatYuan(order.paidFen ?? order.amountFen),
      at: formatInstant(order.paidAt ?? order.createdAt),
      mayPay: order.state === "created" || (order.state === "paying" && order.saidOpenAt !== null),
      refunds: refunds.map(
        ({ reason, principalFen, interestFen, dueAt, doneAt }) =>
          `${REFUND_REASONS[reason]}：退回 ${formatYuan(principalFen + interestFen)}${interestFen ? `（含利息 ${formatYuan(interestFen)}）` : ""}，${doneAt ? `${formatInstant(doneAt)} 已原路退回` : `${formatInstant(dueAt)} 前原路退回`}`,
      ),
    })),
    downloads: await ownDownloads(tx, actor, lotId, document),
  };
}

async function ownDownloads(tx: Tx, actor: Actor, lotId: string, document: DocumentView | undefined) {
  const rows = await tx
    .select()
    .from(documentDownloads)
    .where(and(eq(documentDownloads.lotId, lotId), eq(documentDownloads.orgId, actor.orgId)))
    .orderBy(desc(documentDownloads.at))
    .limit(50);
  const names = new Map(document?.files.map(({ id, name }) => [id, name]));
  return rows.map(({ at, fileId, version, address, fromByte }) => ({
    at: formatInstant(at),
    file: `${names.get(fileId) ?? "早前版本的文件"}${fromByte ? "（续传）" : ""}`,
    version,
    address: address ?? "—",
  }));
}
