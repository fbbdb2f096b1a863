import { basicAccountOf } from "@/dev/scenarios/cast";
import type { Person } from "@/dev/scenarios/person";
import type { Stage } from "@/dev/scenarios/world-state";
import { openSecurityAccount } from "@/lifecycle/bid-security/commands/account";

export interface Payer {
  readonly payerName?: string;
  readonly payerAccount?: string;
}

/** Transfers money on the bank's page; from the basic account unless said otherwise. */
export async function transferTo(bankUrl: string, bidder: Person, account: string, yuan: string, payer: Payer = {}) {
  const typed = {
    account,
    payerName: bidder.orgName,
    payerAccount: basicAccountOf(bidder.creditCode),
    payerBank: "黔江商业银行（演示）",
    yuan,
    ...payer,
  };
  const answer = await fetch(`${bankUrl}/transfer`, { method: "POST", body: new URLSearchParams(typed) });
  if (!answer.ok) throw new Error(`the bank answered ${answer.status}: ${await answer.text()}`);
}

/** A bidder asks for its account. */
export const accountFor = async (stage: Stage, bidder: Person, lotId: string): Promise<string> =>
  (await stage.act(bidder, openSecurityAccount, { lotId })).account;
