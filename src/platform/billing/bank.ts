import { randomInt } from "node:crypto";
import { type Refusal, refuse } from "@/core/refusal";
import { parseCertificate, pemToDer } from "@/crypto/certificate";
import { payloadOf, type Statement, signStatement } from "@/crypto/statement";
import type { Ports, SiteFacts } from "@/kit/command";
import { checkStatement } from "@/platform/identity/signer-check";
import { BankWord, FEE_KINDS, type FeeKind } from "./schema";

const LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/** A number that tells nothing of how many there are: 100 random bits. */
export const randomNumber = (): string => Array.from({ length: 20 }, () => LETTERS[randomInt(LETTERS.length)]).join("");

export interface BankOrder {
  readonly orderNo: string;
  readonly amountFen: bigint;
  readonly payee: string;
  readonly payeeAccount: string;
  readonly returnPath: string;
  readonly until: Date;
  readonly kind: FeeKind;
}

/** What a payer reads at the bank. Of whom an expert's fee is, and for which tender, stands nowhere. */
const SUBJECTS: Readonly<Record<FeeKind, string>> = { ...FEE_KINDS, expert: "评标费" };

/** Signs an order for the bank. What it is for names no tender. */
export function bankOrder({ site, ports }: { site: SiteFacts; ports: Ports }, order: BankOrder): Promise<Statement> {
  const base = new URL(ports.bank.publicUrl);
  const own = new URL(order.returnPath, base);
  own.hostname = site.host;
  return signStatement(
    {
      format: "xb-pay-order/1",
      merchant: site.platformCode,
      orderNo: order.orderNo,
      amountFen: String(order.amountFen),
      payee: order.payee,
      payeeAccount: order.payeeAccount,
      subject: SUBJECTS[order.kind],
      notifyUrl: new URL("/api/bank/notice", base).toString(),
      returnUrl: own.toString(),
      until: order.until.toISOString(),
    },
    ports.platformKeys.signerOf(site.platformCode),
  );
}

/** Signs a request to send money back. */
export const bankRefund = (
  { site, ports }: { site: SiteFacts; ports: Ports },
  refund: { refundNo: string; orderNo: string; principalFen: bigint; interestFen: bigint },
): Promise<Statement> =>
  signStatement(
    {
      format: "xb-pay-refund/1",
      merchant: site.platformCode,
      refundNo: refund.refundNo,
      orderNo: refund.orderNo,
      principalFen: String(refund.principalFen),
      interestFen: String(refund.interestFen),
    },
    ports.platformKeys.signerOf(site.platformCode),
  );

/** Signs a request to send a fee on to whom it belongs. It names no tender. */
export const bankPayout = (
  { site, ports }: { site: SiteFacts; ports: Ports },
  payout: { number: string; payeeName: string; payeeAccount: string; amountFen: bigint },
): Promise<Statement> =>
  signStatement(
    {
      format: "xb-pay-out/1",
      merchant: site.platformCode,
      number: payout.number,
      payeeName: payout.payeeName,
      payeeAccount: payout.payeeAccount,
      amountFen: String(payout.amountFen),
    },
    ports.platformKeys.signerOf(site.platformCode),
  );

/** The merchant that a statement speaks of, before anything is believed of it. */
export function merchantOf(statement: Pick<Statement, "payload">): string | undefined {
  try {
    const { merchant } = payloadOf(statement).value;
    return typeof merchant === "string" ? merchant : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Reads what claims to be the bank's word: signed by the one certificate that the site has for its bank, valid at legal time
 * `now`, of this site, and of a known form. Another party's valid signature is a forgery here.
 */
export async function readBankWord(
  { site, ports }: { site: SiteFacts; ports: Ports },
  statement: Statement,
  now: Date,
): Promise<{ readonly ok: true; readonly word: BankWord } | { readonly ok: false; readonly refusal: Refusal }> {
  const forged = (reason: string) =>
    ({ ok: false, refusal: refuse("forbidden", "billing.notice_forged", { reason }) }) as const;
  if (!site.bankCertificate) return forged("本站没有登记收款银行");
  const check = await checkStatement(statement, site, ports.revocation, now, true);
  if (!check.ok) return forged("签名或证书未通过验证");
  if (check.signer.fingerprint !== parseCertificate(pemToDer(site.bankCertificate)).fingerprint)
    return forged("签名人不是本站登记的收款银行");
  const word = BankWord.safeParse(check.payload);
  if (!word.success || word.data.merchant !== site.platformCode) return forged("内容不是发给本站的通知");
  return { ok: true, word: word.data };
}
