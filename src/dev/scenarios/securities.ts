import { and, eq } from "drizzle-orm";
import { yuanText } from "@/core/money";
import { inContext } from "@/kit/db/context";
import { openSecurityAccount } from "@/lifecycle/bid-security/commands/account";
import { askAccount } from "@/lifecycle/bid-security/commands/transfer";
import { securityAccounts } from "@/lifecycle/bid-security/tables";
import { documentInForce } from "@/lifecycle/tender-document/queries";
import { basicAccountOf } from "./cast";
import { actorOf, type Person } from "./person";
import type { Stage } from "./world-state";

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

/** Has the bank asked what came into a bidder's account. */
export async function askOwnAccount(stage: Stage, bidder: Person, lotId: string): Promise<void> {
  const service = { siteId: stage.app.site.id, role: "platform" };
  const [row] = await inContext(stage.worker.db, service, (tx) =>
    tx
      .select({ id: securityAccounts.id })
      .from(securityAccounts)
      .where(and(eq(securityAccounts.lotId, lotId), eq(securityAccounts.orgId, bidder.orgId))),
  );
  await askAccount(stage.worker, row!.id);
}

/** Pays the whole security of a lot from the basic account. */
export async function secure(stage: Stage, bidder: Person, lotId: string): Promise<void> {
  const { content } = await inContext(stage.app.db, actorOf(bidder, stage.app.site.id), (tx) =>
    documentInForce(tx, lotId),
  );
  const account = await accountFor(stage, bidder, lotId);
  await transferTo(stage.app.site.bankUrl!, bidder, account, yuanText(BigInt(content.securityFen)).replaceAll(",", ""));
  await askOwnAccount(stage, bidder, lotId);
}
