import { eq } from "drizzle-orm";
import type { SiteFacts } from "@/kit/command";
import type { Db } from "@/kit/db/connect";
import { sites } from "./tables";

/** A site as the tables keep it. */
export type Site = SiteFacts;

/** Sites change rarely and are asked on every request. */
const CACHE_MS = 5_000;
const caches = new WeakMap<Db, { readAt: number; byHost: Map<string, Site> }>();

async function load(db: Db): Promise<Map<string, Site>> {
  const cached = caches.get(db);
  const monotonic = performance.now();
  if (cached && monotonic - cached.readAt < CACHE_MS) return cached.byHost;
  const rows = await db.select().from(sites);
  const byHost = new Map(rows.map((row) => [row.host, row as Site]));
  caches.set(db, { readAt: monotonic, byHost });
  return byHost;
}

/** The site a host name stands for; undefined for a name we do not serve. The port does not matter. */
export async function siteOfHost(db: Db, host: string | undefined): Promise<Site | undefined> {
  const name = host?.toLowerCase().replace(/:\d+$/, "") ?? "";
  return (await load(db)).get(name);
}

export async function allSites(db: Db): Promise<Site[]> {
  return [...(await load(db)).values()];
}

export async function siteOfId(db: Db, id: string): Promise<Site | undefined> {
  const [row] = await db.select().from(sites).where(eq(sites.id, id));
  return row as Site | undefined;
}
