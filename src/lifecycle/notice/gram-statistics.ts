import { sql } from "drizzle-orm";
import type { Tx } from "@/kit/db/connect";

/** How often grams occur, as the database knows from its samples of the whole table. */
interface Statistics {
  readonly readAt: number;
  readonly rows: number;
  readonly shares: ReadonlyMap<string, number>;
  /** No gram that is not listed is more frequent. */
  readonly rest: number;
}

/** The database samples anew when a tenth of the table has changed. */
const READ_EVERY_MS = 600_000;
let read: Statistics | undefined;

async function statistics(tx: Tx): Promise<Statistics> {
  if (read && performance.now() - read.readAt < READ_EVERY_MS) return read;
  const [row] = await tx.execute<{ rows: number; grams: string[] | null; shares: number[] | null }>(sql`
    select greatest(c.reltuples, 0)::int as rows, s.most_common_elems::text::text[] as grams, s.most_common_elem_freqs as shares
    from pg_class c left join pg_stats s on s.schemaname = 'public' and s.tablename = c.relname and s.attname = 'grams'
    where c.oid = 'public.notice_words'::regclass`);
  const { grams, shares } = row!;
  // The list of shares ends with the least, the greatest, and the share of rows without grams.
  const listed = (grams ?? []).map((gram, i) => [gram, shares![i]!] as const);
  const rest = shares?.[listed.length] ?? 0;
  read = { readAt: performance.now(), rows: row!.rows, shares: new Map(listed), rest };
  return read;
}

/** What is known is read again at once: for who has written many notices. */
export function forgetStatistics(): void {
  read = undefined;
}

/** Estimates over all sites. */
export interface Frequency {
  readonly rows: number;
  /** No more can have all grams: as many as have the rarest. */
  readonly most: number;
  /** So many have, when what is asked for has nothing to do with each other. */
  readonly likely: number;
}

/** @param asked - grams of each word and of each facet */
export async function frequencyOf(tx: Tx, asked: readonly (readonly string[])[]): Promise<Frequency> {
  const { rows, shares, rest } = await statistics(tx);
  const each = asked.map((grams) => Math.min(1, ...grams.map((gram) => shares.get(gram) ?? rest)));
  return { rows, most: rows * Math.min(1, ...each), likely: rows * each.reduce((all, share) => all * share, 1) };
}

/** As `xb_word_grams` cuts a word. */
export function gramsOfWord(word: string): string[] {
  const chars = [...word.normalize("NFKC").toLowerCase()];
  if (chars.length < 4) return [chars.join("")];
  return chars.slice(3).map((_, i) => chars.slice(i, i + 4).join(""));
}
