import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "@/testing/database";
import { inContext } from "./context";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database?.drop());

test("R-O.21: a query that fails says in no word what it was sent with, so that no log holds a bidder or a key", async () => {
  const secret = "91520100MA0000011Y";
  const context = { siteId: "00000000-0000-4000-8000-000000000000", role: "public" };
  const error = await inContext(database.as.xb_app.db, context, (tx) =>
    tx.execute(sql`select 1 / (length(${secret}) - 18)`),
  ).catch((thrown: unknown) => thrown as Error);
  expect(error).toBeInstanceOf(Error);
  const { message, stack, cause } = error as Error;
  // As loggers take errors apart: by text, by members, by cause.
  const logged = [String(error), message, stack, String(cause), JSON.stringify(error)].join("\n");
  expect(logged).not.toContain(secret);
  expect(message).toContain("select 1 / (length($1) - 18)");
  expect(stack).toContain("values-in-errors.db.test.ts");
});
