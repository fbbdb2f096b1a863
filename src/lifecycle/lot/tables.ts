import { bigint, boolean, index, integer, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { id, instant, siteId } from "@/kit/db/columns";

/** Lots (标段/包): the unit that is bid for, opened, evaluated and awarded. The state machine runs here. */
export const lots = pgTable(
  "lots",
  {
    id: id(),
    siteId: siteId(),
    tenderProjectId: uuid().notNull(),
    /** 23 characters, immutable. */
    code: text().notNull().unique(),
    /** 40 characters, unified deal code (统一交易标识码). */
    dealCode: text().notNull(),
    name: text().notNull(),
    content: text().notNull(),
    estimateFen: bigint({ mode: "bigint" }).notNull(),
    state: text().notNull().default("D0"),
    /** Overlay flags: SUSPENDED_OBJECTION … */
    flags: jsonb().notNull().$type<string[]>().default([]),
    round: integer().notNull().default(1),
    saleStart: instant(),
    saleEnd: instant(),
    bidDeadline: instant(),
    noticePublishedAt: instant(),
    /** When the legal medium printed the notice; the later of the two starts the clocks. */
    mediaPublishedAt: instant(),
    decryptionWindowMinutes: integer().notNull().default(60),
    /** End of the decryption window, fixed when an opening begins; of the second opening once that has begun. */
    windowEndsAt: instant(),
    closedAt: instant(),
    openedAt: instant(),
    /** When the second envelopes (第二信封) will be opened, as announced, and when that began. */
    secondOpeningAt: instant(),
    secondOpenedAt: instant(),
    candidatesPublishedAt: instant(),
    candidatePeriodEndsAt: instant(),
    awardedAt: instant(),
    createdAt: instant().notNull(),
    /** Of an invited tender (邀请招标): for its parties and invitees alone, until the candidates are published. */
    restricted: boolean().notNull().default(false),
    /** With prequalification (资格预审): the tender document is for those alone who were found qualified. */
    prequalified: boolean().notNull().default(false),
    applicationDeadline: instant(),
    /** When the opening of applications began; never, where fewer than three came. */
    applicationsOpenedAt: instant(),
    applicationWindowEndsAt: instant(),
    reviewStartedAt: instant(),
    /** When every applicant was told its result. */
    resultsSentAt: instant(),
    /** When the stored packages were last read again, whether there were any or not. */
    scrubbedAt: instant(),
  },
  (t) => [
    index("lots_state").on(t.siteId, t.state),
    index("lots_project").on(t.tenderProjectId),
    index("lots_deadline").on(t.siteId, t.bidDeadline),
  ],
);

/** Nonce commitments of the public draws: published as hashes before, revealed after the decryption window. */
export const drawNonces = pgTable("draw_nonces", {
  id: id(),
  siteId: siteId(),
  lotId: uuid().notNull(),
  /** platform | tenderer */
  party: text().notNull(),
  commitment: text().notNull(),
  /** 64 hex characters; readable only after the commitment may be revealed. */
  nonce: text().notNull(),
  revealedAt: instant(),
});
