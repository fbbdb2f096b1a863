import { randomBytes, randomInt } from "node:crypto";
import { z } from "zod";
import { fromUtf8 } from "@/core/bytes";
import type { CanonicalValue } from "@/core/canonical-json";
import type { Statement } from "@/crypto/statement";
import type { OutsideClock } from "../clock";
import { type Ask, Declined, json, type Program } from "../http";
import { AccountRequest, type Book, OutRequest, type SubAccount, type Transfer } from "./book";
import { BANK_NAME } from "./modes";
import { transferPage } from "./pages";
import { signedBy } from "./signed";

/** What a payer types on the transfer page: any payer may transfer any amount from any account. */
const Typed = z.object({
  account: z.string().trim().max(40),
  payerName: z.string().trim().min(1, "请填写付款人户名").max(200),
  payerAccount: z.string().trim().min(1, "请填写付款账号").max(50),
  payerBank: z.string().trim().max(200).default(""),
  yuan: z
    .string()
    .trim()
    .regex(/^\d{1,12}(\.\d{1,2})?$/, "金额须以元填写，最多两位小数"),
});

interface Desk {
  readonly book: Book;
  readonly clock: OutsideClock;
  sign(said: CanonicalValue, now: Date): Promise<Statement>;
  tellAs(paidFen: bigint, tell: (fen: bigint) => Promise<void>): void;
  notify(url: string, about: string, paidFen: string, said: CanonicalValue): Promise<void>;
}

const fenOf = (yuan: string): bigint => {
  const [whole, part = ""] = yuan.split(".");
  return BigInt(whole!) * 100n + BigInt(part.padEnd(2, "0"));
};

/**
 * Sub-accounts in which security deposits lie apart (保证金专户子账户). The bank knows a pseudonym and who paid; what it was
 * paid for, and which of its sub-accounts belong together, it cannot know.
 */
export function subAccounts({ book, clock, sign, tellAs, notify }: Desk): Program["routes"] {
  const said = ({ account: _, ...transfer }: Transfer) => ({ ...transfer });
  async function transferIn(typed: z.infer<typeof Typed>): Promise<Transfer> {
    const found = book.accountNumbered(typed.account);
    if (!found) throw new Declined(404, "not_found", "没有这个账号，请核对后重新填写");
    const transfer = {
      account: found.account,
      transaction: `T${randomBytes(10).toString("hex").toUpperCase()}`,
      paidFen: String(fenOf(typed.yuan)),
      paidAt: (await clock.now(0)).toISOString(),
      payerName: typed.payerName,
      payerAccount: typed.payerAccount,
      payerBank: typed.payerBank,
    };
    book.keep({ kind: "transfer", transfer });
    const { merchant, reference } = found;
    tellAs(BigInt(transfer.paidFen), (fen) =>
      notify(found.notifyUrl, reference, String(fen), {
        format: "xb-bank-transfer/1",
        merchant,
        reference,
        ...said(transfer),
        paidFen: String(fen),
      }),
    );
    return transfer;
  }
  const typedIn = async (ask: Ask): Promise<z.infer<typeof Typed>> => {
    const given = Typed.safeParse(Object.fromEntries(new URLSearchParams(fromUtf8(await ask.body()))));
    if (!given.success) throw new Declined(400, "invalid", given.error.issues[0]!.message);
    return given.data;
  };
  return [
    [
      "POST",
      "/v1/accounts",
      async (ask) => {
        const request = await signedBy(book, ask, AccountRequest);
        const now = await clock.now(0);
        if (!book.accountOf(request.reference)) {
          const account = `6228${Array.from({ length: 15 }, () => randomInt(10)).join("")}`;
          book.keep({ kind: "account", account: { ...request, account, at: now.toISOString() } });
        }
        const { merchant, reference, account } = book.accountOf(request.reference)!;
        const word = { format: "xb-bank-account/1", merchant, reference, account, bank: BANK_NAME };
        return json({ statement: await sign(word, now) });
      },
    ],
    [
      "GET",
      "/v1/accounts/:reference",
      async (ask) => {
        const found = book.accountOf(ask.params.reference!);
        if (!found) throw new Declined(404, "not_found", "没有这个子账户");
        const now = await clock.now(0);
        const { merchant, reference, transfers } = found;
        const state = { format: "xb-bank-account-state/1", merchant, reference, transfers: transfers.map(said) };
        return json({ statement: await sign({ ...state, at: now.toISOString() }, now) });
      },
    ],
    [
      "POST",
      "/v1/outs",
      async (ask) => {
        const asked = await signedBy(book, ask, OutRequest);
        const now = await clock.now(0);
        const account = book.accountOf(asked.reference);
        const out = book.outOf(asked.number) ?? { ...asked, at: now.toISOString() };
        if (out.reference !== asked.reference || out.principalFen !== asked.principalFen || out.kind !== asked.kind)
          throw new Declined(409, "out.differs", "同一支出编号已有不同的支出");
        if (!book.outOf(asked.number)) {
          if (!account || asked.merchant !== account.merchant || isTooMuch(account, asked))
            throw new Declined(409, "out.too_much", "支出超过该笔到账金额");
          book.keep({ kind: "out", out });
        }
        const { merchant, number, reference, transaction, kind, principalFen, interestFen, at } = out;
        const word = { merchant, number, reference, transaction, kind, principalFen, interestFen, at };
        return json({ statement: await sign({ format: "xb-bank-out/1", ...word }, now) });
      },
    ],
    ["GET", "/transfer", (ask) => ({ body: transferPage(ask.query.get("account") ?? "") })],
    ["POST", "/transfer", async (ask) => ({ body: transferPage("", await transferIn(await typedIn(ask))) })],
  ];
}

/** More would leave than came in by this transfer, or it never came. */
function isTooMuch({ transfers, outs }: SubAccount, asked: OutRequest): boolean {
  const paid = transfers.find(({ transaction }) => transaction === asked.transaction);
  const gone = outs
    .filter(({ transaction }) => transaction === asked.transaction)
    .reduce((sum, { principalFen }) => sum + BigInt(principalFen), 0n);
  return !paid || gone + BigInt(asked.principalFen) > BigInt(paid.paidFen);
}
