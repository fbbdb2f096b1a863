import { boolean, index, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
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
    /** Mail twin: queued | sent | failed (tried again) | off (a reminder that the organisation wants in the platform alone). */
    mailState: text().notNull().default("queued"),
    /** When the mail server took the twin. */
    mailedAt: instant(),
    /** Short message without content: none | queued | sent | failed | off. */
    phoneState: text().notNull().default("none"),
    /** What the letter is about; reading that counts as reading the letter. */
    aboutId: uuid(),
    /** When it was sent once more because nobody had read it. */
    remindedAt: instant(),
  },
  (t) => [index("letters_org").on(t.orgId, t.sentAt)],
);

/** How an organisation wants the twins of its letters. The letters themselves, and mails of legal weight, always come. */
export const inboxPreferences = pgTable(
  "inbox_preferences",
  {
    siteId: siteId(),
    orgId: uuid().notNull(),
    /** Further addresses that get a copy of every mail. */
    copies: jsonb().notNull().$type<string[]>().default([]),
    /** Reminders stay in the platform: neither mail nor short message. */
    quiet: boolean().notNull().default(false),
    changedAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.siteId, t.orgId] })],
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
