import { type SQL, sql } from "drizzle-orm";
import type { Runtime } from "@/kit/command";
import { inContext } from "@/kit/db/context";

/** About a second's work: others that place notices wait so long at most. */
const AT_ONCE = 500;

/** Are there notices of the site to which a place is to be given? */
export const NOTICES_TO_PLACE: SQL = sql`exists (select 1 from xb_to_place())`;

/** Gives a place in the postings to every notice of a site that has waited for one: a search then need not look at it. */
export async function placeNotices({ db, site }: Pick<Runtime, "db" | "site">): Promise<void> {
  const some = () =>
    inContext(db, { siteId: site.id, role: "platform" }, (tx) =>
      tx.execute<{ placed: number }>(sql`select xb_place_notices(${AT_ONCE}) as placed`),
    );
  while ((await some())[0]!.placed > 0);
}
