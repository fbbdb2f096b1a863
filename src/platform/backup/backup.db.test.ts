import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fsStorage } from "@/adapters/storage-fs";
import { hex } from "@/core/bytes";
import { sha256 } from "@/crypto/sha256";
import { obtain, submit } from "@/dev/scenarios/bidding";
import { draftLot, publish } from "@/dev/scenarios/tendering";
import { inContext } from "@/kit/db/context";
import { bids } from "@/lifecycle/bidding/tables";
import { integrityFaults } from "@/platform/health/prove";
import { oneChunk, readAll, type Storage } from "@/ports/storage";
import { openPorts } from "@/server/runtime";
import { type TestDatabase, testDatabase } from "@/testing/database";
import { type TestStage, testStage } from "@/testing/stage";
import type { HolderKey } from "./holders";
import { holdersOfBackups } from "./queries";
import { readBackupHead, restoreBackup } from "./restore";
import { takeBackup } from "./take";

let t: TestStage;
let lotId: string;
let folder: string;
let file: string;
/** Every row that an operator can read, before anybody bid. */
let before: Set<string>;
const spare: TestDatabase[] = [];
beforeAll(async () => {
  t = await testStage();
  folder = mkdtempSync(join(tmpdir(), "xinbiao-backup-"));
  ({ lotId } = await draftLot(t.stage, { name: "备份标段（演示）", content: "教室 12 间", estimateFen: 500_000_000n }));
  await publish(t.stage, lotId);
  before = await operatorsView();
  for (const key of ["jia", "yi"] as const) {
    await obtain(t.stage, t.stage.person(key), lotId);
    await submit(t.stage, t.stage.person(key), lotId, { priceFen: 480_000_000n });
  }
  file = join(folder, "一.xbak");
  await backUp(file);
}, 120_000);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  for (const database of spare) await database.drop();
  await t?.close();
});

const NOW = new Date("2026-03-02T02:00:00Z");
const backUp = (path: string, keysDir = join(t.dataDir, "keys")) =>
  withOwner(t.database.urls.owner, async (owner) => {
    const holders = await holdersOfBackups(t.database.owner.db, NOW);
    return takeBackup({ sql: owner, storage: t.ports.storage, keysDir, holders, now: NOW }, path);
  });

async function withOwner<T>(url: string, work: (owner: postgres.Sql) => Promise<T>): Promise<T> {
  const owner = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await work(owner);
  } finally {
    await owner.end();
  }
}

const keyOf = (key: Parameters<TestStage["stage"]["person"]>[0]): HolderKey => {
  const { encryption } = t.stage.person(key).opened;
  return { fingerprint: hex(sha256(encryption.certificate)), privateKey: encryption.key };
};

/** An empty installation of this version: a database of its own, a folder of its own. */
async function emptyInstallation() {
  const database = await testDatabase();
  spare.push(database);
  const dataDir = mkdtempSync(join(folder, "new-"));
  return { database, dataDir, storage: fsStorage(join(dataDir, "objects")), keysDir: join(dataDir, "keys") };
}

/** Everything that the operator's people can read: in the console, in the portal's process under their roles, and as nobody. */
async function operatorsView(): Promise<Set<string>> {
  const { app } = t.stage;
  const person = t.stage.person("operator");
  const found = new Set<string>();
  const tables = await t.database.owner.db.execute<{ name: string }>(sql`
    select format('%I.%I', table_schema, table_name) as name from information_schema.tables
    where table_schema in ('public', 'graphile_worker', 'drizzle')`);
  const readers = [
    { db: t.database.as.xb_operator.db, role: "operator" },
    ...["operator", "system-admin", "security-admin", "audit-admin", ""].map((role) => ({ db: app.db, role })),
  ];
  for (const { db, role } of readers)
    for (const { name } of tables) {
      const context = {
        siteId: app.site.id,
        role,
        ...(role ? { orgId: person.orgId, personId: person.personId } : {}),
      };
      const rows = await inContext(db, context, (tx) =>
        tx.execute<{ row: string }>(sql.raw(`select row_to_json(r)::text as row from ${name} r`)),
      ).catch((error) => {
        // No grant: nothing to see.
        if (!/permission denied/.test(String(error.cause ?? error))) throw error;
        return [];
      });
      for (const { row } of rows) found.add(`${name} ${row}`);
    }
  return found;
}

