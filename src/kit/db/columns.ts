import { customType, timestamp, uuid } from "drizzle-orm/pg-core";

/** Random id (v4): neither sequential nor time-ordered, because an id must not tell how many came before it. */
export const id = () => uuid().primaryKey().defaultRandom();

/** The trading site a row belongs to. Row-level security compares it with the context of the transaction. */
export const siteId = () => uuid().notNull();

/** A legal instant: database time, shifted by the demo clock where there is one. */
export const instant = () => timestamp({ withTimezone: true });

/** Raw bytes. */
export const bytes = customType<{ data: Uint8Array; driverData: Buffer }>({
  dataType: () => "bytea",
  toDriver: (value) => Buffer.from(value),
  fromDriver: (value) => new Uint8Array(value),
});
