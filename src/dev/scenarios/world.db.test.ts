import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { shanghai } from "@/core/time";
import { type TestStage, testStage } from "@/testing/stage";
import { ALL_STORIES, play } from "./stories";

let t: TestStage;
beforeAll(async () => {
  t = await testStage(shanghai("2026-03-02 08:00"));
}, 120_000);
afterAll(() => t?.close());

test("the demonstration's lots stand where their stories end", { timeout: 240_000 }, async () => {
  await play(
    t.stage,
    ALL_STORIES.map((story) => story(t.stage)),
  );
  const rows = await t.database.owner.db.execute<{ state: string }>(sql`select state from lots`);
  expect(rows.map(({ state }) => state).sort()).toEqual(["A3", "D0", "E1", "F1", "O1", "T1", "T1"]);
});
