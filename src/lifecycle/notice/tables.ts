import { index, integer, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { id, instant, siteId } from "@/kit/db/columns";

/** Notices and publicities (公告、公示): page text and structured twin from the same fields. */
export const notices = pgTable(
  "notices",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    tenderProjectId: uuid().notNull(),
    /** Number in public addresses: lot code plus kind and serial. */
    number: text().notNull().unique(),
    /** tender | candidates | result | exception | opening-record */
    kind: text().notNull(),
    title: text().notNull(),
    /** Structured twin; the page prints exactly these fields. */
    fields: jsonb().notNull().$type<Record<string, string>>(),
    body: text().notNull(),
    /** What the publisher wrote, kept for later corrections. */
    draft: jsonb().$type<Record<string, string>>(),
    contentHash: text().notNull(),
    /** Signed statement over the content hash (seal of the organisation). */
    statement: jsonb().$type<{ payload: string; cms: string; tst?: string }>(),
    serial: integer().notNull().default(0),
    publishedAt: instant(),
    mediaUrl: text(),
    mediaPublishedAt: instant(),
  },
  (t) => [index("notices_published").on(t.siteId, t.publishedAt), index("notices_lot").on(t.lotId)],
);
