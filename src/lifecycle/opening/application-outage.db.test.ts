import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { addMinutes } from "@/core/time";
import { decryptApplication } from "@/dev/scenarios/opening";
import { actorOf, type Person } from "@/dev/scenarios/person";
import { apply, endFirstStage, openPrequalification, reachApplicationOpening } from "@/dev/scenarios/prequalification";
import { executeAsService } from "@/kit/command";
import { beat, type Part } from "@/kit/heartbeat";
import { scrubLot } from "@/lifecycle/bidding/commands/scrub";
import { ownPackages, unitsOf } from "@/lifecycle/bidding/queries";
import { bidRoom } from "@/lifecycle/bidding/room";
import { noticesOfLot } from "@/lifecycle/notice/queries";
import { obtainPrequalification } from "@/lifecycle/prequalification/commands/obtain";
import { ownResult } from "@/lifecycle/prequalification/queries";
import { ownLetters } from "@/platform/inbox/queries";
import { lookAtProcedures } from "@/server/worker/sweep";
import { asPerson, asService, asStranger } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { settleApplicationOutage } from "./commands/application-outage";
import { closeApplications } from "./commands/close-applications";
import { startReview } from "./commands/start-review";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());
afterEach(() => t.database.owner.db.execute(sql`delete from service_beats`));

const person = (key: string): Person => t.stage.person(key);
const plan = { content: "监测系统", estimateFen: 500_000_000n, twoStage: true as const };

/** The last word of a part was so many minutes ago; with its next word the silence is an incident. */
async function silent(part: Part, minutes: number) {
  const since = sql`make_interval(secs => ${minutes * 60})`;
  await t.database.owner.db.execute(sql`
    insert into service_beats (part, at, legal_at) values (${part}, clock_timestamp() - ${since}, xb_now() - ${since})
    on conflict (part) do update set at = excluded.at, legal_at = excluded.legal_at`);
}
const back = (part: Part) => beat(t.stage.worker.db, part);
const settle = (lotId: string) => executeAsService(t.stage.worker, settleApplicationOutage, { lotId });
const close = (lotId: string) => executeAsService(t.stage.worker, closeApplications, { lotId });
/** Whether the worker's look at the procedures finds that an outage has to be settled for the lot. */
async function isFound(lotId: string): Promise<boolean> {
  const { database, ports, stage } = t;
  const process = { connection: database.as.xb_worker, ports, runtime: () => stage.worker } as never;
  await lookAtProcedures({ process, smtpUrl: undefined, smsUrl: undefined }, stage.app.site as never);
  const jobs = await database.owner.db.execute(
    sql`delete from graphile_worker._private_jobs where key = ${`sweep:settle-application-outage:${lotId}`} returning 1`,
  );
  return jobs.length > 0;
}
const lettersOf = async (who: Person, lotId: string, kind: string) =>
  (await asPerson(t.stage, who, (tx) => ownLetters(tx, actorOf(who, t.stage.app.site.id)))).filter(
    (letter) => letter.lotId === lotId && letter.kind === kind,
  );

test("R-5.11.5 R-N.4: a platform that is down at the deadline of a first round closes nothing, and moves it when it is back", async () => {
  const { stage } = t;
  const { lotId, deadline } = await openPrequalification(stage, { ...plan, name: "截止时中断（演示）" });
  await apply(stage, person("jia"), lotId);
  await stage.act(person("yi"), obtainPrequalification, { lotId });
  await stage.setClock(addMinutes(deadline, 5));
  await silent("receiver", 15);
  expect(await codeOf(close(lotId))).toBe("opening.outage");
  expect(await isFound(lotId)).toBe(true);
  await settle(lotId);
  expect(await isFound(lotId)).toBe(false);
  expect(await stage.lot(lotId)).toMatchObject({ state: "P1", flags: ["SUSPENDED_INCIDENT"] });
  expect(await codeOf(settle(lotId))).toBe("general.changed_meanwhile");
  expect(await codeOf(apply(stage, person("yi"), lotId))).toBe("lot.receiving_suspended");
  await back("receiver");
  expect(await isFound(lotId)).toBe(true);
  await settle(lotId);
  expect(await isFound(lotId)).toBe(false);
  const moved = await stage.lot(lotId);
  expect(moved).toMatchObject({ state: "P1", flags: [] });
  expect(moved.applicationDeadline!.getTime()).toBeGreaterThanOrEqual(addMinutes(deadline, 65).getTime());
  expect(await codeOf(settle(lotId))).toBe("general.changed_meanwhile");

  const notices = await asStranger(stage, (tx) => noticesOfLot(tx, lotId));
  const correction = notices.find(({ kind }) => kind === "correction");
  expect(correction?.fields.changes).toContain("共损失 10 分钟");
  const messages = await asService(stage, (tx) =>
    tx.execute<{ body: Record<string, string> }>(
      sql`select body from outbox where lot_id = ${lotId} and dataset = '517'`,
    ),
  );
  expect(messages.map(({ body }) => body.EXCEPITON_TYPE)).toEqual(["9"]);
  // Who holds the document is written to, and so are those who run the tender; nobody else, and nobody of anybody.
  const told = await Promise.all(
    ["jia", "yi", "agency", "tenderer", "bing"].map((key) => lettersOf(person(key), lotId, "outage")),
  );
  expect(told.map(({ length }) => length)).toEqual([2, 2, 2, 2, 0]);
  const words = [JSON.stringify(correction), ...told.flat().map(({ body }) => body)].join("");
  expect(words).not.toContain(person("jia").orgName);
  expect(words).not.toContain("资格预审");
  await apply(stage, person("yi"), lotId);
});

