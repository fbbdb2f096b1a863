import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addMinutes } from "@/core/time";
import { submit } from "@/dev/scenarios/bidding";
import { signRecord } from "@/dev/scenarios/evaluate";
import { decrypt, reachOpening } from "@/dev/scenarios/opening";
import { actorOf, type Person } from "@/dev/scenarios/person";
import { executeAsService } from "@/kit/command";
import { beat } from "@/kit/heartbeat";
import { ownLetters } from "@/platform/inbox/queries";
import { asPerson, asService, receivingLot } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { settleOutage } from "./commands/bid-outage";
import { extendWindow, pauseOpening, resumeOpening } from "./commands/measures";
import { settleOpening } from "./commands/settle";
import { hallView } from "./hall-view";
import { measuresOf, openingRecordOf, openingsOf } from "./queries";
import type { FinalRecord } from "./record-pdf";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

const person = (key: string): Person => t.stage.person(key);
const why = { reason: "机构网络线路中断，部分投标人无法登录", evidence: "故障单 GZ-2026-0615" };
const viewOf = (key: string, lotId: string) =>
  asPerson(t.stage, person(key), (tx) => hallView(tx, actorOf(person(key), t.stage.app.site.id), lotId));

async function openLot(name: string) {
  const { stage } = t;
  const { lotId, deadline } = await receivingLot(stage, name);
  for (const key of ["jia", "yi", "bing"]) await submit(stage, person(key), lotId, { priceFen: 480_000_000n });
  await stage.setClock(deadline);
  await reachOpening(stage, lotId, "O1");
  return { lotId, deadline, windowEndsAt: (await stage.lot(lotId)).windowEndsAt! };
}

test("CLK-30: the host extends the window for everybody with a reason, within the printed limit and before its end; all hear it and the record has it", {
  timeout: 90_000,
}, async () => {
  const { stage } = t;
  const { lotId, deadline, windowEndsAt } = await openLot("主持人延长");
  const printed = (windowEndsAt.getTime() - deadline.getTime()) / 60_000;
  const extend = (minutes: number, by = "agency") => stage.act(person(by), extendWindow, { lotId, minutes, ...why });
  for (const key of ["jia", "supervisor"]) expect(await codeOf(extend(10, key)), key).toBe("general.forbidden");
  expect(await codeOf(extend(4))).toBe("general.invalid_input");
  expect(await codeOf(extend(printed + 1))).toBe("opening.extension_limit");
  await stage.setClock(addMinutes(windowEndsAt, -1));
  await extend(10);
  // Who did the first act of a host is the host.
  expect(await viewOf("agency", lotId)).toMatchObject({
    host: { mine: true },
    measures: { extensionLeft: printed - 10 },
  });
  expect(await viewOf("tenderer", lotId)).not.toHaveProperty("measures");
  expect(await codeOf(extend(printed - 5))).toBe("opening.extension_limit");
  expect((await stage.lot(lotId)).windowEndsAt).toEqual(addMinutes(windowEndsAt, 10));
  for (const key of ["jia", "agency", "supervisor"]) {
    const last = (await viewOf(key, lotId)).events.findLast(({ kind }) => kind === "extended");
    expect(last?.payload.text, key).toContain(why.reason);
    // Where the proof lies is for those who run and supervise the tender, and for the record.
    expect(last?.payload.text, key).not.toContain(why.evidence);
  }
  expect(await asPerson(stage, person("jia"), (tx) => measuresOf(tx, lotId))).toEqual([]);
  expect(await asPerson(stage, person("supervisor"), (tx) => measuresOf(tx, lotId))).toHaveLength(1);

  // The old end is none any more: a release after it counts.
  await stage.setClock(addMinutes(windowEndsAt, 5));
  await executeAsService(stage.worker, settleOpening, { lotId });
  for (const key of ["jia", "yi"]) expect(await decrypt(stage, person(key), lotId)).toMatchObject({ opened: true });
  await stage.setClock(addMinutes(windowEndsAt, 10));
  expect(await codeOf(extend(5))).toBe("opening.window_ended");
  await signRecord(stage, lotId, []);
  const payload = (await asService(stage, (tx) => openingRecordOf(tx, lotId)))!.payload as unknown as FinalRecord;
  expect(payload.measures).toMatchObject([{ kind: "extended", ...why }]);
  expect(payload.windowEndsAt).toBe(addMinutes(windowEndsAt, 10).toISOString());
  expect(await codeOf(extend(5))).toBe("opening.no_window");
});

