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
