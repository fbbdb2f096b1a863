import type { Tx } from "@/kit/db/connect";
import { type Connection, connect } from "@/kit/db/connect";
import { inContext, legalNow } from "@/kit/db/context";
import { openingsToday, portalFigures } from "@/lifecycle/notice/portal";
import { noticeRegions, searchNotices } from "@/lifecycle/notice/search";
import { readFilter } from "@/lifecycle/notice/search-filter";
import type { Installation } from "../launch";
import { fillNotices, madeNotice } from "./many-notices";

/** So many questions of each kind. */
const ASKED = 400;

export interface NoticeFigures {
  readonly notices: number;
  readonly listMs: Spread;
  readonly searchMs: Spread;
  readonly slowest: readonly string[];
  readonly regionsMs: number;
  readonly homeMs: Spread & { readonly first: number };
  readonly findableMs: number;
}
interface Spread {
  readonly p50: number;
  readonly p99: number;
}
interface Found {
  readonly query: string;
  readonly ms: number;
  readonly next?: string | undefined;
  readonly count: number;
}

/** Fills the installation with notices; then times of list, search and home page in the database, and how soon a new one is found. */
export async function noticeSearch(installation: Installation, count: number, say: (line: string) => void) {
  const owner = connect(installation.urls.owner, { max: 2, name: "bench", statementTimeoutMs: 0 });
  const app = connect(installation.urls.xb_app, { max: 1, name: "bench-app" });
  try {
    const begun = performance.now();
    await fillNotices(owner.sql, count, say);
    say(`filled in ${Math.round((performance.now() - begun) / 1000)} s`);
    return await noticeFigures(owner, app, count);
  } finally {
    await owner.close();
    await app.close();
  }
}

/** The same among notices that are there already. */
export async function noticeFigures(owner: Connection, app: Connection, count: number): Promise<NoticeFigures> {
  const [lot] = await owner.sql<{ id: string; siteId: string }[]>`
    select id, site_id as "siteId" from lots where id::text not like '00000000-%' and state = 'T1' limit 1`;
  const stranger = async <R>(read: (tx: Tx) => Promise<R>) => {
    // The transaction is begun before the watch: a page needs it anyway, and a search is a part of it.
    let ms = 0;
    const result = await inContext(app.db, { siteId: lot!.siteId, role: "public" }, async (tx) => {
      const begun = performance.now();
      const answer = await read(tx);
      ms = performance.now() - begun;
      return answer;
    });
    return { result, ms };
  };
  const search = async (query: string): Promise<Found> => {
    const filter = readFilter(new URLSearchParams(query));
    const { result, ms } = await stranger((tx) => searchNotices(tx, filter));
    return { query, ms, next: result.next, count: result.count };
  };
  const measure = async (queries: readonly string[]) => {
    const times: Found[] = [];
    for (const query of queries) times.push(await search(query));
    return times.sort((a, b) => a.ms - b.ms);
  };
  const home = () =>
    stranger(async (tx) => {
      const now = await legalNow(tx);
      return { openings: await openingsToday(tx, now), figures: await portalFigures(tx, lot!.siteId, now) };
    });
  await measure(searches(count).slice(0, 50)); // What every later reader finds warm.
  const list = await measure(await listPages(search));
  const found = await measure(searches(count));
  const first = (await home()).ms;
  const homes: { ms: number }[] = [];
  for (let i = 0; i < 100; i++) homes.push({ ms: (await home()).ms });
  homes.sort((a, b) => a.ms - b.ms);
  return {
    notices: count,
    listMs: spread(list),
    searchMs: spread(found),
    slowest: found.slice(-8).map(({ query, ms, count }) => `${decodeURIComponent(query)} (${count}) ${round(ms)}`),
    regionsMs: round((await stranger(noticeRegions)).ms),
    homeMs: { first: round(first), ...spread(homes) },
    findableMs: await findable(owner, lot!.id, async (word) => (await search(`q=${word}`)).count === 1),
  };
}

/** Pages of the list as readers turn them: the newest, and on. */
async function listPages(search: (query: string) => Promise<Found>): Promise<readonly string[]> {
  const pages: string[] = [];
  for (let next: string | undefined = ""; pages.length < ASKED && next !== undefined; ) {
    const query: string = next && `after=${next}`;
    pages.push(query);
    next = (await search(query)).next;
  }
  return pages;
}

/** What readers narrow by, beside words. */
const NARROWED = [
  "",
  "",
  "",
  "kind=tender",
  "region=52",
  "region=5203",
  "subject=goods",
  "kind=result&region=520310",
  "amount=2",
  "due=7",
  "due=past",
  "sort=deadline",
];

/**
 * What readers look for: words of two to four characters out of what is built and what is announced, as often as they
 * stand there; years; parts of numbers; words of no title; two words; alone and narrowed by what the form offers, and
 * what the form offers alone.
 */
function searches(count: number): string[] {
  return Array.from({ length: ASKED }, (_, i) => {
    const { title, number } = madeNotice(Math.floor((i * count) / ASKED));
    const name = title.replace(/（.*）/, "");
    const length = 2 + (i % 3);
    const at = (i * 7) % (name.length - length);
    let word = name.slice(at, at + length);
    if (i % 20 === 3) word = /\d{4}年/.exec(title)![0];
    if (i % 20 === 11) word = number.slice(9);
    if (i % 10 === 9) word = `无此${name.slice(0, 2)}`;
    const second = i % 25 === 7 ? ` ${name.slice(0, 3)}` : "";
    const narrowed = NARROWED[(i * 5) % NARROWED.length]!;
    const words = narrowed && i % 5 === 0 ? "" : `q=${encodeURIComponent(word + second)}`;
    return [words, narrowed].filter(Boolean).join("&");
  });
}

async function findable(owner: Connection, lotId: string, isFound: (word: string) => Promise<boolean>) {
  const word = "忽见新告示";
  await owner.sql`
    insert into notices (site_id, lot_id, tender_project_id, number, kind, title, fields, body, content_hash, published_at)
    select site_id, id, tender_project_id, 'BENCH-NEW', 'tender', ${word}, '{}', 'x', 'x', xb_now() from lots where id = ${lotId}`;
  const begun = performance.now();
  while (!(await isFound(word))) await new Promise((done) => setImmediate(done));
  return round(performance.now() - begun);
}

const round = (ms: number) => Number(ms.toFixed(2));
const spread = (times: readonly { ms: number }[]): Spread => ({
  p50: round(times[Math.floor(times.length / 2)]!.ms),
  p99: round(times[Math.floor(times.length * 0.99)]!.ms),
});
