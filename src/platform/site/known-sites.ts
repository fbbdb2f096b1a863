import { setTimeout as pause } from "node:timers/promises";
import type { SiteFacts } from "@/kit/command";
import type { Db } from "@/kit/db/connect";
import { sites } from "./tables";

/** A site as the tables keep it. */
export type Site = SiteFacts;
export type SitesByHost = ReadonlyMap<string, Site>;

/** Sites change rarely and are asked on every request. */
const CACHE_MS = 5_000;
/** However many names strangers make up, the table is not read more often than this for them. */
const MISS_MS = 250;

interface Known {
  readAt: number;
  byHost: SitesByHost | undefined;
  /** The reading that is under way, and the one that misses wait for, which has not begun. */
  reading?: Promise<SitesByHost>;
  next?: Promise<SitesByHost>;
}
const known = new WeakMap<Db, Known>();

function knownOf(db: Db): Known {
  const found = known.get(db);
  if (found) return found;
  const made: Known = { readAt: Number.NEGATIVE_INFINITY, byHost: undefined };
  known.set(db, made);
  return made;
}

async function read(db: Db, state: Known): Promise<SitesByHost> {
  state.readAt = performance.now();
  const reading = db
    .select()
    .from(sites)
    .then((rows) => new Map(rows.map((row) => [row.host, row as Site])));
  state.reading = reading;
  try {
    state.byHost = await reading;
    return state.byHost;
  } finally {
    if (state.reading === reading) delete state.reading;
  }
}

/** The sites as they were at most five seconds ago. */
export async function knownSites(db: Db): Promise<SitesByHost> {
  const state = knownOf(db);
  if (state.byHost && performance.now() - state.readAt < CACHE_MS) return state.byHost;
  return state.reading ?? read(db, state);
}

/**
 * The sites as they are now, for a name that is not known: it may have been opened a moment ago. All who ask wait for one reading
 * that begins after they asked, and readings are apart in time, so that it costs the same whoever asks and how often.
 */
export function sitesNow(db: Db): Promise<SitesByHost> {
  const state = knownOf(db);
  state.next ??= (async () => {
    await state.reading?.catch(() => undefined);
    await pause(Math.max(0, state.readAt + MISS_MS - performance.now()));
    delete state.next;
    return read(db, state);
  })();
  return state.next;
}
