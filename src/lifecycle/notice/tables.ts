import { isNull } from "drizzle-orm";
import {
  bigint,
  bit,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { id, instant, siteId } from "@/kit/db/columns";
import type { Authority } from "@/lifecycle/signing/schema";

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
    /** tender | prequalification | withdrawal | candidates | result | exception | opening-record */
    kind: text().notNull(),
    title: text().notNull(),
    /** Structured twin; the page prints exactly these fields. */
    fields: jsonb().notNull().$type<Record<string, string>>(),
    body: text().notNull(),
    /** What the publisher wrote, kept for later corrections. */
    draft: jsonb().$type<Record<string, string>>(),
    contentHash: text().notNull(),
    /** Signed statement over the content hash: the person's signature, and the seal of the organisation beside it. */
    statement: jsonb().$type<{ payload: string; cms: string; seal?: string | undefined; tst?: string }>(),
    /** On what the person signed (O10 art. 10); null under what was published with one signature. */
    authority: jsonb().$type<Authority>(),
    serial: integer().notNull().default(0),
    publishedAt: instant(),
    mediaUrl: text(),
    mediaPublishedAt: instant(),
    /** When those who hold the document were written to; for a withdrawal. */
    announcedAt: instant(),
    /** For parties and invitees of the lot alone; a trigger takes it from the lot. */
    restricted: boolean().notNull().default(false),
  },
  (t) => [index("notices_published").on(t.siteId, t.publishedAt), index("notices_lot").on(t.lotId)],
);

/**
 * What published notices are found by; a trigger writes a row whenever a notice is published, whoever publishes it.
 * Published text only, so it carries no site and no row security: an index is not used behind a policy unless its
 * operator is leakproof, and that of a search is not. Who searches joins `notices`, whose policy decides what there is.
 */
export const noticeWords = pgTable(
  "notice_words",
  {
    noticeId: uuid().primaryKey(),
    /** Site, place in the list and number of the notice: lists are walked here. Rows without them are written anew. */
    ofSite: uuid(),
    publishedAt: instant(),
    /** Deadline of the lot; a trigger follows it. */
    deadline: instant(),
    number: text(),
    kind: text(),
    /** Title, number, names of project and parties, and content, folded by `xb_fold`. */
    text: text().notNull(),
    /**
     * Block and bit where `noticePostings` hold the notice: rises with the time of publication, is given by the worker and
     * stays for ever. Who has none yet is looked at itself.
     */
    place: bigint({ mode: "number" }),
    regionCode: text().notNull(),
    /** works | goods | services | survey_design */
    subject: text().notNull(),
    /** Ceiling as the tender document publishes it. */
    ceilingFen: bigint({ mode: "bigint" }),
  },
  (t) => [
    uniqueIndex("notice_words_place").on(t.place),
    index("notice_words_unplaced").on(t.ofSite, t.publishedAt, t.number).where(isNull(t.place)),
    index("notice_words_newest").on(t.ofSite, t.publishedAt, t.number),
    // With the place, so that those with a deadline ahead are read from the index alone.
    index("notice_words_deadline").on(t.ofSite, t.deadline, t.number, t.place),
    index("notice_words_regions").on(t.ofSite, t.regionCode),
  ],
);

/** Notices of a block. A row of so many bits is long enough to be compressed: most have one bit that is set. */
export const BLOCK = 16_384;

/**
 * Which notices of a block hold a gram: every character and every two, three and four neighbours (`xb_grams`), so that
 * Chinese words are found; what a reader narrows by (`xb_facets`); and the site, to which a block belongs as a whole.
 * Written by `xb_place_notices` alone.
 */
export const noticePostings = pgTable(
  "notice_postings",
  {
    gram: text().notNull(),
    block: integer().notNull(),
    bits: bit({ dimensions: BLOCK }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.gram, t.block] })],
);

/** Searches that a signed-in person keeps (订阅); new notices that match are mailed once a day. */
export const savedSearches = pgTable(
  "saved_searches",
  {
    id: id(),
    siteId: siteId(),
    orgId: uuid().notNull(),
    personId: uuid().notNull(),
    name: text().notNull(),
    /** Query string of the notice list, in its canonical order. */
    query: text().notNull(),
    /** SHA-256 of the token in the unsubscribe link. */
    tokenHash: text().notNull(),
    createdAt: instant().notNull(),
    /** Notices published until here have been mailed or were there before. */
    mailedUntil: instant().notNull(),
    mailedAt: instant(),
    endedAt: instant(),
  },
  (t) => [index("saved_searches_person").on(t.personId)],
);

/**
 * Why wording that often restricts bidders is justified: one reason a finding, the newest counts. Written by the
 * publisher, read by the parties and the supervisor, never changed.
 */
export const lintAnswers = pgTable(
  "lint_answers",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    /** Names rule, place and sentence. */
    key: text().notNull(),
    rule: text().notNull(),
    place: text().notNull(),
    sentence: text().notNull(),
    reason: text().notNull(),
    personId: uuid().notNull(),
    at: instant().notNull(),
  },
  (t) => [index("lint_answers_lot").on(t.lotId)],
);
