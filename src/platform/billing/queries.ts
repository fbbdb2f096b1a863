import { and, desc, eq, isNull, sql } from "drizzle-orm";
import type { Bytes } from "@/core/bytes";
import { capitalAmount, formatYuan } from "@/core/money";
import { Refused, refuse } from "@/core/refusal";
import { formatInstant } from "@/core/time";
import { type DocumentModel, renderPdf } from "@/documents/pdf";
import type { Actor, Runtime } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { inContext } from "@/kit/db/context";
import { type DepositRate, ratesWith } from "./interest";
import type { FeeOrder, FeeRefund } from "./records";
import { closesByHand, FEE_KINDS, FEE_TASKS, type FeeKind, type FeeTaskKind, percentText } from "./schema";
import { bankDays, depositRates, feeInvoices, feeOrders, feeRefunds, feeTasks } from "./tables";

/** Own orders of a lot, newest first, with what goes back of each. Row-level security shows nobody else's. */
export async function ownOrders(tx: Tx, actor: Actor, lotId: string) {
  const orders = (await tx
    .select()
    .from(feeOrders)
    .where(and(eq(feeOrders.lotId, lotId), eq(feeOrders.orgId, actor.orgId), isNull(feeOrders.claimId)))
    .orderBy(desc(feeOrders.createdAt))) as FeeOrder[];
  const refunds = (await tx.select().from(feeRefunds).where(eq(feeRefunds.orgId, actor.orgId))) as FeeRefund[];
  return orders.map((order) => ({ order, refunds: refunds.filter(({ orderId }) => orderId === order.id) }));
}

/** Fees of a lot for the parties that they belong to: empty until its opening has begun; who did not bid has no name here. */
export async function settlementOf(tx: Tx, lotId: string): Promise<{ orgId: string | null; amountFen: bigint }[]> {
  const rows = await tx.execute<{ org_id: string | null; amount_fen: string }>(
    sql`select org_id, amount_fen from xb_fee_settlement(${lotId}::uuid)`,
  );
  return rows.map(({ org_id, amount_fen }) => ({ orgId: org_id, amountFen: BigInt(amount_fen) }));
}

type Invoice = typeof feeInvoices.$inferSelect;

/** The record of an electronic invoice as a document. */
export function invoiceModel(
  invoice: Invoice,
  { orderNo, kind }: { orderNo: string; kind: string },
  siteName: string,
  demo: boolean,
): DocumentModel {
  const fee = FEE_KINDS[kind as FeeKind];
  return {
    title: "电子发票记录",
    subtitle: invoice.cancelledAt ? "已作废：款项已原路退回" : fee,
    number: invoice.number,
    footer: siteName,
    createdAt: invoice.issuedAt,
    ...(demo ? { demo } : {}),
    blocks: [
      {
        kind: "pairs",
        rows: [
          ["记录编号", invoice.number],
          ["记录时间", formatInstant(invoice.issuedAt)],
          ["购买方名称", invoice.title],
          ["购买方纳税人识别号", invoice.taxNumber],
          ["销售方名称", invoice.sellerName],
          ["销售方纳税人识别号", invoice.sellerCode],
          ["项目", fee],
          ["金额", `${formatYuan(invoice.amountFen)}（${capitalAmount(invoice.amountFen)}）`],
          ["订单号", orderNo],
          ...(invoice.cancelledAt ? [["作废时间", formatInstant(invoice.cancelledAt)] as const] : []),
        ],
      },
      {
        kind: "paragraph",
        text: `本记录不是税务发票：编号由平台生成，税务机关的电子发票由销售方按以上信息另行开具。平台不收取${fee}，也不从中提成；全部款项归销售方。`,
      },
    ],
  };
}

/** The invoice of an own order as PDF. @throws Refused `not_found` for an order of anybody else. */
export async function invoiceOf(
  { db, site }: Runtime,
  actor: Actor,
  orderId: string,
  demo: boolean,
): Promise<{ pdf: Bytes; name: string }> {
  const [row] = await inContext(db, actor, (tx) =>
    tx
      .select({ invoice: feeInvoices, orderNo: feeOrders.orderNo, kind: feeOrders.kind })
      .from(feeInvoices)
      .innerJoin(feeOrders, eq(feeOrders.id, feeInvoices.orderId))
      .where(and(eq(feeInvoices.orderId, orderId), eq(feeInvoices.orgId, actor.orgId))),
  );
  if (!row) throw new Refused(refuse("not_found", "general.not_found"));
  const pdf = await renderPdf(invoiceModel(row.invoice, row, site.name, demo));
  return { pdf, name: `invoice-${row.invoice.number}.pdf` };
}

/** The rates by which interest is counted at this site: the operator's own, and before them the default. */
export async function siteRates(tx: Tx): Promise<readonly DepositRate[]> {
  const rows = await tx.select().from(depositRates);
  return ratesWith(rows.map(({ validFrom, millionths }) => [validFrom, BigInt(millionths)]));
}

export interface RateLine {
  readonly from: string;
  readonly percent: string;
  readonly source: string;
}

/** The same as the operator reads it, newest first; what nobody entered is marked as a default. */
export async function rateLines(tx: Tx): Promise<RateLine[]> {
  const rows = await tx.select().from(depositRates);
  const sources = new Map(rows.map(({ validFrom, source }) => [validFrom, source]));
  return [...(await siteRates(tx))].reverse().map(([from, millionths]) => ({
    from,
    percent: percentText(millionths),
    source: sources.get(from) ?? "平台内置的默认值，未经本站核对",
  }));
}

/** What the operator looks at: open tasks first, and the days that were compared with the bank. No lot, no buyer, no sum. */
export async function feeDesk(tx: Tx) {
  const tasks = await tx
    .select({
      id: feeTasks.id,
      number: feeTasks.number,
      kind: feeTasks.kind,
      reference: feeTasks.reference,
      openedAt: feeTasks.openedAt,
      closedAt: feeTasks.closedAt,
      note: feeTasks.note,
    })
    .from(feeTasks)
    .orderBy(sql`closed_at is not null`, desc(feeTasks.openedAt), feeTasks.number)
    .limit(100);
  const days = await tx
    .select({ day: bankDays.day, checkedAt: bankDays.checkedAt, agrees: bankDays.agrees })
    .from(bankDays)
    .orderBy(desc(bankDays.day))
    .limit(31);
  return {
    tasks: tasks.map(({ kind, openedAt, closedAt, ...row }) => ({
      ...row,
      ...FEE_TASKS[kind as FeeTaskKind],
      byHand: closesByHand(kind),
      opened: formatInstant(openedAt),
      closed: closedAt ? formatInstant(closedAt) : "",
    })),
    days: days.map(({ day, checkedAt, agrees }) => ({ day, agrees, checked: formatInstant(checkedAt) })),
  };
}
