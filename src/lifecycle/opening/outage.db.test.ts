import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { addMinutes } from "@/core/time";
import { obtain, submit } from "@/dev/scenarios/bidding";
import { decrypt, reachOpening } from "@/dev/scenarios/opening";
import { actorOf } from "@/dev/scenarios/person";
import { executeAsService } from "@/kit/command";
import { beat, type Part } from "@/kit/heartbeat";
import { trailOf } from "@/kit/trail-queries";
import { contentHash } from "@/lifecycle/notice/fields";
import { noticesOfLot } from "@/lifecycle/notice/queries";
import { ownLetters } from "@/platform/inbox/queries";
import { lookAtProcedures } from "@/server/worker/sweep";
import { asPerson, asService, receivingLot } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { settleOutage } from "./commands/bid-outage";
import { closeLot } from "./commands/close";
import { settleOpening } from "./commands/settle";
import { hallView } from "./hall-view";
import { openingHour } from "./outage";
import { openingRecordOf } from "./queries";
import type { RecordPayload } from "./record";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());
afterEach(() => t.database.owner.db.execute(sql`delete from service_beats`));

/** The last word of a part was so many minutes ago; with its next word the silence is an incident. */
async function silent(part: Part, minutes: number) {
  const since = sql`make_interval(secs => ${minutes * 60})`;
  await t.database.owner.db.execute(sql`
    insert into service_beats (part, at, legal_at) values (${part}, clock_timestamp() - ${since}, xb_now() - ${since})
    on conflict (part) do update set at = excluded.at, legal_at = excluded.legal_at`);
}
const back = (part: Part) => beat(t.stage.worker.db, part);
const settle = (lotId: string) => executeAsService(t.stage.worker, settleOutage, { lotId });
const close = (lotId: string) => executeAsService(t.stage.worker, closeLot, { lotId });
/** Whether the worker's look at the procedures finds that an outage has to be settled for the lot. */
async function isFound(lotId: string): Promise<boolean> {
  const { database, ports, stage } = t;
  const process = { connection: database.as.xb_worker, ports, runtime: () => stage.worker } as never;
  await lookAtProcedures({ process, smtpUrl: undefined, smsUrl: undefined }, stage.app.site as never);
  const jobs = await database.owner.db.execute(
    sql`delete from graphile_worker._private_jobs where key = ${`sweep:settle-outage:${lotId}`} returning 1`,
  );
  return jobs.length > 0;
}
const actionsOf = async (lotId: string) =>
  (await asService(t.stage, async (tx) => trailOf(tx, `project:${(await t.stage.lot(lotId)).tenderProjectId}`))).map(
    ({ action }) => action,
  );

test("R-5.11.5 R-N.4: a platform that is down at the deadline closes nothing; when it is back the deadline moves, and everybody is told", async () => {
  const { stage } = t;
  const { lotId, deadline } = await receivingLot(stage, "截止时平台中断");
  const [jia, yi] = [stage.person("jia"), stage.person("yi")];
  for (const bidder of [jia, yi]) await obtain(stage, bidder, lotId);
  await submit(stage, jia, lotId, { priceFen: 480_000_000n });
  await stage.setClock(addMinutes(deadline, 5));
  // Down since ten minutes before the deadline: five minutes after it nothing has ended.
  await silent("receiver", 15);
  expect(await codeOf(close(lotId))).toBe("opening.outage");
  expect(await isFound(lotId)).toBe(true);
  await settle(lotId);
  expect(await isFound(lotId)).toBe(false);
  expect(await stage.lot(lotId)).toMatchObject({ state: "T1", flags: ["SUSPENDED_INCIDENT"], bidDeadline: deadline });
  // Nothing else to do while it lasts, however often it is looked at.
  expect(await codeOf(settle(lotId))).toBe("general.changed_meanwhile");
  expect(await codeOf(close(lotId))).toMatch(/suspended|outage|stopped/);

  await back("receiver");
  expect(await isFound(lotId)).toBe(true);
  await settle(lotId);
  expect(await isFound(lotId)).toBe(false);
  const moved = await stage.lot(lotId);
  expect(moved).toMatchObject({ state: "T1", flags: [] });
  expect(moved.bidDeadline!.getTime()).toBeGreaterThanOrEqual(addMinutes(deadline, 65).getTime());
  expect(await codeOf(close(lotId))).toBe("lot.deadline_not_reached");
  // Counted once.
  expect(await codeOf(settle(lotId))).toBe("general.changed_meanwhile");
  const correction = (await asService(stage, (tx) => noticesOfLot(tx, lotId))).find(
    ({ kind }) => kind === "correction",
  );
  expect(correction?.fields.changes).toContain("共损失 10 分钟");
  const messages = await asService(stage, (tx) =>
    tx.execute<{ body: Record<string, string> }>(
      sql`select body from outbox where lot_id = ${lotId} and dataset = '517'`,
    ),
  );
  expect(messages.map(({ body }) => body.EXCEPITON_TYPE)).toEqual(["9"]);
  // Page, data for programs and medium say the same.
  await stage.deliver();
  const asked = await fetch(`${t.outside.hub}/v1/messages?lot=${moved.code}`);
  const { messages: taken } = (await asked.json()) as {
    messages: { message: { dataset: string; body: Record<string, string> } }[];
  };
  const printed = taken.map(({ message: { body } }) => body).find(({ NOTICE_NATURE }) => NOTICE_NATURE === "2")!;
  expect([printed.NOTICE_NAME, printed.NOTICE_CONTENT]).toEqual([correction!.title, correction!.body]);
  expect(contentHash(correction!.title, correction!.fields)).toBe(correction!.contentHash);
  for (const person of [jia, yi, stage.person("agency")]) {
    const letters = await asPerson(stage, person, (tx) => ownLetters(tx, actorOf(person, stage.app.site.id)));
    expect(letters.filter((letter) => letter.lotId === lotId && letter.kind === "outage").length).toBe(2);
  }
  expect(await actionsOf(lotId)).toEqual(expect.arrayContaining(["outage.suspended", "outage.postponed"]));
  // Who was kept out hands in now, and who had handed in before need do nothing.
  await submit(stage, yi, lotId, { priceFen: 481_000_000n });
});

