import { appendFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { executeAsService } from "@/kit/command";
import { statusView } from "@/server/web/views/status";
import { asService, asStranger, receivingLot } from "@/testing/lots";
import { type TestStage, testStage } from "@/testing/stage";
import { proveIntegrity } from "./prove";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

const prove = () => executeAsService(t.stage.worker, proveIntegrity, {});
const faultsOf = async () => {
  const [row] = await asService(t.stage, (tx) =>
    tx.execute<{ faults: { kind: string; what: string }[] }>(
      sql`select faults from integrity_proofs order by at desc, id limit 1`,
    ),
  );
  return row!.faults;
};

test("R-O.14b R-8.2.4: one byte in the store, one row of the trail and one line cut off its end are reported, and nothing else", async () => {
  const { stage } = t;
  const { lotId } = await receivingLot(stage, "完整性核验");
  await prove();
  expect(await faultsOf()).toEqual([]);
  const row = async () => (await asStranger(stage, (tx) => statusView(tx, stage.app))).rows;
  expect((await row()).find(({ title }) => title === "留痕和文件完整性")).toMatchObject({ ok: true });

  // As somebody who has the disks and the database: the guards of the product are switched off first.
  const { tenderProjectId } = await stage.lot(lotId);
  const chain = `project:${tenderProjectId}`;
  const [file] = await asService(stage, (tx) =>
    tx.execute<{ storage_key: string }>(sql`select storage_key from files order by created_at desc limit 1`),
  );
  await appendFile(join(t.dataDir, "objects", "objects", file!.storage_key), "x");
  const owner = t.database.owner.db;
  await owner.execute(sql`alter table trail_lines disable trigger append_only`);
  await owner.execute(sql`
    update trail_lines set facts = facts || '{"price":"1"}' where chain = ${chain} and seq = 2`);
  await owner.execute(sql`
    delete from trail_lines where chain = 'site' and seq = (select max(seq) from trail_lines where chain = 'site')`);
  await stage.setClock(new Date((await stage.now()).getTime() + 60_000));
  // The last line of the site's chain was the first proof's own; the second writes after the gap.
  await prove();
  expect(await faultsOf()).toEqual([
    { kind: "chain", what: `${chain} 第 2 条` },
    { kind: "head", what: "site 末尾" },
    { kind: "object", what: file!.storage_key },
  ]);
  expect((await row()).find(({ title }) => title === "留痕和文件完整性")).toMatchObject({
    ok: false,
    text: expect.stringContaining("3 处与写入时不一致"),
  });
  const letters = await asService(stage, (tx) =>
    tx.execute<{ subject: string; body: string }>(
      sql`select subject, body from letters where kind = 'operator-task' and subject like '完整性%'`,
    ),
  );
  expect(letters).toHaveLength(1);

  // A missing object is a fault as well, and stands beside the others.
  await rm(join(t.dataDir, "objects", "objects", file!.storage_key));
  await stage.setClock(new Date((await stage.now()).getTime() + 60_000));
  await prove();
  expect((await faultsOf()).map(({ kind }) => kind)).toContain("object");
});