test("R-5.11.5: the host pauses an opening and everything stands still; a key released before is kept, one that comes in it is refused, and the rest of the time goes on", {
  timeout: 90_000,
}, async () => {
  const { stage } = t;
  const { lotId, deadline, windowEndsAt } = await openLot("主持人暂停");
  const pause = (by = "agency") => stage.act(person(by), pauseOpening, { lotId, ...why });
  const resume = (by = "agency") =>
    stage.act(person(by), resumeOpening, { lotId, reason: "线路已经恢复", evidence: "故障单 GZ-2026-0615" });
  expect(await codeOf(pause("jia"))).toBe("general.forbidden");
  expect(await codeOf(resume())).toBe("opening.not_paused");
  await decrypt(stage, person("jia"), lotId);
  await stage.setClock(addMinutes(deadline, 10));
  await pause();
  expect((await stage.lot(lotId)).flags).toEqual(["SUSPENDED_INCIDENT"]);
  expect(await codeOf(pause())).toBe("opening.suspended");
  expect(await codeOf(decrypt(stage, person("yi"), lotId))).toBe("opening.suspended");
  expect(await codeOf(stage.act(person("agency"), extendWindow, { lotId, minutes: 10, ...why }))).toBe(
    "opening.suspended",
  );

  // Long after the old end nothing has ended, and no silence of the platform resumes what the host paused.
  await stage.setClock(addMinutes(windowEndsAt, 90));
  await executeAsService(stage.worker, settleOpening, { lotId });
  const since = sql`make_interval(secs => 300)`;
  await t.database.owner.db.execute(sql`
    insert into service_beats (part, at, legal_at) values ('web', clock_timestamp() - ${since}, xb_now() - ${since})
    on conflict (part) do update set at = excluded.at, legal_at = excluded.legal_at`);
  await beat(stage.worker.db, "web");
  expect(await codeOf(executeAsService(stage.worker, settleOutage, { lotId }))).toBe("general.changed_meanwhile");
  await t.database.owner.db.execute(sql`delete from service_beats`);
  await t.database.owner.db.execute(sql`delete from service_incidents`);
  expect(await asService(stage, (tx) => openingRecordOf(tx, lotId))).toBeUndefined();
  expect((await asService(stage, (tx) => openingsOf(tx, lotId))).map(({ state }) => state).sort()).toEqual([
    "decrypted",
    "waiting",
    "waiting",
  ]);
  expect(await codeOf(resume("tenderer"))).toMatch(/^opening\.(other_host|not_paused)$/);

  await resume();
  const lot = await stage.lot(lotId);
  expect(lot.flags).toEqual([]);
  const left = windowEndsAt.getTime() - addMinutes(deadline, 10).getTime();
  expect(lot.windowEndsAt!.getTime() - addMinutes(windowEndsAt, 90).getTime()).toBe(left);
  for (const key of ["yi", "bing"]) expect(await decrypt(stage, person(key), lotId)).toMatchObject({ opened: true });
  await signRecord(stage, lotId, [person("jia")]);
  const payload = (await asService(stage, (tx) => openingRecordOf(tx, lotId)))!.payload as unknown as FinalRecord;
  expect(payload.measures?.map(({ kind }) => kind)).toEqual(["paused", "resumed"]);

  const lettersOf = async (key: string) =>
    (await asPerson(stage, person(key), (tx) => ownLetters(tx, actorOf(person(key), stage.app.site.id)))).filter(
      (letter) => letter.lotId === lotId && letter.kind === "opening-measure",
    );
  for (const key of ["jia", "bing", "supervisor", "tenderer"]) expect(await lettersOf(key), key).toHaveLength(2);
  const messages = await t.database.owner.db.execute<{ info: string }>(
    sql`select body ->> 'EXCEPITON_INFOR' as info from outbox where lot_id = ${lotId} and dataset = '517' order by seq`,
  );
  expect(messages.map(({ info }) => info.slice(0, 7))).toEqual(["主持人暂停开标", "主持人恢复开标"]);
});
