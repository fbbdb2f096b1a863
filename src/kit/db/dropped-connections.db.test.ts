import { connect as connectSocket, createServer, type Socket } from "node:net";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { actorOf } from "@/dev/scenarios/person";
import { type TestStage, testStage } from "@/testing/stage";
import { defineCommand, execute, roles } from "../command";
import { type Connection, connect } from "./connect";

const SECONDS = 20;
const WRITERS = 8;

/** A line between driver and server that is cut at random. */
async function cutLine(target: URL) {
  const pairs = new Set<readonly [Socket, Socket]>();
  let cuts = 0;
  const server = createServer((near) => {
    const far = connectSocket(Number(target.port || 5432), target.hostname);
    const pair = [near, far] as const;
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const [from, to] of [pair, [far, near] as const]) {
      from.on("data", (bytes) => void (to.destroyed || to.write(bytes)));
      from.on("close", end);
      from.on("error", end);
    }
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as { port: number };
  const url = new URL(target);
  url.hostname = "127.0.0.1";
  url.port = String(port);
  return {
    url: url.toString(),
    cutOne() {
      const all = [...pairs];
      const pair = all[Math.floor(Math.random() * all.length)];
      if (!pair) return;
      cuts++;
      // Sometimes only one direction first: an answer is lost although the commit took place.
      pair[Math.random() < 0.5 ? 0 : 1].resetAndDestroy();
    },
    cuts: () => cuts,
    close: () => new Promise<void>((done) => server.close(() => done())),
  };
}

const number = defineCommand({
  name: "test.number",
  input: z.object({ subject: z.string() }),
  may: roles("agency"),
  async run(_, { subject }) {
    return { result: subject, trail: [{ action: "test.numbered", subject, chain: "site" as const, facts: {} }] };
  },
});

let t: TestStage;
let line: Awaited<ReturnType<typeof cutLine>>;
let shaky: Connection;
beforeAll(async () => {
  t = await testStage();
  line = await cutLine(new URL(t.database.urls.xb_app));
  shaky = connect(line.url, { max: WRITERS, name: "test-shaky" });
}, 120_000);
afterAll(async () => {
  await shaky?.close();
  await line?.close();
  await t?.close();
});

test("connections cut at random for twenty seconds: no crash, no hang, every acknowledged number is there once", {
  timeout: 90_000,
}, async () => {
  const runtime = { ...t.stage.app, db: shaky.db };
  const actor = actorOf(t.stage.person("agency"), t.stage.app.site.id);
  const end = performance.now() + SECONDS * 1000;
  const acknowledged: string[] = [];
  let failures = 0;
  const write = async (subject: string) => {
    for (;;) {
      try {
        await execute(runtime, actor, number, { subject }, subject);
        acknowledged.push(subject);
        return;
      } catch {
        failures++; // The outcome is unknown: the same key is asked again.
      }
    }
  };
  const writer = async (w: number) => {
    for (let n = 0; performance.now() < end; n++) await write(`w${w}-${n}`);
  };
  const cutter = (async () => {
    while (performance.now() < end) {
      await new Promise((done) => setTimeout(done, 5 + Math.random() * 90));
      line.cutOne();
    }
  })();
  await Promise.all([...Array.from({ length: WRITERS }, (_, w) => writer(w)), cutter]);

  const rows = await t.database.owner.db.execute<{ subject: string; n: string }>(
    sql`select subject, count(*) as n from trail_lines where action = 'test.numbered' group by subject`,
  );
  const stored = new Map(rows.map(({ subject, n }) => [subject, Number(n)]));
  expect(acknowledged.filter((subject) => stored.get(subject) !== 1)).toEqual([]);
  expect([...stored.values()].filter((n) => n !== 1)).toEqual([]);
  expect(new Set(acknowledged).size).toBe(stored.size);
  expect(line.cuts()).toBeGreaterThan(100);
  expect(failures).toBeGreaterThan(20);
  expect(acknowledged.length).toBeGreaterThan(0);
});
