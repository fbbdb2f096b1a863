import { randomBytes } from "node:crypto";
import type { CanonicalValue } from "@/core/canonical-json";
import type { CmsSigner } from "@/crypto/cms";
import { signStatement } from "@/crypto/statement";
import type { OutsideClock } from "../clock";
import { type Faults, noFaults } from "../faults";
import { type Ask, Declined, json, type Program } from "../http";
import { type Order, OrderRequest, openBook, RefundRequest } from "./book";
import { linesOfDay, statementOfDay, totalOf } from "./day";
import { BANK_NAME, NoticeMode } from "./modes";
import { paidPage, payPage, statusPage } from "./pages";
import { payoutRoute } from "./payouts";
import { signedBy } from "./signed";
import { subAccounts } from "./sub-accounts";

const NOTICE_TIMEOUT_MS = 10_000;
/** By how much `over` pays too much. */
const SURPLUS_FEN = 10_000n;

export interface BankProgram {
  readonly program: Program;
  /** Ends when every notice under way has been answered or given up. */
  settled(): Promise<void>;
}

/** A bank that collects money for merchants: pay page, signed notices, queries, refunds, statements of account. */
export function bank(options: {
  folder: string;
  clock: OutsideClock;
  signer: CmsSigner & { readonly pem: string };
  baseUrl(): string;
  faults?: Faults;
}): BankProgram {
  const { folder, clock, signer, baseUrl, faults = noFaults() } = options;
  const book = openBook(folder);
  let mode: NoticeMode = "once";
  let held: (() => void)[] = [];
  const running = new Set<Promise<void>>();

  const sign = async (payload: CanonicalValue, now: Date) => signStatement(payload, signer, { signingTime: now });
  async function stateOf(order: Order, now: Date, wrong = false) {
    const statement = await sign(
      {
        format: "xb-bank-order/1",
        merchant: order.merchant,
        orderNo: order.orderNo,
        state: order.payment ? "paid" : "open",
        ...(order.payment ?? {}),
        at: now.toISOString(),
      },
      now,
    );
    // The worst wrong answer: it looks whole, and its signature is of something else.
    return wrong ? { ...statement, cms: (await sign({ format: "xb-bank-order/1" }, now)).cms } : statement;
  }
  async function notify(notifyUrl: string, about: string, paidFen: string, said: CanonicalValue): Promise<void> {
    const now = await clock.now(0);
    const statement = await sign(said, now);
    const answer = await fetch(notifyUrl, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ statement }),
      signal: AbortSignal.timeout(NOTICE_TIMEOUT_MS),
    }).then(
      ({ status }) => String(status),
      (error: unknown) => `无应答：${String(error).slice(0, 100)}`,
    );
    book.keep({ kind: "notice", sent: { orderNo: about, paidFen, at: now.toISOString(), answer } });
  }
  function run(notices: () => Promise<void>): void {
    const work = notices().catch((error: unknown) => console.error(error));
    running.add(work);
    void work.finally(() => running.delete(work));
  }
  /** Tells of money as the switch says. @param tell - posts one notice of so much. */
  function tellAs(paidFen: bigint, tell: (fen: bigint) => Promise<void>): void {
    const times = (...amounts: bigint[]) =>
      run(async () => {
        for (const fen of amounts) await tell(fen);
      });
    if (mode === "late") held.push(() => times(paidFen));
    else if (mode === "twice") times(paidFen, paidFen);
    else if (mode === "differs") times(paidFen, paidFen + 1n);
    else if (mode !== "never") times(paidFen);
  }
  async function pay(order: Order): Promise<Order> {
    if (order.payment) return order;
    const due = BigInt(order.amountFen);
    const paidFen = mode === "short" ? (due * 9n) / 10n : mode === "over" ? due + SURPLUS_FEN : due;
    const paidAt = (await clock.now(0)).toISOString();
    // Two presses at once: the book is asked again, and nothing is awaited until it is written.
    const again = book.order(order.orderNo)!;
    if (again.payment) return again;
    const transaction = `B${randomBytes(10).toString("hex").toUpperCase()}`;
    const payment = { transaction, paidFen: String(paidFen), paidAt };
    book.keep({ kind: "paid", orderNo: order.orderNo, payment });
    const paid = book.order(order.orderNo)!;
    tellAs(paidFen, (fen) =>
      notify(paid.notifyUrl, paid.orderNo, String(fen), {
        format: "xb-bank-notice/1",
        merchant: paid.merchant,
        orderNo: paid.orderNo,
        ...payment,
        paidFen: String(fen),
      }),
    );
    return paid;
  }
  const orderIn = (ask: Ask): Order => {
    const found = book.order(ask.params.orderNo!);
    if (!found) throw new Declined(404, "not_found", "没有这个订单");
    return found;
  };

  const accounts = subAccounts({ book, clock, sign, tellAs, notify });
  const program: Program = {
    title: BANK_NAME,
    purpose: "代表收款银行：收款页面、保证金子账户、签名的到账通知、查询、原路退款、日终对账单。",
    faults,
    routes: [
      ["GET", "/v1/bank", () => json({ name: BANK_NAME, certificate: signer.pem })],
      [
        "POST",
        "/v1/orders",
        async (ask) => {
          const order = await signedBy(book, ask, OrderRequest);
          const before = book.order(order.orderNo);
          if (before && OrderRequest.parse(before).amountFen !== order.amountFen)
            throw new Declined(409, "order.differs", "同一订单号已有不同的订单");
          if (!before) book.keep({ kind: "order", order, at: (await clock.now()).toISOString() });
          return json({ orderNo: order.orderNo, payUrl: `${baseUrl()}/pay/${order.orderNo}` });
        },
      ],
      [
        "GET",
        "/v1/orders/:orderNo",
        async (ask) => json({ statement: await stateOf(orderIn(ask), await clock.now(0), ask.mode === "wrong") }),
      ],
      ["GET", "/pay/:orderNo", (ask) => ({ body: payPage(orderIn(ask)) })],
      ["POST", "/pay/:orderNo", async (ask) => ({ body: paidPage(await pay(orderIn(ask))) })],
      [
        "POST",
        "/v1/refunds",
        async (ask) => {
          const asked = await signedBy(book, ask, RefundRequest);
          const now = await clock.now(0);
          const refund = book.refundOf(asked.refundNo) ?? { ...asked, at: now.toISOString() };
          if (refund.orderNo !== asked.orderNo || refund.principalFen !== asked.principalFen)
            throw new Declined(409, "refund.differs", "同一退款号已有不同的退款");
          if (!book.refundOf(asked.refundNo)) {
            const order = book.order(asked.orderNo);
            const back = order?.refunds.reduce((sum, { principalFen }) => sum + BigInt(principalFen), 0n) ?? 0n;
            if (!order?.payment || back + BigInt(asked.principalFen) > BigInt(order.payment.paidFen))
              throw new Declined(409, "refund.too_much", "退款超过已付金额");
            book.keep({ kind: "refund", refund });
          }
          const { merchant, refundNo, orderNo, principalFen, interestFen, at } = refund;
          const said = { format: "xb-bank-refund/1", merchant, refundNo, orderNo, principalFen, interestFen, at };
          return json({ statement: await sign(said, now) });
        },
      ],
      [
        "GET",
        "/v1/statements/:day",
        (ask) => ({
          type: "text/csv; charset=utf-8",
          body: statementOfDay(book, ask.params.day!, ask.query.get("merchant") ?? ""),
        }),
      ],
      [
        "GET",
        "/v1/statements/:day/signed",
        async (ask) => {
          const [day, code] = [ask.params.day!, ask.query.get("merchant") ?? ""];
          const lines = linesOfDay(book, day, code).map((line, i) =>
            // A wrong book, honestly signed: the first line has a fen too much.
            ask.mode === "wrong" && i === 0 ? { ...line, fen: line.fen + 1n } : line,
          );
          const now = await clock.now(0);
          const said = {
            format: "xb-bank-statement/1",
            merchant: code,
            day,
            lines: lines.map(({ at, kind, orderNo, number, fen }) => ({ at, kind, orderNo, number, fen: String(fen) })),
            totalFen: String(totalOf(lines)),
            at: now.toISOString(),
          };
          return json({ statement: await sign(said, now) });
        },
      ],
      payoutRoute({ book, clock, sign }),
      ...accounts,
      ["GET", "/notices", () => json({ mode, held: held.length, sent: book.sent() })],
      [
        "PUT",
        "/notices",
        async (ask) => {
          const given = NoticeMode.safeParse((((await ask.json()) ?? {}) as { mode?: unknown }).mode);
          if (!given.success) throw new Declined(400, "notice.unknown", "没有这种通知方式");
          mode = given.data;
          if (mode !== "late") {
            const due = held;
            held = [];
            for (const release of due) release();
          }
          return json({ mode });
        },
      ],
    ],
    page: () => statusPage(book, mode),
  };
  return {
    program,
    async settled() {
      while (running.size) await Promise.all(running);
    },
  };
}
