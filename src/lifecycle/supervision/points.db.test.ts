import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addHours } from "@/core/time";
import { actorOf } from "@/dev/scenarios/person";
import { executeAsService } from "@/kit/command";
import { ownLetters } from "@/platform/inbox/queries";
import { supervisionView } from "@/server/web/views/supervision";
import { doUpkeep } from "@/server/worker/upkeep";
import { asPerson, asService, receivingLot } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { tellPoints } from "./commands/tell-points";
import { colourOf } from "./points";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

test("R-5.13.3 R-N.3: a medium that is late turns yellow for those who run the lot, then red for its supervisor too, each told once", async () => {
  const { stage, database } = t;
  const { lotId } = await receivingLot(stage, "监督点");
  const published = (await stage.lot(lotId)).noticePublishedAt!;
  // As if the medium had not printed.
  await database.owner.db.execute(sql`update lots set media_published_at = null where id = ${lotId}`);
  const tell = () => executeAsService(stage.worker, tellPoints, { lotId });
  const toldTo = async (key: string) => {
    const who = stage.person(key);
    const letters = await asPerson(stage, who, (tx) => ownLetters(tx, actorOf(who, stage.app.site.id)));
    return letters.filter((letter) => letter.lotId === lotId && letter.kind === "supervision-point").length;
  };
  const supervisor = stage.person("supervisor");
  const colour = async () => {
    const view = await asPerson(stage, supervisor, (tx) =>
      supervisionView(tx, actorOf(supervisor, stage.app.site.id), lotId),
    );
    return colourOf(view.points.find(({ id }) => id === "media")!, await stage.now());
  };
  /** What the worker's upkeep finds to be told of this lot. */
  const found = async () => {
    const process = { connection: t.database.as.xb_worker, ports: t.ports, runtime: () => stage.worker } as never;
    await doUpkeep({ process, smtpUrl: undefined, smsUrl: undefined }, stage.app.site as never);
    const key = `sweep:tell-points:${lotId}`;
    const jobs = await database.owner.db.execute(
      sql`delete from graphile_worker._private_jobs where key = ${key} returning 1`,
    );
    return jobs.length;
  };
  expect([await found(), await codeOf(tell())]).toEqual([0, "general.changed_meanwhile"]);

  await stage.setClock(addHours(published, 6));
  expect([await colour(), await found()]).toEqual(["yellow", 1]);
  await tell();
  expect([await found(), await codeOf(tell())]).toEqual([0, "general.changed_meanwhile"]);
  expect([await toldTo("agency"), await toldTo("tenderer"), await toldTo("supervisor"), await toldTo("jia")]).toEqual([
    1, 1, 0, 0,
  ]);
  await stage.setClock(addHours(published, 13));
  expect([await colour(), await found()]).toEqual(["red", 1]);
  await tell();
  expect([await toldTo("agency"), await toldTo("supervisor"), await found()]).toEqual([2, 1, 0]);

  // Done at last it stays red: it was late. The next lot's supervisor, and bidders, read no alarm.
  await database.owner.db.execute(sql`update lots set media_published_at = xb_now() where id = ${lotId}`);
  expect([await colour(), await found()]).toEqual(["red", 0]);
  const alarms = (key: string) =>
    asPerson(stage, stage.person(key), (tx) => tx.execute(sql`select 1 from point_alarms where lot_id = ${lotId}`));
  expect([(await alarms("jia")).length, (await alarms("supervisor")).length]).toEqual([0, 2]);
  expect(await asService(stage, (tx) => tx.execute(sql`select 1 from point_alarms`))).toHaveLength(2);
});

test("R-L.110: three days after the report without published candidates those who run the lot and its supervisor are alarmed", async () => {
  const { stage, database } = t;
  const { lotId } = await receivingLot(stage, "候选人公示监督点");
  const report = await stage.now();
  // As it stands when the committee has handed in its report.
  await database.owner.db.execute(sql`
    insert into evaluations (lot_id, site_id, step, version, started_at, finished_at)
    select id, site_id, 'done', 1, ${report.toISOString()}::timestamptz, ${report.toISOString()}::timestamptz from lots where id = ${lotId}`);
  await database.owner.db.execute(sql`update lots set state = 'E2' where id = ${lotId}`);
  await stage.setClock(addHours(report, 73));
  const process = { connection: database.as.xb_worker, ports: t.ports, runtime: () => stage.worker } as never;
  await doUpkeep({ process, smtpUrl: undefined, smsUrl: undefined }, stage.app.site as never);
  const jobs = await database.owner.db.execute(
    sql`select 1 from graphile_worker._private_jobs where key = ${`sweep:tell-points:${lotId}`}`,
  );
  expect(jobs).toHaveLength(1);
  await executeAsService(stage.worker, tellPoints, { lotId });
  for (const key of ["tenderer", "agency", "supervisor"]) {
    const who = stage.person(key);
    const letters = await asPerson(stage, who, (tx) => ownLetters(tx, actorOf(who, stage.app.site.id)));
    const told = letters.filter((letter) => letter.lotId === lotId && letter.kind === "supervision-point");
    expect(
      told.map(({ subject }) => subject.slice(0, 3)),
      key,
    ).toEqual(["逾期："]);
  }
});
