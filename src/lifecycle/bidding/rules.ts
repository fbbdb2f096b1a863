import type { Lot } from "@/lifecycle/lot/queries";

/** Sealed units are stored as they arrive, each under a key of its own. */
export const UNIT_BYTES = 8 * 1024 * 1024;
/** Largest sealed package. */
export const MAX_PACKAGE_BYTES = 4 * 1024 * 1024 * 1024;
/** Uploads of one organisation for one lot that may stand open at once; older ones are given up by starting new ones. */
export const MAX_OPEN_UPLOADS = { bid: 5, application: 5, draft: 2 } as const;

/** Number of units of a body, and the length of each. */
export const unitCount = (bodyLength: number): number => Math.ceil(bodyLength / UNIT_BYTES);
export const unitLength = (bodyLength: number, n: number): number => Math.min(UNIT_BYTES, bodyLength - n * UNIT_BYTES);

/** Receipt number (回执号): instant and four random characters; it tells nothing about how many came before. */
export function receiptNumber(stamp: string, random: Uint8Array): string {
  const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const tail = [...random.subarray(0, 8)].map((byte) => alphabet[byte & 31]).join("");
  return `R-${stamp.slice(0, 8)}-${stamp.slice(8)}-${tail}`;
}

/** The clock of a lot starts when both the page and the legal medium have published (O20 art. 17). */
export const clockStartOf = (lot: Pick<Lot, "noticePublishedAt" | "mediaPublishedAt">): Date | undefined => {
  const { noticePublishedAt, mediaPublishedAt } = lot;
  if (!noticePublishedAt || !mediaPublishedAt) return undefined;
  return noticePublishedAt > mediaPublishedAt ? noticePublishedAt : mediaPublishedAt;
};

/** Name and version of our sealing tool, as it stands in a seal. */
export const SEALING_TOOL = "xinbiao-web/0.1.0";
