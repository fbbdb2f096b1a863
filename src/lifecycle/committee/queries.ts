import { and, asc, eq, inArray } from "drizzle-orm";
import { Refused, refuse } from "@/core/refusal";
import type { Actor } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { seats, venues } from "@/lifecycle/seat/tables";
import { people } from "@/platform/party/tables";
import { committeeMembers, committeeRequests, draws, experts } from "./tables";

export type Member = typeof committeeMembers.$inferSelect;

/** Members who count: drawn or signed in, not recused or replaced, not standby. */
export const ACTIVE_STATES = ["drawn", "signed_in"] as const;

export async function activeMembers(tx: Tx, lotId: string): Promise<Member[]> {
  return tx
    .select()
    .from(committeeMembers)
    .where(and(eq(committeeMembers.lotId, lotId), inArray(committeeMembers.state, [...ACTIVE_STATES])))
    .orderBy(asc(committeeMembers.place));
}

/** The actor's own place in a committee; for everybody else it does not exist. */
export async function ownMember(tx: Tx, actor: Actor, memberId: string): Promise<Member> {
  const [row] = await tx
    .select()
    .from(committeeMembers)
    .where(and(eq(committeeMembers.id, memberId), eq(committeeMembers.personId, actor.personId)));
  if (!row || row.state === "standby") throw new Refused(refuse("not_found", "general.not_found"));
  return row;
}

/** The actor's own places in committees, newest first: time and seat only until check-in. */
export async function ownSessions(tx: Tx, actor: Actor) {
  const rows = await tx
    .select({ member: committeeMembers, seat: seats, venue: venues, request: committeeRequests })
    .from(committeeMembers)
    .innerJoin(committeeRequests, eq(committeeRequests.lotId, committeeMembers.lotId))
    .leftJoin(seats, eq(seats.id, committeeMembers.seatId))
    .leftJoin(venues, eq(venues.id, seats.venueId))
    .where(and(eq(committeeMembers.personId, actor.personId), inArray(committeeMembers.state, [...ACTIVE_STATES])));
  return rows.map(({ member, seat, venue, request }) => ({
    memberId: member.id,
    seat: seat?.code ?? "",
    venue: venue?.name ?? "",
    evaluationAt: request.evaluationAt.toISOString(),
    speciality: request.speciality,
    signedInAt: member.signedInAt?.toISOString(),
    declaredAt: member.declaredAt?.toISOString(),
    // The lot is known at the seat, not before.
    lotId: member.signedInAt ? member.lotId : undefined,
  }));
}

export async function requestOf(tx: Tx, lotId: string) {
  const [row] = await tx.select().from(committeeRequests).where(eq(committeeRequests.lotId, lotId));
  return row;
}

/** Codes of experts in their library, by member id. */
export async function memberCodes(tx: Tx, members: readonly Member[]): Promise<Map<string, string>> {
  if (!members.length) return new Map();
  const ids = members.map(({ expertId }) => expertId);
  const rows = await tx.select().from(experts).where(inArray(experts.id, ids));
  const byExpert = new Map(rows.map(({ id, code }) => [id, code]));
  return new Map(members.map(({ id, expertId }) => [id, byExpert.get(expertId) ?? ""]));
}

/** How many experts wait on standby. */
export async function standbyCount(tx: Tx, lotId: string): Promise<number> {
  const rows = await tx
    .select({ id: committeeMembers.id })
    .from(committeeMembers)
    .where(and(eq(committeeMembers.lotId, lotId), eq(committeeMembers.state, "standby")));
  return rows.length;
}

/** Names of the members, for readers whose time has come. */
export async function memberNames(tx: Tx, members: readonly Member[]): Promise<Map<string, string>> {
  if (!members.length) return new Map();
  const rows = await tx
    .select()
    .from(people)
    .where(
      inArray(
        people.id,
        members.map(({ personId }) => personId),
      ),
    );
  const byPerson = new Map(rows.map(({ id, name }) => [id, name]));
  return new Map(members.map(({ id, personId }) => [id, byPerson.get(personId) ?? ""]));
}

export async function drawsOf(tx: Tx, lotId: string) {
  return tx.select().from(draws).where(eq(draws.lotId, lotId)).orderBy(asc(draws.at));
}
