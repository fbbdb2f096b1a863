import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { permit, Refused, refuse } from "@/core/refusal";
import { type Actor, defineCommand, type Runtime, roles } from "@/kit/command";
import { inContext, legalNow } from "@/kit/db/context";
import { requireInvited } from "@/lifecycle/invitation/queries";
import { lockLot, readLot } from "@/lifecycle/lot/queries";
import { refusalToSubmit } from "@/lifecycle/lot/rules";
import { documentInForce } from "@/lifecycle/tender-document/queries";
import { randomNumber, readBankWord } from "@/platform/billing/bank";
import { requireMayBegin } from "@/platform/party/queries";
import { accountRequest } from "../bank";
import { formsAllowed } from "../forms";
import { ownAccount } from "../queries";
import { securityAccounts } from "../tables";

/** What the bank opened, known before anything is written. */
async function prepareAccount(runtime: Runtime, actor: Actor, lotId: string) {
  const { site, ports, db } = runtime;
  const known = await inContext(db, actor, async (tx) => {
    await requireMayBegin(tx, actor.orgId);
    const lot = await readLot(tx, lotId);
    await requireInvited(tx, actor, lot);
    permit(refusalToSubmit(lot, await legalNow(tx)));
    const { content } = await documentInForce(tx, lotId);
    if (!formsAllowed(content).transfer) throw new Refused(refuse("conflict", "security.no_transfer"));
    return ownAccount(tx, actor, lotId);
  });
  if (known) return undefined;
  if (!site.bankUrl) throw new Refused(refuse("unavailable", "security.no_bank"));
  const reference = randomNumber();
  const statement = await ports.bank.openAccount(site.bankUrl, await accountRequest({ site, ports }, reference));
  const read = statement && (await readBankWord(runtime, statement, await legalNow(db)));
  if (!read?.ok || read.word.format !== "xb-bank-account/1" || read.word.reference !== reference)
    throw new Refused(refuse("unavailable", "security.bank_unreachable"));
  const { account, bank } = read.word;
  return { reference, account, bank };
}

/**
 * Asks for the sub-account into which the security is transferred: the bidder's own for this lot, under a pseudonym.
 * Asked again it gives the one that there is. That somebody asks is as secret as who bids.
 */
export const openSecurityAccount = defineCommand({
  name: "security.open-account",
  input: z.object({ lotId: z.uuid() }),
  may: roles("bidder"),
  prepare: (runtime, actor, { lotId }) => prepareAccount(runtime, actor, lotId),
  async run({ tx, actor, site, clock, prepared }, { lotId }) {
    const lot = await lockLot(tx, lotId, "share");
    const now = await clock();
    permit(refusalToSubmit(lot, now));
    if (prepared)
      await tx
        .insert(securityAccounts)
        .values({
          siteId: site.id,
          lotId,
          orgId: actor.orgId,
          personId: actor.personId,
          reference: prepared.reference,
          account: prepared.account,
          bankName: prepared.bank,
          createdAt: now,
        })
        .onConflictDoNothing();
    const [row] = await tx
      .select()
      .from(securityAccounts)
      .where(and(eq(securityAccounts.lotId, lotId), eq(securityAccounts.orgId, actor.orgId)));
    if (!row) throw new Refused(refuse("conflict", "general.changed_meanwhile"));
    return {
      result: { account: row.account, bankName: row.bankName },
      trail: [
        {
          action: "security.account-opened",
          subject: lot.code,
          lotId,
          chain: `holders:${lotId}`,
          facts: { reference: row.reference },
        },
      ],
    };
  },
});
