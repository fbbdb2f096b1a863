import { index, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { id, instant, siteId } from "@/kit/db/columns";

/** What was found when trail and stored files were proved against their hashes. */
export interface ProofFault {
  readonly kind: "chain" | "head" | "object";
  /** Chain and line, or storage key: never a name, a price or a number of bids. */
  readonly what: string;
}

/** Proofs of integrity (完整性核验), one a day. */
export const integrityProofs = pgTable(
  "integrity_proofs",
  {
    id: id(),
    siteId: siteId(),
    at: instant().notNull(),
    faults: jsonb().notNull().$type<readonly ProofFault[]>(),
  },
  (t) => [index("integrity_proofs_at").on(t.siteId, t.at)],
);

/** Silences of a part that the operator of a site was alarmed of, each once. */
export const serviceAlarms = pgTable(
  "service_alarms",
  {
    id: id(),
    siteId: siteId(),
    part: text().notNull(),
    /** Its last word before. */
    since: instant().notNull(),
    at: instant().notNull(),
  },
  (t) => [index("service_alarms_part").on(t.siteId, t.part, t.at)],
);
