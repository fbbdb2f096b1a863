import { bigint, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { id, instant, siteId } from "@/kit/db/columns";

/** Files in clear that the platform keeps: notices, tender documents, records, reports. Sealed bids are not here. */
export const files = pgTable("files", {
  id: id(),
  siteId: siteId(),
  ownerOrgId: uuid(),
  lotId: uuid(),
  /** tender-document | notice | opening-record | report | opened-bid | archive … */
  kind: text().notNull(),
  /** public | holders | parties | committee | supervision: checked by the query that hands the file out. */
  scope: text().notNull(),
  name: text().notNull(),
  mediaType: text().notNull(),
  sizeBytes: bigint({ mode: "number" }).notNull(),
  sha256: text().notNull(),
  storageKey: text().notNull(),
  createdAt: instant().notNull(),
});
