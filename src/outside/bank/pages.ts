import { formatYuan } from "@/core/money";
import { beijing, escapeHtml, link, plainPage, table } from "../page";
import type { Book, Order, Transfer } from "./book";
import { BANK_NAME, NoticeMode } from "./modes";

const MODES: Record<NoticeMode, string> = {
  once: "通知一次",
  twice: "通知两次",
  differs: "第二次通知金额不同",
  late: "暂不通知（切换后补发）",
  never: "不通知",
  short: "少付一成",
  over: "多付 100 元",
};
const money = (fen: string) => formatYuan(BigInt(fen));

const frame = (title: string, content: string): string =>
  plainPage(
    title,
    `<h1>${escapeHtml(BANK_NAME)}</h1><p class="demo">演示环境 · 无法律效力 · 本页是信标平台以外的系统，不涉及真实资金</p>${content}`,
  );

const facts = (order: Order): string =>
  table(
    ["订单号", "金额", "收款人", "收款账号", "用途", "付款期限"],
    [
      [
        order.orderNo,
        money(order.amountFen),
        order.payee,
        order.payeeAccount,
        order.subject,
        `${beijing(order.until)}，逾期付款原路退回`,
      ],
    ],
    "",
  );

/** Where the payer sees number, amount and payee, and pays; an order that is paid cannot be paid again. */
export function payPage(order: Order): string {
  return frame(
    "付款",
    order.payment
      ? `${facts(order)}${paidLine(order)}`
      : `${facts(order)}<form method="post"><button type="submit">确认付款 ${money(order.amountFen)}</button></form><p>${link(order.returnUrl, "不付款，返回交易平台").html}</p>`,
  );
}

const paidLine = (order: Order): string =>
  `<p role="status"><strong>已付款 ${money(order.payment!.paidFen)}</strong>，流水号 ${order.payment!.transaction}，${beijing(order.payment!.paidAt)}。请勿重复付款。</p><p>${link(order.returnUrl, "返回交易平台").html}</p>`;

export const paidPage = (order: Order): string => frame("付款结果", `${facts(order)}${paidLine(order)}`);

const field = (name: string, label: string, value = "") =>
  `<p><label>${label} <input name="${name}" value="${escapeHtml(value)}" size="40"></label></p>`;

/** Where a payer transfers to a sub-account, from whatever account it has. */
export function transferPage(account: string, done?: Transfer): string {
  const told = done
    ? `<p role="status"><strong>已转账 ${money(done.paidFen)}</strong>，流水号 ${done.transaction}，${beijing(done.paidAt)}。</p>`
    : "";
  return frame(
    "转账",
    `${told}<form method="post" action="/transfer">${field("account", "收款账号", account)}${field("payerName", "付款人户名")}${field("payerAccount", "付款账号")}${field("payerBank", "付款开户行")}${field("yuan", "金额（元）")}<button type="submit">确认转账</button></form>`,
  );
}

/** Orders and notices, newest first, and the switch of the notices. */
export function statusPage(book: Book, mode: NoticeMode): string {
  const buttons = NoticeMode.options.map(
    (each) =>
      `<button aria-pressed="${each === mode}" onclick="fetch('/notices',{method:'PUT',body:JSON.stringify({mode:'${each}'})}).then(()=>location.reload())">${MODES[each]}</button>`,
  );
  const orders = table(
    ["下单时间", "商户", "订单号", "金额", "付款", "退款"],
    book
      .orders()
      .reverse()
      .slice(0, 200)
      .map((order) => [
        beijing(order.at),
        order.merchant,
        link(`/pay/${order.orderNo}`, order.orderNo),
        money(order.amountFen),
        order.payment ? `${money(order.payment.paidFen)}　${beijing(order.payment.paidAt)}` : "未付",
        order.refunds.map(({ principalFen, at }) => `${money(principalFen)}　${beijing(at)}`).join("；"),
      ]),
    "尚无订单。",
  );
  const accounts = table(
    ["开立时间", "商户", "子账号", "到账", "支出"],
    book
      .accounts()
      .reverse()
      .slice(0, 200)
      .map(({ at, merchant, account, transfers, outs }) => [
        beijing(at),
        merchant,
        link(`/transfer?account=${account}`, account),
        transfers.map(({ paidFen, payerName }) => `${money(paidFen)}　${payerName}`).join("；"),
        outs
          .map(({ kind, principalFen, interestFen }) =>
            [kind === "refund" ? "退还" : "不予退还", money(principalFen), "利息", money(interestFen)].join("　"),
          )
          .join("；"),
      ]),
    "尚无子账户。",
  );
  const sent = table(
    ["通知时间", "订单号", "金额", "应答"],
    book
      .sent()
      .reverse()
      .slice(0, 200)
      .map(({ at, orderNo, paidFen, answer }) => [beijing(at), orderNo, money(paidFen), answer]),
    "尚未发出通知。",
  );
  return `<p>到账通知：${buttons.join("")}</p><h2>订单</h2>${orders}<h2>保证金子账户</h2>${accounts}<h2>到账通知</h2>${sent}`;
}
