import { permit } from "@/core/refusal";
import type { Tx } from "@/kit/db/connect";
import type { TrailLine } from "@/kit/trail";
import { type Lot, updateLot } from "./queries";
import type { LotState } from "./states";
import type { lots } from "./tables";
import { type MoveFacts, refusalToMove } from "./transitions";

/** What lines of trail digest of a lot: everything but its estimate, which whoever knows the rest would find by trying. */
export function lotFace({ estimateFen: _, siteId: __, ...face }: Lot): object {
  return face;
}

/**
 * Moves a locked lot along the table of transitions: asks the guards, writes the state with the old one in WHERE, and
 * gives the line of trail that says so.
 */
export async function moveLot(
  tx: Tx,
  lot: Lot,
  to: LotState,
  now: Date,
  facts: MoveFacts = {},
  set: Partial<typeof lots.$inferInsert> = {},
): Promise<{ lot: Lot; line: TrailLine }> {
  permit(refusalToMove(lot, to, facts, now));
  const moved = await updateLot(tx, lot, { ...set, state: to });
  const line: TrailLine = {
    action: "lot.moved",
    subject: lot.code,
    lotId: lot.id,
    chain: `project:${lot.tenderProjectId}`,
    facts: { from: lot.state, to },
    changed: { before: lotFace(lot), after: lotFace(moved) },
  };
  return { lot: moved, line };
}
