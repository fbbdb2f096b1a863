import { and, asc, desc, eq, gt, gte, inArray, notInArray, or, sql } from "drizzle-orm";
import { Refused, refuse } from "@/core/refusal";
import type { Tx } from "@/kit/db/connect";
import { membersOf } from "@/lifecycle/bidding/consortium/opened";
import { bidderTitle } from "@/lifecycle/bidding/consortium/part";
import { organisationsOf } from "@/platform/party/queries";
import type { Measure } from "./measures";
import type { Round } from "./rounds";
import type { Chair } from "./rules";
import {
  bidOpenings,
  bidRevocations,
  closingRecords,
  hallEvents,
  hallMeasures,
  hallSignIns,
  lotOutages,
  openingRecords,
  openingRemarks,
  secondOpeningRecords,
} from "./tables";

/** Everything but the content key, which the worker alone may read. */
export const openingColumns = {
  id: bidOpenings.id,
  lotId: bidOpenings.lotId,
  bidId: bidOpenings.bidId,
  orgId: bidOpenings.orgId,
  segment: bidOpenings.segment,
  round: bidOpenings.round,
  state: bidOpenings.state,
  releasedAt: bidOpenings.releasedAt,
  failureClass: bidOpenings.failureClass,
  failureEvidence: bidOpenings.failureEvidence,
  legalEffect: bidOpenings.legalEffect,
  form: bidOpenings.form,
  draw: bidOpenings.draw,
  files: bidOpenings.files,
  consortium: bidOpenings.consortium,
  declaration: bidOpenings.declaration,
  device: bidOpenings.device,
  security: bidOpenings.security,
  interests: bidOpenings.interests,
  finalAt: bidOpenings.finalAt,
};
export type BidOpening = Awaited<ReturnType<typeof openingsOf>>[number];

/**
 * The openings of one envelope of a lot; a reader other than a service sees its own only, until all was announced.
 *
 * @param round - left out, the first opening.
 */
export async function openingsOf(tx: Tx, lotId: string, round: Round = 1) {
  return tx
    .select(openingColumns)
    .from(bidOpenings)
    .where(and(eq(bidOpenings.lotId, lotId), eq(bidOpenings.round, round)))
    .orderBy(asc(bidOpenings.bidId));
}

/** How each bidder of a lot is printed, by its organisation: a consortium with its leader and members. */
export async function bidderTitlesOf(tx: Tx, lotId: string): Promise<Map<string, string>> {
  const openings = await openingsOf(tx, lotId);
  const parties = await organisationsOf(
    tx,
    openings.map(({ orgId }) => orgId),
  );
  return new Map(
    openings.map(({ orgId, consortium }) => [
      orgId,
      bidderTitle(parties.get(orgId)?.name ?? "", membersOf(consortium)),
    ]),
  );
}

/** The table of the records of an opening: they have the same columns. */
export const recordsOf = (round: Round): typeof openingRecords =>
  round === 1 ? openingRecords : (secondOpeningRecords as unknown as typeof openingRecords);

export async function closingRecordOf(tx: Tx, lotId: string) {
  const [row] = await tx.select().from(closingRecords).where(eq(closingRecords.lotId, lotId));
  return row;
}

export async function openingRecordOf(tx: Tx, lotId: string, round: Round = 1) {
  const table = recordsOf(round);
  const [row] = await tx.select().from(table).where(eq(table.lotId, lotId));
  return row;
}

export async function announcedRecordOf(tx: Tx, lotId: string, round: Round = 1) {
  const record = await openingRecordOf(tx, lotId, round);
  if (!record) throw new Refused(refuse("conflict", "opening.not_announced"));
  return record;
}

/** Second envelopes that were opened of bids which did not pass the first; to be none. For whoever may not read the verdict. */
export async function failedOpened(tx: Tx, lotId: string): Promise<number> {
  const [row] = await tx.execute<{ count: number }>(sql`select xb_failed_opened(${lotId}) as count`);
  return Number(row!.count);
}

