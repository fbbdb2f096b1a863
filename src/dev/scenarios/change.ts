import { base64url, utf8 } from "@/core/bytes";
import { inContext } from "@/kit/db/context";
import type { Circumstance } from "@/lifecycle/bidding/circumstances/schema";
import { circumstanceToSign, tellCircumstance } from "@/lifecycle/bidding/commands/circumstance";
import { actorOf, type Person, signActAs } from "./person";
import type { Stage } from "./world-state";

/** A bidder tells of a grave change (IR38), signed: its merger, where nothing else is said. */
export async function tellChange(
  stage: Stage,
  bidder: Person,
  lotId: string,
  change: Partial<Circumstance> = {},
): Promise<{ fileId: string }> {
  const said: Circumstance = {
    lotId,
    kind: "merger",
    occurredOn: "2026-03-10",
    text: "与黔山建设（演示）合并，资质由本单位承继",
    document: { name: "合并协议.pdf", bytes: base64url(utf8("%PDF-1.7 合并协议")) },
    ...change,
  };
  const toSign = await inContext(stage.app.db, actorOf(bidder, stage.app.site.id), (tx) =>
    circumstanceToSign(tx, said),
  );
  return stage.act(bidder, tellCircumstance, { ...said, statement: await signActAs(bidder, stage.app, toSign) });
}
