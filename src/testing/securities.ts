import { and, eq } from "drizzle-orm";
import { basicAccountOf } from "@/dev/scenarios/cast";
import type { Person } from "@/dev/scenarios/person";
import type { Stage } from "@/dev/scenarios/world-state";
import { openSecurityAccount } from "@/lifecycle/bid-security/commands/account";
import { askAccount } from "@/lifecycle/bid-security/commands/transfer";
import { securityAccounts } from "@/lifecycle/bid-security/tables";
import { asService } from "./lots";

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

/** Has the bank asked what came into a bidder's account. */
export async function askOwnAccount(stage: Stage, bidder: Person, lotId: string): Promise<void> {
  const [row] = await asService(stage, (tx) =>
    tx
      .select({ id: securityAccounts.id })
      .from(securityAccounts)
      .where(and(eq(securityAccounts.lotId, lotId), eq(securityAccounts.orgId, bidder.orgId))),
  );
  await askAccount(stage.worker, row!.id);
}

/** A bidder asks for its account. */
export const accountFor = async (stage: Stage, bidder: Person, lotId: string): Promise<string> =>
  (await stage.act(bidder, openSecurityAccount, { lotId })).account;
