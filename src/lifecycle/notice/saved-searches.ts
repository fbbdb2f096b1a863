import { and, asc, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { hex, utf8 } from "@/core/bytes";
import { Refused, refuse } from "@/core/refusal";
import { addHours, addMinutes } from "@/core/time";
import { sha256 } from "@/crypto/sha256";
import { type Actor, defineCommand, roles } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { legalNow } from "@/kit/db/context";
import { type FoundPage, searchNotices } from "./search";
import { filterQuery, readFilter } from "./search-filter";
import { savedSearches } from "./tables";

const savers = roles("tenderer", "agency", "bidder");
const MOST = 20;
/** A search is mailed at most once in so many hours. */
const EVERY_HOURS = 24;
/** A notice is seen a little after the instant it bears; a digest leaves the last minute to the next one. */
const SETTLED_MINUTES = 1;
/** Notices that one mail lists; the rest is behind the link. */
const LISTED = 30;

/** Keeps a search; notices that are published from now on and match it are mailed once a day. */
export const saveSearch = defineCommand({
  name: "search.save",
  input: z.object({
    name: z.string({ error: "名称须为文字" }).trim().min(1, "请填写名称").max(40, "名称不能超过 40 字"),
    query: z.string().max(500, "搜索条件过长"),
  }),
  may: savers,
  async run({ tx, actor, site, now }, { name, query }) {
    if ((await ownSearches(tx, actor)).length >= MOST)
      throw new Refused(
        refuse("invalid", "general.invalid_input", {
          field: "已保存的搜索",
          problem: `最多保存 ${MOST} 个，请先删除不用的`,
        }),
      );
    const id = crypto.randomUUID();
    const { orgId, personId } = actor;
    await tx.insert(savedSearches).values({
      id,
      siteId: site.id,
      orgId,
      personId,
      name,
      query: filterQuery(readFilter(new URLSearchParams(query))),
      // The random id is known to the owner and to the mails alone: it is the key of their unsubscribe link.
      tokenHash: hex(sha256(utf8(id))),
      createdAt: now,
      mailedUntil: now,
    });
    return { result: { id }, trail: [{ action: "search.saved", subject: personId, chain: `org:${orgId}`, facts: {} }] };
  },
});

/** Ends a saved search of one's own. */
export const endSearch = defineCommand({
  name: "search.end",
  input: z.object({ id: z.uuid() }),
  may: savers,
  async run({ tx, actor, now }, { id }) {
    const [row] = await tx
      .update(savedSearches)
      .set({ endedAt: now })
      .where(and(eq(savedSearches.id, id), eq(savedSearches.personId, actor.personId), isNull(savedSearches.endedAt)))
      .returning();
    if (!row) throw new Refused(refuse("not_found", "general.not_found"));
    return {
      result: { id },
      trail: [{ action: "search.ended", subject: actor.personId, chain: `org:${actor.orgId}`, facts: {} }],
    };
  },
});

/** The person's searches in this organisation, oldest first. */
export async function ownSearches(tx: Tx, actor: Actor) {
  return tx
    .select({ id: savedSearches.id, name: savedSearches.name, query: savedSearches.query })
    .from(savedSearches)
    .where(
      and(
        eq(savedSearches.personId, actor.personId),
        eq(savedSearches.orgId, actor.orgId),
        isNull(savedSearches.endedAt),
      ),
    )
    .orderBy(asc(savedSearches.createdAt));
}

/** Ends a saved search by the key in its mails; false when there is none of that key. */
export async function unsubscribe(tx: Tx, key: string): Promise<boolean> {
  const [row] = await tx.execute<{ found: boolean }>(sql`select xb_unsubscribe(${hex(sha256(utf8(key)))}) as found`);
  return row!.found;
}

export interface Digest {
  readonly id: string;
  readonly orgId: string;
  readonly name: string;
  readonly query: string;
  readonly found: FoundPage;
}

/**
 * Gives what a saved search found since it was last mailed to `send`, and moves on when it was sent. The row stays
 * locked meanwhile (who finds it locked leaves it alone), and the spans follow one another without gap: no notice is
 * mailed twice or left out.
 */
export async function mailDigest(tx: Tx, id: string, send: (digest: Digest) => Promise<void>): Promise<void> {
  const [row] = await tx
    .select()
    .from(savedSearches)
    .where(eq(savedSearches.id, id))
    .for("update", { skipLocked: true });
  const now = await legalNow(tx);
  if (!row || row.endedAt || now < addHours(row.mailedUntil, EVERY_HOURS)) return;
  const { after: _place, ...filter } = readFilter(new URLSearchParams(row.query));
  const until = addMinutes(now, -SETTLED_MINUTES);
  const span = { after: row.mailedUntil, until };
  const found = await searchNotices(tx, { ...filter, sort: "newest", published: span }, LISTED);
  if (found.count > 0) await send({ id, orgId: row.orgId, name: row.name, query: row.query, found });
  await tx
    .update(savedSearches)
    .set({ mailedUntil: until, ...(found.count > 0 ? { mailedAt: now } : {}) })
    .where(eq(savedSearches.id, id));
}