test("CLK-30 R-N.4: what silences took from the decryption of a first round is given back before anybody's silence is judged", async () => {
  const { stage } = t;
  const { lotId, deadline } = await openPrequalification(stage, { ...plan, name: "解密时中断（演示）" });
  for (const key of ["jia", "yi", "bing"]) await apply(stage, person(key), lotId);
  await stage.setClock(deadline);
  await reachApplicationOpening(stage, lotId, "P2");
  for (const key of ["jia", "yi"]) await decryptApplication(stage, person(key), lotId);
  const end = (await stage.lot(lotId)).applicationWindowEndsAt!;
  await stage.setClock(addMinutes(end, 1));
  await silent("web", 21);
  await back("web");
  expect(await codeOf(stage.act(person("agency"), startReview, { lotId }))).toBe("opening.outage");
  expect(await isFound(lotId)).toBe(true);
  await settle(lotId);
  expect(await isFound(lotId)).toBe(false);
  const longer = (await stage.lot(lotId)).applicationWindowEndsAt!;
  expect(Math.round((longer.getTime() - addMinutes(end, 1).getTime()) / 60_000)).toBe(20);
  expect(await codeOf(stage.act(person("agency"), startReview, { lotId }))).toBe("proposal.opening_not_finished");
  await decryptApplication(stage, person("bing"), lotId);
  await stage.act(person("agency"), startReview, { lotId });
});

test("R-O.31a: an application whose stored bytes are damaged is told to its sender alone, and is nobody's silence", async () => {
  const { stage } = t;
  const { lotId, deadline } = await openPrequalification(stage, { ...plan, name: "存储损坏（演示）" });
  const [jia, yi] = [person("jia"), person("yi")];
  for (const key of ["jia", "yi", "bing", "ding"]) await apply(stage, person(key), lotId);
  const actor = actorOf(jia, stage.app.site.id);
  const [own] = await asPerson(stage, jia, (tx) => ownPackages(tx, actor, lotId, "application"));
  const [unit] = await asService(stage, (tx) => unitsOf(tx, own!.uploadId));
  const path = join(t.dataDir, "objects", "objects", unit!.storageKey);
  const stored = readFileSync(path);
  const damage = () => writeFileSync(path, Buffer.concat([stored.subarray(0, -1), Buffer.from([stored.at(-1)! ^ 1])]));
  const scrub = async () => (await executeAsService(stage.worker, scrubLot, { lotId })).changed;
  const told = async (who: Person) =>
    (await lettersOf(who, lotId, "bid-damage")).map(({ subject }) => subject.split("：")[0]).sort();
  const shown = async (who: Person) =>
    (await asPerson(stage, who, (tx) => bidRoom(tx, actorOf(who, stage.app.site.id), lotId))).deliveries.map(
      (delivery) => delivery.damaged ?? false,
    );
  expect(await scrub()).toBe(0);
  damage();
  expect([await scrub(), await scrub()]).toEqual([1, 0]);
  expect([await told(jia), await told(yi)]).toEqual([["请重新递交"], []]);
  expect([await shown(jia), await shown(yi)]).toEqual([[true], [false]]);
  const [letter] = await lettersOf(jia, lotId, "bid-damage");
  expect(letter!.body).toContain("请在技术建议提交截止前重新递交");
  writeFileSync(path, stored);
  expect(await scrub()).toBe(1);

  // Damaged when its key is due: it cannot be opened, and its sender did not keep silent.
  damage();
  await stage.setClock(deadline);
  await reachApplicationOpening(stage, lotId, "P2");
  await scrub();
  for (const key of ["yi", "bing", "ding"]) await decryptApplication(stage, person(key), lotId);
  await stage.setClock(addMinutes(deadline, 61));
  await endFirstStage(stage, lotId);
  const result = await asPerson(stage, jia, (tx) => ownResult(tx, jia.orgId, lotId));
  expect(result).toMatchObject({ qualified: false, reasons: [expect.stringContaining("责任不在贵单位")] });
});

test("CLK-09 R-5.3.4: closing twice at once freezes one set, and ending the study twice at once tells everybody once", async () => {
  const { stage } = t;
  const { lotId, deadline } = await openPrequalification(stage, { ...plan, name: "同时办理（演示）" });
  const senders = ["jia", "yi", "bing"].map(person);
  for (const who of senders) await apply(stage, who, lotId);
  await stage.setClock(deadline);
  const closings = await Promise.allSettled([close(lotId), close(lotId)]);
  expect(closings.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect((await stage.lot(lotId)).state).toBe("P2");
  for (const who of senders) expect(await lettersOf(who, lotId, "decrypt-application")).toHaveLength(1);
  for (const who of senders) await decryptApplication(stage, who, lotId);
  await stage.act(person("agency"), startReview, { lotId });
  const ends = await Promise.allSettled([endFirstStage(stage, lotId), endFirstStage(stage, lotId)]);
  expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect((await stage.lot(lotId)).state).toBe("P4");
  for (const who of senders) expect(await lettersOf(who, lotId, "prequalification-result")).toHaveLength(1);
});
