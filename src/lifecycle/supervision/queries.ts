import { and, asc, desc, eq } from "drizzle-orm";
import { Refused, refuse } from "@/core/refusal";
import { payloadOf, type Statement, statementHash } from "@/crypto/statement";
import type { Tx } from "@/kit/db/connect";
import { evaluations } from "@/lifecycle/evaluation/tables";
import type { Lot } from "@/lifecycle/lot/queries";
import { objections } from "@/lifecycle/objection/tables";
import type { TenderProject } from "@/lifecycle/tender-project/queries";
import { pointsOf, type SupervisionPoint } from "./points";
import { needsNotice } from "./rules";
import { INSTRUCTION_TYPES, type InstructionType } from "./schema";
import { instructionReceipts, instructions } from "./tables";

/** What was signed and its name. @throws Refused when it is not canonical JSON: nobody can have signed it. */
export function contentOf(statement: Statement): { value: unknown; hash: string } {
  try {
    return { value: payloadOf(statement).value, hash: statementHash(statement) };
  } catch {
    throw new Refused(refuse("invalid", "supervision.not_an_instruction"));
  }
}

/** The answer that was given to this very statement, if it was carried out: asked again it is the same. */
export async function ackOf(tx: Tx, statement: Statement): Promise<Statement | undefined> {
  const [row] = await tx
    .select({ ack: instructions.ack })
    .from(instructions)
    .where(and(eq(instructions.hash, contentOf(statement).hash), eq(instructions.state, "executed")));
  return row?.ack;
}

/**
 * Instructions on a lot, newest first: what was carried out for those who run, bid for and judge it; for the body that
 * supervises it also what was refused.
 */
export async function instructionsOf(tx: Tx, lotId: string) {
  const rows = await tx
    .select()
    .from(instructions)
    .where(eq(instructions.lotId, lotId))
    .orderBy(desc(instructions.receivedAt));
  const receipts = await tx.select().from(instructionReceipts).where(eq(instructionReceipts.lotId, lotId));
  const noticed = new Map(receipts.map(({ instructionId, at }) => [instructionId, at]));
  return rows.map(({ id, type, no, ground, text, state, receivedAt, ack }) => ({
    id,
    ...(state === "executed" && needsNotice(type) ? { notice: { at: noticed.get(id) } } : {}),
    title: INSTRUCTION_TYPES[type as InstructionType] ?? "格式不正确的指令",
    no,
    ground,
    text,
    executed: state === "executed",
    answer: String(payloadOf(ack).value.text ?? ""),
    receivedAt,
  }));
}
export type InstructionView = Awaited<ReturnType<typeof instructionsOf>>[number];

/** Supervision points of a lot as its supervisor, those who run it, or a service may see them. */
export async function supervisionPoints(tx: Tx, lot: Lot, tender: TenderProject): Promise<SupervisionPoint[]> {
  const rows = await tx.select().from(objections).where(eq(objections.lotId, lot.id)).orderBy(asc(objections.number));
  const [evaluation] = await tx
    .select({ finishedAt: evaluations.finishedAt })
    .from(evaluations)
    .where(eq(evaluations.lotId, lot.id));
  return pointsOf({
    ...lot,
    mandatory: tender.regime.mandatory,
    isInvited: tender.regime.tenderMode === "invited",
    reportedAt: evaluation?.finishedAt ?? null,
    objections: rows,
  });
}
