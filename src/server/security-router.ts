import { mutation, query, router } from "@/kit/procedures";
import { openSecurityAccount } from "@/lifecycle/bid-security/commands/account";
import { decideKeeping, keepDigest, keepingOf } from "@/lifecycle/bid-security/commands/keep";
import { markGuarantee } from "@/lifecycle/bid-security/commands/mark";
import { KeepDecision } from "@/lifecycle/bid-security/schema";
import { readOwnLot } from "@/lifecycle/tender-project/queries";

/** Bid securities: the bidder pays or marks its guarantee, the tenderer decides what it may keep, and nobody else does anything. */
export const securityRouter = router({
  openAccount: mutation(openSecurityAccount),
  mark: mutation(markGuarantee),
  decisionToSign: query(KeepDecision, async (tx, actor, decision) => {
    const keeping = await keepingOf(tx, decision.keepingId);
    const { lot } = await readOwnLot(tx, actor, keeping.lotId);
    return { act: "security.decide", subject: lot.code, digest: await keepDigest(keeping.bidId, decision) };
  }),
  decide: mutation(decideKeeping),
});
