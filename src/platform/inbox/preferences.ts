import { eq } from "drizzle-orm";
import { defineCommand, whoeverIsSignedIn } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { requireAdmin } from "@/platform/party/own";
import { Preferences } from "./schema";
import { inboxPreferences } from "./tables";

/** What an organisation wants; what nobody ever set is everything to the registered address. */
export async function preferencesOf(tx: Tx, orgId: string): Promise<Preferences> {
  const [row] = await tx.select().from(inboxPreferences).where(eq(inboxPreferences.orgId, orgId));
  return { copies: row?.copies ?? [], quiet: row?.quiet ?? false };
}

/** Sets where the twins of letters go. Only who administers the organisation may: a copy tells what it does. */
export const setPreferences = defineCommand({
  name: "inbox.set-preferences",
  input: Preferences,
  may: whoeverIsSignedIn,
  async run({ tx, actor, site, now }, preferences) {
    await requireAdmin(tx, actor);
    await tx
      .insert(inboxPreferences)
      .values({ siteId: site.id, orgId: actor.orgId, ...preferences, changedAt: now })
      .onConflictDoUpdate({
        target: [inboxPreferences.siteId, inboxPreferences.orgId],
        set: { ...preferences, changedAt: now },
      });
    const facts = { copies: preferences.copies.length, quiet: preferences.quiet };
    return {
      result: preferences,
      trail: [{ action: "inbox.preferences-set", subject: actor.orgId, chain: `org:${actor.orgId}`, facts }],
    };
  },
});