/** The host of an opening, and for how many minutes (of real time) nothing was heard of that person. */
export async function chairOf(tx: Tx, lotId: string): Promise<Chair | undefined> {
  const [row] = await tx.execute<{ person_id: string; name: string; away: string | null }>(sql`
    select c.person_id, o.name || ' ' || p.name as name,
      (select extract(epoch from clock_timestamp() - max(s.seen_at)) / 60 from sessions s
        where s.person_id = c.person_id and s.site_id = c.site_id and s.ended_at is null) as away
    from hall_chairs c join people p on p.id = c.person_id join organisations o on o.id = c.org_id
    where c.lot_id = ${lotId} order by c.seq desc limit 1`);
  if (!row) return undefined;
  const awayMinutes = row.away === null ? Number.POSITIVE_INFINITY : Math.floor(Number(row.away));
  return { personId: row.person_id, name: row.name, awayMinutes };
}

/** Revoked bids of a lot by id; a reader other than a service sees its own only, until the prices were announced. */
export async function revocationsOf(tx: Tx, lotId: string) {
  const rows = await tx.select().from(bidRevocations).where(eq(bidRevocations.lotId, lotId));
  return new Map(rows.map((row) => [row.bidId, row]));
}

/** Silences of the platform for which the decryption window went on longer, in order. @param since - begin of the opening. */
export async function windowSilences(tx: Tx, lotId: string, since: Date) {
  const rows = await tx
    .select({ silences: lotOutages.silences })
    .from(lotOutages)
    .where(and(eq(lotOutages.lotId, lotId), eq(lotOutages.span, "window"), gte(lotOutages.at, since)))
    .orderBy(asc(lotOutages.at));
  return rows.flatMap(({ silences }) => silences);
}

/** Measures of the host in one opening, in their order. */
export async function measuresOf(tx: Tx, lotId: string, round: Round = 1) {
  const rows = await tx
    .select()
    .from(hallMeasures)
    .where(and(eq(hallMeasures.lotId, lotId), eq(hallMeasures.round, round)))
    .orderBy(asc(hallMeasures.seq));
  return rows.map((row) => ({ ...row, kind: row.kind as Measure["kind"] }));
}

export async function remarksOf(tx: Tx, lotId: string, round: Round = 1) {
  return tx
    .select()
    .from(openingRemarks)
    .where(and(eq(openingRemarks.lotId, lotId), eq(openingRemarks.round, round)))
    .orderBy(asc(openingRemarks.at));
}

export async function signInsOf(tx: Tx, lotId: string, round: Round = 1) {
  return tx
    .select()
    .from(hallSignIns)
    .where(and(eq(hallSignIns.lotId, lotId), eq(hallSignIns.round, round)))
    .orderBy(asc(hallSignIns.at));
}

/** What happened in a hall, numbered in it: the stored number counts every hall there is, and tells how busy others are. */
const inHall = (tx: Tx, lotId: string) =>
  tx
    .select({
      seq: sql<number>`row_number() over (order by ${hallEvents.seq})`.mapWith(Number).as("place"),
      kind: hallEvents.kind,
      payload: hallEvents.payload,
      at: hallEvents.at,
    })
    .from(hallEvents)
    .where(eq(hallEvents.lotId, lotId))
    .as("in_hall");

/** Everything that was said and done in the hall, in its order. */
export function transcriptOf(tx: Tx, lotId: string) {
  const events = inHall(tx, lotId);
  return tx.select().from(events).orderBy(asc(events.seq));
}

/** What a page shows of the hall: every step, and the newest of what was counted or said. */
export async function hallEventsShown(tx: Tx, lotId: string) {
  const often = ["progress", "message"];
  const events = inHall(tx, lotId);
  const newest = tx
    .select({ seq: events.seq })
    .from(events)
    .where(inArray(events.kind, often))
    .orderBy(desc(events.seq))
    .limit(200);
  return tx
    .select()
    .from(events)
    .where(or(notInArray(events.kind, often), inArray(events.seq, newest)))
    .orderBy(asc(events.seq));
}

/** Longest list of events that is read at once. */
export const HALL_EVENTS_AT_ONCE = 500;

/** Events of a hall after a number, oldest first: how a stream begins and resumes. */
export async function hallEventsAfter(tx: Tx, lotId: string, after: number) {
  const events = inHall(tx, lotId);
  return tx.select().from(events).where(gt(events.seq, after)).orderBy(asc(events.seq)).limit(HALL_EVENTS_AT_ONCE);
}
