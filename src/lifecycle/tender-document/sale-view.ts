import { formatYuan, yuanText } from "@/core/money";
import { formatInstant } from "@/core/time";
import type { Tx } from "@/kit/db/connect";
import { profileOf } from "@/lifecycle/law/clauses";
import type { Lot } from "@/lifecycle/lot/queries";
import { settlementOf } from "@/platform/billing/queries";
import { organisationsOf } from "@/platform/party/queries";
import { draftOf, payeeOf } from "./queries";
import { priceOf } from "./schema";

export interface SettlementLine {
  readonly name: string;
  readonly amount: string;
}

/** What those who sell a document see of the sale: its terms, and who paid only when that tells no secret any more. */
export interface SaleView {
  readonly price: string;
  readonly cap: string;
  readonly payee: string;
  readonly account: string;
  readonly window: string;
  /** Why there is no settlement yet; empty when there is one. */
  readonly locked: string;
  readonly lines: readonly SettlementLine[];
  readonly total: string;
}

const LOCKED =
  "开标前不结算：谁购买了招标文件、有几家，开标前对任何人保密，包括招标人和代理机构；金额、笔数会透露家数，同样保密。";
const FAILED = "该标段没有开标，谁购买了招标文件、有几家永久保密，不结算到名单；退费由平台逐笔原路办理。";

/** The sale of a lot's document, for its tenderer and its agency. */
export async function saleView(tx: Tx, lot: Lot, profile: string): Promise<SaleView> {
  const draft = await draftOf(tx, lot.id);
  const price = draft ? priceOf(draft.content) : 0n;
  const payee = draft && (await payeeOf(tx, lot, draft.content));
  const rows = lot.openedAt ? await settlementOf(tx, lot.id) : [];
  const names = await organisationsOf(
    tx,
    rows.flatMap(({ orgId }) => orgId ?? []),
  );
  const named = rows
    .filter(({ orgId }) => orgId)
    .map(({ orgId, amountFen }) => ({ name: names.get(orgId!)?.name ?? "", amount: yuanText(amountFen) }))
    .sort((a, b) => a.name.localeCompare(b.name, "zh-CN"));
  const others = rows.find(({ orgId }) => !orgId);
  return {
    price: price ? formatYuan(price) : "免费",
    cap: formatYuan(profileOf(profile).documentFeeCapFen),
    payee: price && payee ? payee.name : "—",
    account: price && payee ? payee.account : "—",
    window: lot.saleStart && lot.saleEnd ? `${formatInstant(lot.saleStart)} 至 ${formatInstant(lot.saleEnd)}` : "—",
    locked: lot.openedAt ? "" : lot.state.startsWith("F") ? FAILED : LOCKED,
    lines: [...named, ...(others ? [{ name: "其他（未投标单位，不列名）", amount: yuanText(others.amountFen) }] : [])],
    total: yuanText(rows.reduce((sum, { amountFen }) => sum + amountFen, 0n)),
  };
}

/** The settlement as a table for other programs. A name that begins like a formula is quoted as text. */
export function settlementCsv({ lines, total }: Pick<SaleView, "lines" | "total">): string {
  const cell = (text: string) => `"${/^[=+\-@]/.test(text) ? "'" : ""}${text.replaceAll('"', '""')}"`;
  return ["单位,金额（元）", ...lines.map(({ name, amount }) => `${cell(name)},${amount}`), `合计,${total}`].join(
    "\r\n",
  );
}
