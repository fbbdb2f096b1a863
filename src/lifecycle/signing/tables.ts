import { index, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { id, instant, siteId } from "@/kit/db/columns";

type Signed = { payload: string; cms: string; tst?: string };

/** Project leads whom the chief person authorised to sign publications (O10 art. 10); ended by date or by his word. */
export const leadAuthorisations = pgTable(
  "lead_authorisations",
  {
    id: id(),
    siteId: siteId(),
    orgId: uuid().notNull(),
    personId: uuid().notNull(),
    personName: text().notNull(),
    chiefPersonId: uuid().notNull(),
    chiefName: text().notNull(),
    /** Null: for all tender projects of the organisation. */
    tenderProjectId: uuid(),
    /** What it says it is for, as it was signed. */
    scope: text().notNull(),
    endsAt: instant().notNull(),
    statement: jsonb().notNull().$type<Signed>(),
    signedAt: instant().notNull(),
    revokedAt: instant(),
    revocation: jsonb().$type<Signed>(),
  },
  (t) => [index("lead_authorisations_org").on(t.orgId)],
);

/** Publications that the person has signed and that wait for the organisation's seal. */
export const waitingSeals = pgTable(
  "waiting_seals",
  {
    id: id(),
    siteId: siteId(),
    orgId: uuid().notNull(),
    lotId: uuid().notNull(),
    act: text().notNull(),
    title: text().notNull(),
    digest: text().notNull(),
    body: jsonb().notNull().$type<Record<string, unknown>>(),
    personId: uuid().notNull(),
    personName: text().notNull(),
    statement: jsonb().notNull().$type<Signed>(),
    signedAt: instant().notNull(),
    /** Sealed and published, or another signature took its place. */
    doneAt: instant(),
  },
  (t) => [index("waiting_seals_org").on(t.orgId)],
);
