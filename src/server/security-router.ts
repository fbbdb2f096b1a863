import { mutation, query, router } from "@/kit/procedures";
import { openSecurityAccount } from "@/lifecycle/bid-security/commands/account";
import {
  askExtension,
  extensionDigest,
  extensionOf,
  replyDigest,
  replyExtension,
} from "@/lifecycle/bid-security/commands/extend";
import { decideKeeping, keepDigest, keepingOf } from "@/lifecycle/bid-security/commands/keep";
import { markGuarantee } from "@/lifecycle/bid-security/commands/mark";
import { Extension, ExtensionReply, KeepDecision } from "@/lifecycle/bid-security/schema";
import { readLot } from "@/lifecycle/lot/queries";
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

/** Longer validity of bids: asked of all bidders, answered by each. */
export const validityRouter = router({
  askToSign: query(Extension, async (tx, actor, extension) => {
    const { lot } = await readOwnLot(tx, actor, extension.lotId);
    return { act: "validity.ask", subject: lot.code, digest: await extensionDigest(extension) };
  }),
  ask: mutation(askExtension),
  replyToSign: query(ExtensionReply, async (tx, _actor, reply) => {
    const { lotId } = await extensionOf(tx, reply.extensionId);
    return { act: "validity.reply", subject: (await readLot(tx, lotId)).code, digest: await replyDigest(reply) };
  }),
  reply: mutation(replyExtension),
});
