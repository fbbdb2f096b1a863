import { eq } from "drizzle-orm";
import type { Actor } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { prequalObtainments } from "@/lifecycle/prequalification/tables";
import { obtainments } from "@/lifecycle/tender-document/tables";
import { bids, uploads } from "./tables";

/** Lots in which the actor's organisation obtained the document, uploaded or delivered. Nobody else's rows are read. */
export async function ownLotIds(tx: Tx, actor: Actor): Promise<string[]> {
  const mine = [
    ...(await tx
      .selectDistinct({ lotId: obtainments.lotId })
      .from(obtainments)
      .where(eq(obtainments.orgId, actor.orgId))),
    ...(await tx.selectDistinct({ lotId: uploads.lotId }).from(uploads).where(eq(uploads.orgId, actor.orgId))),
    ...(await tx
      .selectDistinct({ lotId: prequalObtainments.lotId })
      .from(prequalObtainments)
      .where(eq(prequalObtainments.orgId, actor.orgId))),
    ...(await tx.selectDistinct({ lotId: bids.lotId }).from(bids).where(eq(bids.orgId, actor.orgId))),
  ];
  return [...new Set(mine.map(({ lotId }) => lotId))];
}
