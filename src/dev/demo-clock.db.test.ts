import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "@/testing/database";
import { DEMO_START, startDemoClock } from "./demo-clock";
import { movePorts } from "./installation-database";

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

const now = async () => {
  const [row] = await db.owner.sql<{ now: string }[]>`select xb_now() as now`;
  return new Date(row!.now).getTime();
};

test("the clock begins on 18 May 2026, stands still while stopped and goes on from there", async () => {
  const first = await startDemoClock(db.urls.owner);
  expect((await first.now()).getTime() - DEMO_START.getTime()).toBeLessThan(5_000);
  await first.stop();
  const stopped = await now();
  expect(stopped).toBeGreaterThanOrEqual(DEMO_START.getTime());
  expect(await now()).toBe(stopped);

  const second = await startDemoClock(db.urls.owner);
  const again = (await second.now()).getTime();
  expect(again - stopped).toBeGreaterThanOrEqual(0);
  expect(again - stopped).toBeLessThan(2_000);
  await second.stop();
});

test("after a kill the clock neither jumps by the time in between nor runs backwards", async () => {
  // A clock that was running when its launcher died an hour ago, last written down at ten o'clock.
  await db.owner
    .sql`update demo_clock set demo_base = '2026-05-20T02:00:00Z', real_base = clock_timestamp() - interval '1 hour', running = true`;
  const clock = await startDemoClock(db.urls.owner);
  const since = (await clock.now()).getTime() - Date.parse("2026-05-20T02:00:00Z");
  await clock.stop();
  expect(since).toBeGreaterThanOrEqual(4_000);
  expect(since).toBeLessThan(6_000);
});

test("addresses of the outside world follow when a port had to move", async () => {
  await db.owner
    .sql`insert into sites (host, name, platform_code, operator_name, operator_credit_code, profile, hub_url, timestamp_url, trust_list, crl_urls, timestamp_trust, created_at)
    values ('moved', '甲', 'E5200000009', '甲', '91520100MA6ABCD10B', 'national', 'http://127.0.0.1:7305', 'http://127.0.0.1:73050/tsa', '[]', '["http://127.0.0.1:7303/v1/ca/1/crl.der"]', '[]', now())`;
  await movePorts(db.urls.owner, [
    [7303, 9001],
    [7305, 9002],
  ]);
  const [site] = await db.owner.sql`select hub_url, timestamp_url, crl_urls from sites where host = 'moved'`;
  expect(site).toEqual({
    hub_url: "http://127.0.0.1:9002",
    timestamp_url: "http://127.0.0.1:73050/tsa",
    crl_urls: ["http://127.0.0.1:9001/v1/ca/1/crl.der"],
  });
});
