import { and, desc, eq, isNull, sql } from "drizzle-orm";
import { base64url, fromBase64url, hex, utf8 } from "@/core/bytes";
import { encodeCanonical } from "@/core/canonical-json";
import { permit, Refused, refuse } from "@/core/refusal";
import { formatInstant } from "@/core/time";
import type { Actor, Role } from "@/kit/command";
import type { Db } from "@/kit/db/connect";
import { inContext, legalNow } from "@/kit/db/context";
import { appendTrail } from "@/kit/trail";
import { refusalByResponder } from "@/platform/party/certificate-status";
import {
  certificates,
  memberships,
  organisations,
  people,
  registrationDecisions,
  registrationRequests,
} from "@/platform/party/tables";
import type { Site } from "@/platform/site/queries";
import type { RevocationSource } from "@/ports/revocation";
import type { SessionView } from "./schema";
import { checkSigner } from "./signer-check";
import { sessions } from "./tables";

/** A challenge is signed within five minutes, or a new one is asked for. */
const CHALLENGE_MINUTES = 5;
/** Sessions end after thirty idle minutes or twelve hours; real time, not legal time. */
const IDLE = "30 minutes";
const ABSOLUTE = "12 hours";
/** That somebody is there is noted so seldom: each note is a write that the disk must have. */
const NOTED = "20 seconds";

const randomText = (bytes: number) => base64url(crypto.getRandomValues(new Uint8Array(bytes)));
const hashOf = async (text: string) => hex(new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(text))));

/** The exact bytes a certificate signs to sign in: purpose, origin and nonce, so that a signature fits nothing else. */
export function challengeBytes(challenge: { nonce: string; origin: string; purpose: string }): Uint8Array<ArrayBuffer> {
  return encodeCanonical({ format: "xinbiao-challenge/1", ...challenge });
}

/** Makes a challenge for this site. */
export async function newChallenge(
  db: Db,
  site: Site,
  purpose: string,
): Promise<{ nonce: string; origin: string; purpose: string }> {
  const challenge = { nonce: randomText(24), origin: site.host, purpose };
  await db.execute(sql`
    insert into challenges (nonce, site_id, text, expires_at)
    values (${challenge.nonce}, ${site.id}, ${purpose}, clock_timestamp() + make_interval(mins => ${CHALLENGE_MINUTES}))`);
  return challenge;
}

/** Uses up a nonce: the second use of the same one is refused. Runs in the transaction of the act it belongs to. */
export async function consumeChallenge(tx: Pick<Db, "execute">, site: { id: string }, nonce: string): Promise<string> {
  const [row] = await tx.execute<{ text: string }>(sql`
    update challenges set used_at = clock_timestamp()
    where nonce = ${nonce} and site_id = ${site.id} and used_at is null and expires_at > clock_timestamp() returning text`);
  if (!row) throw new Refused(refuse("conflict", "identity.challenge_used"));
  return row.text;
}

/**
 * Signs a person in by certificate.
 *
 * @returns the cookie value (256 random bits; only its hash is kept).
 * @throws Refused when the signature, the certificate, its binding or the role does not hold.
 */
export async function signIn(
  db: Db,
  site: Site,
  revocation: RevocationSource,
  input: { nonce: string; cms: string; role?: Role | undefined },
  address: string | undefined,
): Promise<{ cookie: string }> {
  const purpose = await consumeChallenge(db, site, input.nonce);
  if (purpose !== "sign-in") throw new Refused(refuse("conflict", "identity.challenge_used"));
  const content = challengeBytes({ nonce: input.nonce, origin: site.host, purpose });
  const now = await legalNow(db);
  const check = await checkSigner(content, fromBase64url(input.cms), site, revocation, now);
  if (!check.ok) throw new Refused(check.refusal);
  permit(await refusalByResponder(site, revocation, check.signer, now));
  const [bound] = await db
    .select({ certificate: certificates, organisation: organisations })
    .from(certificates)
    .innerJoin(organisations, eq(organisations.id, certificates.orgId))
    .where(and(eq(certificates.fingerprint, check.signer.fingerprint), eq(certificates.use, "sign")));
  permit(refusalOfBinding(bound, now));
  const { certificate, organisation } = bound!;
  const held = await db
    .select({ role: memberships.role })
    .from(memberships)
    .where(
      and(
        eq(memberships.personId, certificate.personId),
        eq(memberships.orgId, organisation.id),
        isNull(memberships.endedAt),
      ),
    );
  if (!held.length) permit(await refusalOfPending(db, site, certificate.personId, organisation.id));
  const role = input.role ?? (held[0]?.role as Role | undefined);
  if (!role || !held.some((row) => row.role === role)) {
    throw new Refused(refuse("forbidden", "identity.no_such_role", { role: input.role ?? "—" }));
  }
  const cookie = randomText(32);
  const idHash = await hashOf(cookie);
  const actor = { siteId: site.id, personId: certificate.personId, orgId: organisation.id, role, address };
  await inContext(db, actor, async (tx) => {
    await tx.insert(sessions).values({ ...actor, idHash, certificateId: certificate.id });
    await appendTrail(tx, actor, now, [
      { action: "session.opened", subject: certificate.fingerprint, facts: { role }, chain: `org:${organisation.id}` },
    ]);
  });
  return { cookie };
}

function refusalOfBinding(
  bound: { certificate: typeof certificates.$inferSelect; organisation: typeof organisations.$inferSelect } | undefined,
  now: Date,
) {
  if (!bound) return refuse("forbidden", "identity.certificate_unbound");
  const { endedAt, seal } = bound.certificate;
  if (seal) return refuse("forbidden", "identity.seal_signs_nobody_in");
  if (endedAt && endedAt <= now)
    return refuse("forbidden", "identity.certificate_ended", { since: formatInstant(endedAt) });
  return undefined;
}

