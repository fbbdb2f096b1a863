import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { permit, Refused, refuse } from "@/core/refusal";
import { creditCodeOf } from "@/crypto/certificate";
import { signStatement } from "@/crypto/statement";
import { defineCommand, roles } from "@/kit/command";
import { lockLot } from "@/lifecycle/lot/queries";
import { requireUnended } from "@/platform/identity/act";
import { StatementInput } from "@/platform/identity/schema";
import { checkStatement } from "@/platform/identity/signer-check";
import { organisationOf } from "@/platform/party/queries";
import { RULES_OF } from "../purpose";
import { ownDelivery } from "../queries";
import { RECEIVABLES } from "../receivable";

/** Takes a sealed bid, or an application, back before its deadline (撤回投标文件). The package is kept as dead ciphertext, and never opened. */
export const withdrawBid = defineCommand({
  name: "bid.withdraw",
  input: z.object({ bidId: z.uuid(), statement: StatementInput }),
  may: roles("bidder"),
  async run({ tx, actor, site, ports, clock }, { bidId, statement }) {
    const { delivery: bid, purpose } = await ownDelivery(tx, actor, bidId);
    const { table } = RECEIVABLES[purpose];
    // The lot row is the lock that submit, withdraw and closing share: nobody withdraws in the instant in which the
    // opening begins. The clock is read after the lock.
    const lot = await lockLot(tx, bid.lotId, "share");
    const now = await clock();
    permit(RULES_OF[purpose].refusalToWithdraw(lot, now));
    const check = await checkStatement(statement, site, ports.revocation, now, true);
    if (!check.ok) throw new Refused(check.refusal);
    await requireUnended(tx, check.signer);
    const organisation = await organisationOf(tx, actor.orgId);
    if (creditCodeOf(check.signer) !== organisation.creditCode)
      throw new Refused(refuse("forbidden", "identity.other_certificate"));
    for (const [field, value] of Object.entries({
      format: "xbid-withdrawal/1",
      lot: lot.code,
      bid: bid.bidUuid,
      seq: bid.seq,
      sealHash: bid.sealHash,
    })) {
      if (check.payload[field] !== value) throw new Refused(refuse("invalid", "identity.act_mismatch", { field }));
    }
    const withdrawalReceipt = await signStatement(
      {
        format: "xbid-withdrawal-receipt/1",
        lot: lot.code,
        bid: bid.bidUuid,
        seq: bid.seq,
        sealHash: bid.sealHash,
        receipt: bid.receiptNumber,
        withdrawnAt: now.toISOString(),
        organisation: organisation.creditCode,
        text: "已撤回；文件未开启",
      },
      ports.platformKeys.signerOf(site.platformCode),
      { signingTime: now },
    );
    const [done] = await tx
      .update(table)
      .set({ withdrawnAt: now, withdrawal: statement, withdrawalReceipt })
      .where(and(eq(table.id, bidId), isNull(table.withdrawnAt), isNull(table.replacedAt)))
      .returning();
    if (!done) throw new Refused(refuse("conflict", "bid.already_withdrawn"));
    return {
      result: { bidId, withdrawalReceipt },
      trail: [
        {
          action: `${purpose}.withdrawn`,
          subject: bidId,
          lotId: lot.id,
          chain: `sealed:${lot.id}`,
          facts: { sealHash: bid.sealHash },
        },
      ],
    };
  },
});
