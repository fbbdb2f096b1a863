import { and, desc, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { hex, utf8 } from "@/core/bytes";
import { Refused, refuse } from "@/core/refusal";
import { sha256 } from "@/crypto/sha256";
import { type Actor, defineCommand, roles } from "@/kit/command";
import type { Db, Tx } from "@/kit/db/connect";
import { inContext } from "@/kit/db/context";
import { calendarLinks } from "./tables";

const holders = roles("tenderer", "agency", "bidder");

/**
 * Opens an address at which the person's calendar program reads the dates of its lots. The browser draws the token and
 * sends its hash, so that nobody who reads the database can read the calendar.
 */
export const openCalendarLink = defineCommand({
  name: "calendar.open",
  input: z.object({ tokenHash: z.string().regex(/^[0-9a-f]{64}$/) }),
  may: holders,
  async run({ tx, actor, site, now }, { tokenHash }) {
    await endLinks(tx, actor, now);
    const { orgId, personId, role } = actor;
    await tx.insert(calendarLinks).values({ siteId: site.id, orgId, personId, role, tokenHash, createdAt: now });
    return {
      result: { createdAt: now.toISOString() },
      trail: [{ action: "calendar.opened", subject: personId, chain: `org:${orgId}`, facts: {} }],
    };
  },
});

/** Ends the address: whoever knows it reads nothing from now on. */
export const revokeCalendarLink = defineCommand({
  name: "calendar.revoke",
  input: z.object({}),
  may: holders,
  async run({ tx, actor, now }) {
    await endLinks(tx, actor, now);
    return {
      result: { endedAt: now.toISOString() },
      trail: [{ action: "calendar.revoked", subject: actor.personId, chain: `org:${actor.orgId}`, facts: {} }],
    };
  },
});

const own = ({ orgId, personId, role }: Actor) =>
  and(
    eq(calendarLinks.orgId, orgId),
    eq(calendarLinks.personId, personId),
    eq(calendarLinks.role, role),
    isNull(calendarLinks.endedAt),
  );

const endLinks = (tx: Tx, actor: Actor, now: Date) => tx.update(calendarLinks).set({ endedAt: now }).where(own(actor));

/** When the person's address was opened; undefined when there is none. */
export async function ownCalendarLink(tx: Tx, actor: Actor): Promise<{ createdAt: Date } | undefined> {
  const [row] = await tx
    .select({ createdAt: calendarLinks.createdAt })
    .from(calendarLinks)
    .where(own(actor))
    .orderBy(desc(calendarLinks.createdAt))
    .limit(1);
  return row;
}

/** Whose calendar an address is. @throws Refused `not_found` for one that is wrong, foreign or revoked */
export async function holderOfCalendar(db: Db, siteId: string, orgId: string, token: string): Promise<Actor> {
  const tokenHash = hex(sha256(utf8(token)));
  const [found] = await inContext(db, { siteId, role: "public" }, (tx) =>
    tx.execute<{ org_id: string; person_id: string; role: Actor["role"] }>(
      sql`select org_id, person_id, role from xb_calendar_of(${tokenHash})`,
    ),
  );
  if (!found || found.org_id !== orgId) throw new Refused(refuse("not_found", "general.not_found"));
  return { siteId, orgId, personId: found.person_id, role: found.role, certificateId: "" };
}
