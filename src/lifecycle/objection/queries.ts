import { and, asc, desc, eq, gt, isNull, ne, sql } from "drizzle-orm";
import type { PartyMarks } from "@/core/naming";
import { Refused, refuse } from "@/core/refusal";
import type { Actor } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { organisationOf, organisationsOf, personOf } from "@/platform/party/queries";
import { type Wording, withoutFiler } from "./rules";
import type { FiledKind, ObjectionOutcome } from "./schema";
import { objectionAnswers, objections } from "./tables";

export interface ObjectionView {
  readonly id: string;
  readonly number: number;
  readonly kind: FiledKind;
  readonly clause: string;
  readonly text: string;
  readonly demand: string;
  readonly inTime: boolean;
  readonly filedAt: string;
  readonly dueAt: string;
  readonly organisation?: string;
  /** Its wording as it becomes public with the answer; for those who answer. */
  readonly published?: Wording;
  readonly answer?: AnswerView;
}

/** What everybody may read: what was objected and answered, without who objected. */
export interface AnswerView {
  readonly number: number;
  readonly kind: FiledKind;
  readonly clause: string;
  /** Answers of before the wording was published have none. */
  readonly objected?: { readonly text: string; readonly demand: string };
  readonly outcome: ObjectionOutcome;
  readonly text: string;
  readonly at: string;
}

const answerView = (row: typeof objectionAnswers.$inferSelect): AnswerView => ({
  number: row.number,
  kind: row.kind as FiledKind,
  clause: row.clause,
  ...(row.objected ? { objected: row.objected } : {}),
  outcome: row.outcome as ObjectionOutcome,
  text: row.text,
  at: row.at.toISOString(),
});

/** Answers of a lot, newest first. Public. */
export async function answersOf(tx: Tx, lotId: string): Promise<AnswerView[]> {
  const rows = await tx
    .select()
    .from(objectionAnswers)
    .where(eq(objectionAnswers.lotId, lotId))
    .orderBy(desc(objectionAnswers.at));
  return rows.map(answerView);
}

/** Objections that the actor may see, oldest first: own ones, or all for those who must answer; row-level security decides. */
export async function objectionsOf(tx: Tx, _actor: Actor, lotId: string): Promise<ObjectionView[]> {
  const rows = await tx.select().from(objections).where(eq(objections.lotId, lotId)).orderBy(asc(objections.number));
  const answers = await answersOf(tx, lotId);
  const names = await organisationsOf(tx, [...new Set(rows.map(({ orgId }) => orgId))]);
  const published = new Map<string, Wording>();
  for (const row of rows.filter(({ answeredAt }) => !answeredAt)) {
    const { clause, text, demand } = withoutFiler(row, await filerOf(tx, row));
    published.set(row.id, { clause, text, demand });
  }
  return rows.map((row) => {
    const answer = answers.find(({ number }) => number === row.number);
    const wording = published.get(row.id);
    const organisation = names.get(row.orgId)?.name;
    return {
      id: row.id,
      number: row.number,
      kind: row.kind as FiledKind,
      clause: row.clause,
      text: row.text,
      demand: row.demand,
      inTime: row.inTime,
      filedAt: row.filedAt.toISOString(),
      dueAt: row.dueAt.toISOString(),
      ...(organisation ? { organisation } : {}),
      ...(wording ? { published: wording } : {}),
      ...(answer ? { answer } : {}),
    };
  });
}

/** @throws Refused `not_found` for whoever may not see it. */
export async function objectionOf(tx: Tx, id: string) {
  const [row] = await tx.select().from(objections).where(eq(objections.id, id));
  if (!row) throw new Refused(refuse("not_found", "general.not_found"));
  return row;
}

/** By what a text would tell who filed the objection. */
export async function filerOf(tx: Tx, { orgId, personId }: { orgId: string; personId: string }): Promise<PartyMarks> {
  const { name: organisation, creditCode, phone, email } = await organisationOf(tx, orgId);
  return { organisation, creditCode, phone, email, person: (await personOf(tx, personId)).name };
}

/** Unanswered objections that stop the lot. */
export async function openSuspending(tx: Tx, lotId: string) {
  return tx
    .select()
    .from(objections)
    .where(
      and(
        eq(objections.lotId, lotId),
        eq(objections.inTime, true),
        ne(objections.kind, "notice"),
        isNull(objections.answeredAt),
      ),
    );
}

/** What an answer is due by stands still while the lot is suspended by order: it goes on with the time that was left. */
export async function shiftObjections(tx: Tx, lotId: string, since: Date, now: Date): Promise<void> {
  const stood = sql`make_interval(secs => ${(now.getTime() - since.getTime()) / 1000}::double precision)`;
  await tx
    .update(objections)
    .set({ alarmAt: sql`${objections.alarmAt} + ${stood}`, dueAt: sql`${objections.dueAt} + ${stood}` })
    .where(and(eq(objections.lotId, lotId), isNull(objections.answeredAt), gt(objections.dueAt, since)));
}