test("R-O.15b: before the deadline no row that an operator can read, in any role and any table, tells who bids", async () => {
  const told = [...(await operatorsView())].filter((row) => !before.has(row));
  const { code } = await t.stage.lot(lotId);
  const bidders = (["jia", "yi"] as const).map((key) => t.stage.person(key));
  const words = [
    code,
    lotId,
    ...bidders.flatMap(({ orgName, orgId, personId, name }) => [orgName, orgId, personId, name]),
  ];
  const tables = told.filter((row) => words.some((word) => row.includes(word))).map((row) => row.split(" ")[0]);
  expect(tables).toEqual([]);
  expect(before.size).toBeGreaterThan(20);
});

test("R-O.15b: a backup taken before the deadline shows nobody who bids, not even one administrator with his key", async () => {
  const bytes = readFileSync(file);
  const rows = await t.database.owner.db.select().from(bids);
  expect(rows).toHaveLength(2);
  const { code } = await t.stage.lot(lotId);
  for (const key of ["jia", "yi"] as const) {
    const { orgName, orgId } = t.stage.person(key);
    for (const word of [orgName, orgId, orgId.replaceAll("-", "")]) expect(bytes.includes(word)).toBe(false);
  }
  for (const word of [code, lotId, ...rows.map(({ uploadId }) => uploadId)]) expect(bytes.includes(word)).toBe(false);
  // What stands in clear is who can open it.
  const { head } = await readBackupHead(file);
  expect(head.holders).toHaveLength(3);
  expect(head.pairs).toHaveLength(3);
  const target = await emptyInstallation();
  const one = keyOf("system-admin");
  await withOwner(target.database.urls.owner, async (owner) => {
    await expect(restoreBackup(file, [one, one], { ...target, sql: owner })).rejects.toThrow("两人共同打开");
    await expect(restoreBackup(file, [one, keyOf("tenderer")], { ...target, sql: owner })).rejects.toThrow(
      "两人共同打开",
    );
  });
});

test("R-8.4.3: two administrators restore a backup into an empty installation; every row, object and key is there, and every chain holds", {
  timeout: 120_000,
}, async () => {
  const target = await emptyInstallation();
  const sums = await withOwner(target.database.urls.owner, (owner) =>
    restoreBackup(file, [keyOf("audit-admin"), keyOf("system-admin")], { ...target, sql: owner }),
  );
  expect(sums.tables["public.bids"]?.rows).toBe(2);
  expect(sums.objects.count).toBeGreaterThan(2);
  for await (const key of t.ports.storage.keys()) {
    const [before, after] = await Promise.all([
      readAll(await t.ports.storage.get(key)),
      readAll(await target.storage.get(key)),
    ]);
    expect(after).toEqual(before);
  }
  const ports = openPorts(target.dataDir, target.storage);
  const { site } = t.stage.worker;
  expect(await integrityFaults({ db: target.database.as.xb_worker.db, site, ports })).toEqual([]);
  // A job that somebody was at work on is free again, and a number that was given is not given twice.
  const [job] = await target.database.owner.db.execute<{ locked: string }>(
    sql`select count(*) as locked from graphile_worker._private_jobs where locked_at is not null`,
  );
  expect(job?.locked).toBe("0");
  // A second backup over data is refused.
  await withOwner(target.database.urls.owner, async (owner) => {
    await expect(
      restoreBackup(file, [keyOf("audit-admin"), keyOf("system-admin")], { ...target, sql: owner }),
    ).rejects.toThrow("已有数据");
  });
});

test("R-8.4.3: where the platform's keys are not found there is no backup, and no file that looks like one", async () => {
  const path = join(folder, "无钥.xbak");
  await expect(backUp(path, join(folder, "nowhere"))).rejects.toThrow("没有平台密钥");
  expect(readdirSync(folder).filter((name) => name.startsWith("无钥"))).toEqual([]);
});

