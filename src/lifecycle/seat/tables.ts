import { integer, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { id } from "@/kit/db/columns";

/** Evaluation venues (评标场所), shared in a public directory. */
export const venues = pgTable("venues", {
  id: id(),
  code: text().notNull().unique(),
  name: text().notNull(),
  orgId: uuid().notNull(),
  regionCode: text().notNull(),
  feeText: text().notNull().default(""),
});

/** Seats (评标工位). */
export const seats = pgTable("seats", {
  id: id(),
  /** e.g. QX-03: the item of the draw. */
  code: text().notNull().unique(),
  venueId: uuid().notNull(),
  row: integer().notNull().default(0),
  column: integer().notNull().default(0),
  /** free | out_of_service */
  state: text().notNull().default("free"),
});
