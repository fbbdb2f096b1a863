import { index, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { id, instant, siteId } from "@/kit/db/columns";

/** Letters: every message of legal weight has this in-app twin with its read time. */
export const letters = pgTable(
  "letters",
  {
    id: id(),
    siteId: siteId(),
    orgId: uuid().notNull(),
    lotId: uuid(),
    kind: text().notNull(),
    subject: text().notNull(),
    body: text().notNull(),
    sentAt: instant().notNull(),
    readAt: instant(),
    /** Mail twin: queued | sent | failed. */
    mailState: text().notNull().default("queued"),
    /** Short message without content: none | queued | sent. */
    phoneState: text().notNull().default("none"),
    /** What the letter is about; reading that counts as reading the letter. */
    aboutId: uuid(),
    /** When it was sent once more because nobody had read it. */
    remindedAt: instant(),
  },
  (t) => [index("letters_org").on(t.orgId, t.sentAt)],
);

/** Addresses at which a person's calendar program reads the dates of its lots; who knows one reads it, until it is revoked. */
export const calendarLinks = pgTable(
  "calendar_links",
  {
    id: id(),
    siteId: siteId(),
    orgId: uuid().notNull(),
    personId: uuid().notNull(),
    role: text().notNull(),
    /** SHA-256 of the token; the token itself is shown once. */
    tokenHash: text().notNull().unique(),
    createdAt: instant().notNull(),
    endedAt: instant(),
  },
  (t) => [index("calendar_links_person").on(t.personId)],
);
