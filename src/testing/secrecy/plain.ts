/** Ids that are alike in both worlds; every other id is made by chance. */
export type Known = ReadonlySet<string>;

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

export const idsIn = (text: string): string[] => text.match(UUID) ?? [];

/**
 * A text without what is made by chance: ids, hashes, signatures, salts, numbers with a random part, and the machine's own
 * time. Everything else must be the same in both worlds, to the byte: names, counts, positions in chains, legal times, sizes.
 */
export const plain = (text: string, known: Known): string =>
  text
    .replace(UUID, (id) => (known.has(id) ? id : "ID"))
    .replace(/http:\/\/127\.0\.0\.1:\d+/g, "OUTSIDE")
    .replace(/\b[0-9a-f]{64}\b/g, "HASH")
    .replace(/\\\\x[0-9a-f]{40,}/g, "BYTES")
    .replace(/\b(R-\d{8}-\d{6})-[0-9A-Z]{8}\b/g, "$1-NUMBER")
    // Sub-accounts of the bank for securities.
    .replace(/\b6228\d{15}\b/g, "ACCOUNT")
    .replace(/\b(?!E52)[0-9A-Z]{20,21}\b/g, "NUMBER")
    .replace(/[A-Za-z0-9_-]{60,}/g, "BLOB")
    .replace(/\b[A-Za-z0-9_-]{43}\b/g, "SALT")
    // Legal time stands still in 2026-03 to 2026-05; what is later is the machine's.
    .replace(
      /\b(?:2026-(?:0[6-9]|1[0-2])|202[7-9]-\d\d)-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+\d\d(?::\d\d)?)?/g,
      "REAL",
    );

/** Where two texts part, with a little around it; empty when they are the same. */
export function parting(a: string, b: string): string {
  if (a === b) return "";
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  const around = (text: string) => text.slice(Math.max(0, at - 160), at + 200);
  return `…${around(a)}…\n≠ …${around(b)}…`;
}