/** A person who is registered and not verified has no role yet: it is told where its request stands. */
async function refusalOfPending(db: Db, site: Site, personId: string, orgId: string) {
  return inContext(db, { siteId: site.id, personId, orgId, role: "public" }, async (tx) => {
    const [found] = await tx
      .select({ at: registrationRequests.enteredAt, decision: registrationDecisions })
      .from(registrationRequests)
      .leftJoin(registrationDecisions, eq(registrationDecisions.requestId, registrationRequests.id))
      .where(and(eq(registrationRequests.personId, personId), eq(registrationRequests.kind, "person")))
      .orderBy(desc(registrationRequests.enteredAt))
      .limit(1);
    if (!found) return undefined;
    return found.decision
      ? refuse("forbidden", "party.person_returned", { reason: found.decision.reason })
      : refuse("forbidden", "party.person_pending", { since: formatInstant(found.at) });
  });
}

/**
 * Another role of the same person in the same organisation: the session says so from now on, and the trail
 * since when. Rights of two roles never mix: a session has one.
 */
export async function switchRole(db: Db, site: Site, cookie: string, role: Role): Promise<void> {
  const found = await sessionOf(db, site, cookie);
  if (!found) throw new Refused(refuse("forbidden", "general.signed_out"));
  if (!found.view.roles.includes(role)) throw new Refused(refuse("forbidden", "identity.no_such_role", { role }));
  const idHash = await hashOf(cookie);
  await inContext(db, { ...found.actor, role }, async (tx) => {
    await tx.update(sessions).set({ role, seatId: null }).where(eq(sessions.idHash, idHash));
    await appendTrail(tx, { ...found.actor, role }, await legalNow(tx), [
      {
        action: "session.role-switched",
        subject: found.view.certificateFingerprint,
        facts: { from: found.actor.role, to: role },
        chain: `org:${found.actor.orgId}`,
      },
    ]);
  });
}

/** Ends open sessions: of a certificate reported lost, of a member taken out. */
export async function endSessions(
  tx: Pick<Db, "update">,
  of: { certificateId: string } | { personId: string; orgId: string },
): Promise<void> {
  await tx
    .update(sessions)
    .set({ endedAt: sql`clock_timestamp()` })
    .where(
      and(
        isNull(sessions.endedAt),
        "certificateId" in of
          ? eq(sessions.certificateId, of.certificateId)
          : and(eq(sessions.personId, of.personId), eq(sessions.orgId, of.orgId)),
      ),
    );
}

/** The session behind a cookie at this site, or undefined. Idle and absolute ends are real time. */
export async function sessionOf(
  db: Db,
  site: Site,
  cookie: string | undefined,
  address?: string,
): Promise<{ actor: Actor; view: SessionView } | undefined> {
  if (!cookie || cookie.length > 100) return undefined;
  const idHash = await hashOf(cookie);
  const [row] = await db
    .select({
      session: sessions,
      person: people,
      organisation: organisations,
      certificate: certificates,
      held: sql<string[]>`array(select m.role from memberships m
        where m.person_id = ${sessions.personId} and m.org_id = ${sessions.orgId} and m.ended_at is null)`,
      noted: sql<boolean>`${sessions.seenAt} > clock_timestamp() - ${NOTED}::interval`,
    })
    .from(sessions)
    .innerJoin(people, eq(people.id, sessions.personId))
    .innerJoin(organisations, eq(organisations.id, sessions.orgId))
    .innerJoin(certificates, eq(certificates.id, sessions.certificateId))
    .where(
      and(
        eq(sessions.idHash, idHash),
        eq(sessions.siteId, site.id),
        isNull(sessions.endedAt),
        sql`${sessions.seenAt} > clock_timestamp() - ${IDLE}::interval`,
        sql`${sessions.createdAt} > clock_timestamp() - ${ABSOLUTE}::interval`,
      ),
    );
  if (!row) return undefined;
  const { session } = row;
  if (!row.noted) await db.update(sessions).set({ seenAt: sql`clock_timestamp()` }).where(eq(sessions.idHash, idHash));
  return {
    actor: {
      siteId: site.id,
      personId: session.personId,
      orgId: session.orgId,
      role: session.role as Role,
      certificateId: session.certificateId,
      ...(address ? { address } : {}),
      ...(session.seatId ? { seatId: session.seatId } : {}),
      ...(row.organisation.verifiedAt ? {} : { unverified: true }),
    },
    view: {
      personId: row.person.id,
      personName: row.person.name,
      orgId: row.organisation.id,
      orgName: row.organisation.name,
      creditCode: row.organisation.creditCode,
      role: session.role as Role,
      roles: row.held as Role[],
      siteName: site.name,
      certificateFingerprint: row.certificate.fingerprint,
      ...(row.organisation.verifiedAt ? {} : { unverified: true }),
      ...(row.organisation.standing === "active" ? {} : { standing: row.organisation.standing }),
      certificateNotAfter: row.certificate.notAfter.toISOString(),
    },
  };
}

/** Ends a session. */
export async function signOut(db: Db, cookie: string): Promise<void> {
  const idHash = await hashOf(cookie);
  await db
    .update(sessions)
    .set({ endedAt: sql`clock_timestamp()` })
    .where(and(eq(sessions.idHash, idHash), isNull(sessions.endedAt)));
}

/** Binds the actor's open sessions to a seat: evaluation is done there and nowhere else (SOD-09). */
export async function bindSeat(tx: Pick<Db, "update">, actor: Actor, seatId: string): Promise<void> {
  await tx
    .update(sessions)
    .set({ seatId })
    .where(and(eq(sessions.personId, actor.personId), eq(sessions.orgId, actor.orgId), isNull(sessions.endedAt)));
}