test("an outage an hour before the deadline moves it as soon as it is over; a short one and the worker's own change nothing", async () => {
  const { stage } = t;
  const { lotId, deadline } = await receivingLot(stage, "截止前平台中断");
  await stage.setClock(addMinutes(deadline, -30));
  await silent("worker", 20);
  await back("worker");
  expect(await codeOf(settle(lotId))).toBe("general.changed_meanwhile");
  await silent("web", 12);
  expect(await codeOf(settle(lotId))).toBe("general.changed_meanwhile");
  await back("web");
  expect(await isFound(lotId)).toBe(true);
  await settle(lotId);
  expect((await stage.lot(lotId)).bidDeadline).toEqual(openingHour(addMinutes(deadline, 60)));
});

test("CLK-30 R-O.31b: what the platform's silence took from the decryption window is given back to everybody before anybody's silence is judged", {
  timeout: 90_000,
}, async () => {
  const { stage } = t;
  const { lotId, deadline } = await receivingLot(stage, "解密时平台中断");
  const keys = ["jia", "yi", "bing"] as const;
  for (const key of keys) await submit(stage, stage.person(key), lotId, { priceFen: 480_000_000n });
  await stage.setClock(deadline);
  await reachOpening(stage, lotId, "O1");
  const end = (await stage.lot(lotId)).windowEndsAt!;
  for (const key of ["jia", "yi"] as const) await decrypt(stage, stage.person(key), lotId);

  await stage.setClock(addMinutes(end, 1));
  await silent("web", 21);
  await executeAsService(stage.worker, settleOpening, { lotId });
  expect(await asService(stage, (tx) => openingRecordOf(tx, lotId))).toBeUndefined();
  await back("web");
  await executeAsService(stage.worker, settleOpening, { lotId });
  expect(await asService(stage, (tx) => openingRecordOf(tx, lotId))).toBeUndefined();
  expect(await isFound(lotId)).toBe(true);
  await settle(lotId);
  expect(await isFound(lotId)).toBe(false);
  const longer = (await stage.lot(lotId)).windowEndsAt!;
  expect(Math.round((longer.getTime() - addMinutes(end, 1).getTime()) / 60_000)).toBe(20);

  // The third bidder, kept out before, opens now.
  await decrypt(stage, stage.person("bing"), lotId);
  const record = await asService(stage, (tx) => openingRecordOf(tx, lotId));
  const payload = record!.payload as unknown as RecordPayload;
  expect(payload.rows.map(({ outcome }) => outcome)).toEqual(["decrypted", "decrypted", "decrypted"]);
  expect(payload.outages).toHaveLength(1);
  const jia = stage.person("jia");
  const view = await asPerson(stage, jia, (tx) => hallView(tx, actorOf(jia, stage.app.site.id), lotId));
  expect(view.events.find(({ kind }) => kind === "outage")?.payload).toMatchObject({
    text: expect.stringContaining("解密时间为所有投标人"),
  });
});
