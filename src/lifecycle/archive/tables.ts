import { integer, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant, siteId } from "@/kit/db/columns";

/** Archive packages (归档包): built once complete, readable without the platform. */
export const archives = pgTable("archives", {
  lotId: uuid().primaryKey(),
  siteId: siteId(),
  fileId: uuid().notNull(),
  manifestHash: text().notNull(),
  statement: jsonb().notNull().$type<{ payload: string; cms: string; tst?: string }>(),
  itemCount: integer().notNull(),
  ruleset: text().notNull(),
  builtAt: instant().notNull(),
});
