import { and, asc, desc, eq, inArray, isNull, max, sql } from "drizzle-orm";
import type { Actor } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import type { AnsweredItem, DocumentChange } from "./schema";
import { clarificationReads, clarifications, clarificationTexts, questionAskers, questions } from "./tables";

export type PublishedClarification = typeof clarifications.$inferSelect;

/** Published clarifications of a lot, newest first: number, time and deadline. Public. */
export async function clarificationsOf(tx: Tx, lotId: string): Promise<PublishedClarification[]> {
  return tx.select().from(clarifications).where(eq(clarifications.lotId, lotId)).orderBy(desc(clarifications.number));
}

/** Newest version of the document before which bids are refused (RF-09); 0 when no clarification said so. */
export async function obligatoryVersion(tx: Tx, lotId: string): Promise<number> {
  const [row] = await tx
    .select({ version: max(clarifications.documentVersion) })
    .from(clarifications)
    .where(and(eq(clarifications.lotId, lotId), eq(clarifications.obligatory, true)));
  return row?.version ?? 0;
}

export interface ClarificationView {
  readonly id: string;
  readonly number: number;
  readonly title: string;
  readonly documentVersion: number;
  readonly publishedAt: string;
  readonly affectsBids: boolean;
  readonly obligatory: boolean;
  readonly oldDeadline?: string;
  readonly newDeadline?: string;
  readonly contentHash: string;
  readonly items: readonly AnsweredItem[];
  readonly changes: readonly DocumentChange[];
  readonly statement?: { readonly payload: string; readonly cms: string; readonly tst?: string };
  /** When the actor's organisation confirmed that it had read it. */
  readonly readAt?: string;
}

/** Clarifications with their texts, newest first: for holders of the document, parties and committee; row-level security decides. */
export async function clarificationViews(tx: Tx, actor: Actor, lotId: string): Promise<ClarificationView[]> {
  const heads = await clarificationsOf(tx, lotId);
  const texts = await tx.select().from(clarificationTexts).where(eq(clarificationTexts.lotId, lotId));
  const reads = await tx
    .select()
    .from(clarificationReads)
    .where(and(eq(clarificationReads.lotId, lotId), eq(clarificationReads.orgId, actor.orgId)));
  return heads.flatMap((head) => {
    const text = texts.find(({ clarificationId }) => clarificationId === head.id);
    if (!text) return [];
    const read = reads.find(({ clarificationId }) => clarificationId === head.id);
    return [
      {
        id: head.id,
        number: head.number,
        title: head.title,
        documentVersion: head.documentVersion,
        publishedAt: head.publishedAt.toISOString(),
        affectsBids: head.affectsBids,
        obligatory: head.obligatory,
        ...(head.oldDeadline && head.newDeadline
          ? { oldDeadline: head.oldDeadline.toISOString(), newDeadline: head.newDeadline.toISOString() }
          : {}),
        contentHash: head.contentHash,
        items: text.items,
        changes: text.changes,
        statement: text.statement,
        ...(read ? { readAt: read.at.toISOString() } : {}),
      },
    ];
  });
}

export interface QuestionView {
  readonly id: string;
  readonly clause: string;
  readonly text: string;
  readonly askedOn: string;
}

/** Questions without an answer, by clause: what the publisher sees, without any sign of who asked. */
export async function openQuestions(tx: Tx, lotId: string): Promise<QuestionView[]> {
  const rows = await tx
    .select()
    .from(questions)
    .where(and(eq(questions.lotId, lotId), isNull(questions.clarificationId)))
    .orderBy(asc(questions.clause), asc(questions.id));
  return rows.map(({ id, clause, text, askedOn }) => ({ id, clause, text, askedOn: askedOn.toISOString() }));
}

/** Questions of the actor's own organisation, newest first, with the number of the clarification that answers each. */
export async function ownQuestions(tx: Tx, actor: Actor, lotId: string) {
  const rows = await tx
    .select({
      id: questions.id,
      clause: questions.clause,
      text: questions.text,
      at: questionAskers.at,
      number: clarifications.number,
    })
    .from(questionAskers)
    .innerJoin(questions, eq(questions.id, questionAskers.questionId))
    .leftJoin(clarifications, eq(clarifications.id, questions.clarificationId))
    .where(and(eq(questionAskers.lotId, lotId), eq(questionAskers.orgId, actor.orgId)))
    .orderBy(desc(questionAskers.at));
  return rows.map(({ at, number, ...row }) => ({ ...row, at: at.toISOString(), answeredIn: number ?? undefined }));
}

/** Unanswered questions of one organisation for one lot. */
export async function ownOpenCount(tx: Tx, actor: Actor, lotId: string): Promise<number> {
  const [row] = await tx
    .select({ n: sql<number>`count(*)::int` })
    .from(questionAskers)
    .innerJoin(questions, eq(questions.id, questionAskers.questionId))
    .where(
      and(eq(questionAskers.lotId, lotId), eq(questionAskers.orgId, actor.orgId), isNull(questions.clarificationId)),
    );
  return row?.n ?? 0;
}

/** The named questions, when all of them are unanswered questions of this lot. */
export async function answerable(tx: Tx, lotId: string, ids: readonly string[]) {
  if (!ids.length) return [];
  return tx
    .select()
    .from(questions)
    .where(and(eq(questions.lotId, lotId), inArray(questions.id, [...ids]), isNull(questions.clarificationId)));
}