test("R-8.4.3: what a crashed backup left blocks no name and goes; one that is being written is left alone, and what to do is said", async () => {
  const path = join(folder, "再次.xbak");
  const { pid: dead } = spawnSync(process.execPath, ["-e", ""]);
  const [left, written] = [`${path}.${dead}.part`, `${path}.${process.ppid}.part`];
  for (const part of [left, written]) writeFileSync(part, "half");
  await expect(backUp(path)).rejects.toThrow(`进程 ${process.ppid}`);
  expect(readFileSync(written, "utf8")).toBe("half");
  rmSync(written);
  await backUp(path);
  expect(readdirSync(folder).filter((name) => name.startsWith("再次"))).toEqual(["再次.xbak"]);
  await expect(backUp(join(folder, "nowhere", "a.xbak"))).rejects.toThrow("请核对目录");
});

test("R-8.4.3: a restore that was cut off goes on in the same folder; what is there and is not the backup's is refused", {
  timeout: 120_000,
}, async () => {
  const target = await emptyInstallation();
  const restore = (storage: Storage) =>
    withOwner(target.database.urls.owner, (owner) =>
      restoreBackup(file, [keyOf("audit-admin"), keyOf("system-admin")], { ...target, storage, sql: owner }),
    );
  let puts = 0;
  const cutOff: Storage = {
    ...target.storage,
    async put(...object) {
      if (++puts > 2) throw new Error("cut off");
      return target.storage.put(...object);
    },
  };
  await expect(restore(cutOff)).rejects.toThrow("cut off");
  const kept: string[] = [];
  for await (const key of target.storage.keys()) kept.push(key);
  expect(kept).toHaveLength(2);
  // Of the same length, and not what the backup brings.
  const [one] = kept;
  const bytes = await readAll(await target.storage.get(one!));
  await target.storage.remove(one!);
  const other = bytes.map((byte) => byte ^ 1);
  await target.storage.put(one!, oneChunk(other), other.length);
  await expect(restore(target.storage)).rejects.toThrow("请换一个全新的 DATA_DIR");
  await target.storage.remove(one!);
  // A key that came whole counts as restored, too.
  mkdirSync(target.keysDir, { recursive: true });
  const [name] = readdirSync(join(t.dataDir, "keys"));
  writeFileSync(join(target.keysDir, name!), readFileSync(join(t.dataDir, "keys", name!)), { mode: 0o600 });
  expect((await restore(target.storage)).tables["public.bids"]?.rows).toBe(2);
  expect(await readAll(await target.storage.get(one!))).toEqual(bytes);
});

test("R-8.4.3: a backup that was cut or changed by one byte restores nothing and says so", {
  timeout: 120_000,
}, async () => {
  const bytes = readFileSync(file);
  const cases: [string, Buffer][] = [
    ["cut.xbak", bytes.subarray(0, bytes.length - 20_000)],
    ["changed.xbak", Buffer.from(bytes.map((byte, i) => (i === bytes.length - 40_000 ? byte ^ 1 : byte)))],
    ["head.xbak", Buffer.from(bytes.toString("latin1").replace('"madeAt":"2026', '"madeAt":"2025'), "latin1")],
  ];
  for (const [name, body] of cases) {
    const path = join(folder, name);
    writeFileSync(path, body);
    const target = await emptyInstallation();
    await withOwner(target.database.urls.owner, (owner) =>
      expect(
        restoreBackup(path, [keyOf("audit-admin"), keyOf("security-admin")], { ...target, sql: owner }),
        name,
      ).rejects.toThrow("不完整或被改动"),
    );
    const [row] = await target.database.owner.db.execute<{ n: string }>(sql`select count(*) as n from organisations`);
    expect(row?.n, name).toBe("0");
  }
  await expect(readBackupHead(join(folder, "none.xbak"))).rejects.toThrow("读不到备份文件");
  writeFileSync(join(folder, "other.xbak"), "hello\n");
  await expect(readBackupHead(join(folder, "other.xbak"))).rejects.toThrow("不是信标的备份文件");
});
