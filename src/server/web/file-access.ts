import { and, eq, isNotNull, sql } from "drizzle-orm";
import { Refused, refuse } from "@/core/refusal";
import type { Actor } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { committeeMembers } from "@/lifecycle/committee/tables";
import { readLot } from "@/lifecycle/lot/queries";
import { hasReached } from "@/lifecycle/lot/states";
import { lots } from "@/lifecycle/lot/tables";
import { openingsOf } from "@/lifecycle/opening/queries";
import { hasObtainedForm, hostsTender, ownReviewerOrNone } from "@/lifecycle/prequalification/queries";
import { prequalDocuments } from "@/lifecycle/prequalification/tables";
import { hasObtained } from "@/lifecycle/tender-document/queries";
import { tenderDocuments } from "@/lifecycle/tender-document/tables";
import { isApprovalFile, runsTender, supervises, tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { fileOf, type StoredFile } from "@/platform/file/queries";
import { idParam } from "./page";

/** A file for one reader, by its scope and the state of its lot. @throws Refused `not_found` for whoever may not have it. */
export async function fileForReader(tx: Tx, actor: Actor | undefined, id: string): Promise<StoredFile> {
  const file = await fileOf(tx, idParam(id));
  const isForAll = file.scope === "public" && (!file.lotId || (await seesLot(tx, file.lotId)));
  if (isForAll || (await mayRead(tx, actor, file))) return file;
  throw new Refused(refuse("not_found", "general.not_found"));
}

/** Does this reader know of the lot at all? Of an invited tender not everybody does. */
async function seesLot(tx: Tx, lotId: string): Promise<boolean> {
  const rows = await tx.select({ id: lots.id }).from(lots).where(eq(lots.id, lotId));
  return rows.length > 0;
}

async function mayRead(tx: Tx, actor: Actor | undefined, file: StoredFile): Promise<boolean> {
  if (!actor) return false;
  if (file.ownerOrgId === actor.orgId) return true;
  // Papers of a registration: besides their organisation only the operator who verifies.
  if (file.scope === "evidence") return actor.role === "operator";
  if (file.scope === "holders") return (await isApprovalFile(tx, file.id)) || mayReadDocument(tx, actor, file);
  if (!file.lotId) return false;
  const lot = await readLot(tx, file.lotId);
  const tender = await tenderProjectOf(tx, lot.tenderProjectId);
  switch (file.scope) {
    case "parties":
      if (runsTender(actor, tender) || supervises(actor, tender)) return true;
      return actor.role === "bidder" && (await openingsOf(tx, lot.id)).some(({ orgId }) => orgId === actor.orgId);
    case "committee": {
      // Opened bids are read in the seat; the report goes to tenderer and supervisor when it is finished.
      const finished = hasReached(lot.state, "E2");
      // What a bidder told of itself, once it is announced who bids: the row itself is hidden before.
      if (file.kind === "bidder-change" && (runsTender(actor, tender) || supervises(actor, tender))) return true;
      if (file.kind === "report" && finished && (runsTender(actor, tender) || supervises(actor, tender))) return true;
      return actor.role === "expert" && lot.state === "E1" && (await isSeated(tx, actor, lot.id));
    }
    case "reviewers":
      // Opened applications: host, reviewers and supervisor, from the review on; the row itself is theirs alone.
      if (!lot.reviewStartedAt) return false;
      if (hostsTender(actor, tender) || supervises(actor, tender)) return true;
      return Boolean((await ownReviewerOrNone(tx, actor, lot.id))?.declaredAt);
    case "archive":
      return runsTender(actor, tender) || supervises(actor, tender);
    default:
      return false;
  }
}

async function isSeated(tx: Tx, actor: Actor, lotId: string): Promise<boolean> {
  const [member] = await tx
    .select()
    .from(committeeMembers)
    .where(and(eq(committeeMembers.lotId, lotId), eq(committeeMembers.personId, actor.personId)));
  return Boolean(member?.declaredAt && member.seatId && member.seatId === actor.seatId && member.state === "signed_in");
}

/** The tender document is for those who obtained it, those who run or supervise the lot, and its committee. */
async function mayReadDocument(tx: Tx, actor: Actor, file: StoredFile): Promise<boolean> {
  // Drafts of other lots may name the same file: what counts is where it was issued.
  const issued = await tx
    .selectDistinct({ lotId: tenderDocuments.lotId })
    .from(tenderDocuments)
    .where(and(sql`${tenderDocuments.fileIds} ? ${file.id}`, isNotNull(tenderDocuments.issuedAt)));
  for (const { lotId } of issued)
    if ((await seesLot(tx, lotId)) && (await mayReadDocumentOf(tx, actor, lotId))) return true;
  return mayReadForm(tx, actor, file);
}

/** The prequalification document: who obtained it, who runs, supervises or reviews the lot. */
async function mayReadForm(tx: Tx, actor: Actor, file: StoredFile): Promise<boolean> {
  const issued = await tx
    .selectDistinct({ lotId: prequalDocuments.lotId })
    .from(prequalDocuments)
    .where(and(sql`${prequalDocuments.fileIds} ? ${file.id}`, isNotNull(prequalDocuments.issuedAt)));
  for (const { lotId } of issued) {
    const lot = await readLot(tx, lotId);
    const tender = await tenderProjectOf(tx, lot.tenderProjectId);
    if (runsTender(actor, tender) || supervises(actor, tender)) return true;
    if (actor.role === "bidder" && (await hasObtainedForm(tx, actor, lotId))) return true;
    if (await ownReviewerOrNone(tx, actor, lotId)) return true;
  }
  return false;
}

/** May this reader have the issued tender document of a lot? */
export async function mayReadDocumentOf(tx: Tx, actor: Actor, lotId: string): Promise<boolean> {
  const lot = await readLot(tx, lotId);
  const tender = await tenderProjectOf(tx, lot.tenderProjectId);
  if (runsTender(actor, tender) || supervises(actor, tender)) return true;
  if (actor.role === "expert") return isSeated(tx, actor, lot.id);
  return actor.role === "bidder" && hasObtained(tx, actor, lot.id);
}
