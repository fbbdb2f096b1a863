import { Refused, refuse } from "@/core/refusal";
import type { Actor } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { ownMember } from "@/lifecycle/committee/queries";
import { readLot } from "@/lifecycle/lot/queries";
import { openingRecordOf } from "@/lifecycle/opening/queries";
import { type RecordPayload, rowTitle } from "@/lifecycle/opening/record";
import type { Bill } from "@/lifecycle/tender-document/bill/schema";
import { hasTwoEnvelopes } from "@/lifecycle/tender-document/envelopes";
import { documentInForce } from "@/lifecycle/tender-document/queries";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { organisationOf } from "@/platform/party/queries";
import { type ReviewView, reviewView } from "./review-view";

/** Where a member stands: each stage tells what may be known in it, and nothing of the next one. */
export type SeatView =
  | { readonly stage: "check-in"; readonly again: boolean }
  | {
      readonly stage: "declare";
      readonly lot: { readonly code: string; readonly name: string };
      readonly tenderer: string;
      readonly bidders: readonly string[];
    }
  | { readonly stage: "await-start" }
  /** The bill comes once, with the page: the view is read again every few seconds, and a bill may be long. */
  | { readonly stage: "review"; readonly view: ReviewView; readonly bill: Bill | undefined }
  | { readonly stage: "left" };

/** The member's own seat. @throws Refused `not_found` for everybody else. */
export async function seatView(tx: Tx, actor: Actor, memberId: string): Promise<SeatView> {
  if (actor.role !== "expert") throw new Refused(refuse("not_found", "general.not_found"));
  const member = await ownMember(tx, actor, memberId);
  if (member.state === "recused" || member.state === "replaced") return { stage: "left" };
  if (!member.signedInAt) return { stage: "check-in", again: false };
  if (!actor.seatId || actor.seatId !== member.seatId) return { stage: "check-in", again: true };
  if (!member.declaredAt) {
    const lot = await readLot(tx, member.lotId);
    const tender = await tenderProjectOf(tx, lot.tenderProjectId);
    const record = (await openingRecordOf(tx, lot.id))?.payload as unknown as RecordPayload | undefined;
    return {
      stage: "declare",
      lot: { code: lot.code, name: lot.name },
      tenderer: (await organisationOf(tx, tender.tendererOrgId)).name,
      bidders: record?.rows.map(rowTitle) ?? [],
    };
  }
  try {
    const view = await reviewView(tx, actor, memberId);
    const { content } = await documentInForce(tx, member.lotId);
    // A bill in second envelopes is nobody's to look at before they are opened.
    const isPriced = !hasTwoEnvelopes(content) || (await openingRecordOf(tx, member.lotId, 2)) !== undefined;
    return { stage: "review", view, bill: isPriced ? content.bill : undefined };
  } catch (error) {
    if (error instanceof Refused && error.refusal.code === "evaluation.not_started") return { stage: "await-start" };
    throw error;
  }
}
