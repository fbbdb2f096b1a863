import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "@/testing/database";
import { DemonstrationDatabase, refuseDemonstrationClock } from "./start";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database?.drop());

test("a production process refuses a database with the demonstration's clock, a demonstration does not", async () => {
  for (const role of ["xb_app", "xb_receiver", "xb_worker"] as const)
    await refuseDemonstrationClock(database.as[role], false);
  await database.owner.db.execute(
    sql`insert into demo_clock (demo_base, real_base) values (clock_timestamp(), clock_timestamp())`,
  );
  for (const role of ["xb_app", "xb_receiver", "xb_worker"] as const) {
    await expect(refuseDemonstrationClock(database.as[role], false)).rejects.toThrow(DemonstrationDatabase);
    await refuseDemonstrationClock(database.as[role], true);
  }
});
