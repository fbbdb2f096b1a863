import { and, eq, inArray } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { addHours, addMinutes } from "@/core/time";
import { submit } from "@/dev/scenarios/bidding";
import { signRecord } from "@/dev/scenarios/evaluate";
import { decrypt, reachOpening } from "@/dev/scenarios/opening";
import { actorOf, type Person, signActAs } from "@/dev/scenarios/person";
import { apply, drawExperts, openPrequalification, reachApplicationOpening } from "@/dev/scenarios/prequalification";
import { executeAsService } from "@/kit/command";
import { trailLines } from "@/kit/tables";
import { drawRequestOf, reviewersOf } from "@/lifecycle/prequalification/queries";
import { ownLetters } from "@/platform/inbox/queries";
import { asPerson, asService, receivingLot } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { drawCommittee } from "./commands/draw";
import { requestCommittee, requestDigest } from "./commands/request";
import { drawReviewers, requestReviewDraw, reviewDrawDigest } from "./commands/review-draw";
import { activeMembers, requestOf } from "./queries";
import { experts } from "./tables";

let t: TestStage;
let employers: { id: string; employerCreditCode: string }[];
beforeAll(async () => {
  t = await testStage();
  employers = await t.database.owner.db
    .select({ id: experts.id, employerCreditCode: experts.employerCreditCode })
    .from(experts);
}, 120_000);
afterAll(() => t?.close());
afterEach(release);

const person = (key: string): Person => t.stage.person(key);
const SPECIALITY = "房屋建筑";

/** All experts of the speciality but so many come to work for a party, after they were asked for. */
async function employ(by: Person, left: number): Promise<number> {
  const { db } = t.database.owner;
  const pool = await db.select({ id: experts.id }).from(experts).where(eq(experts.speciality, SPECIALITY));
  const gone = pool.slice(left).map(({ id }) => id);
  await db.update(experts).set({ employerCreditCode: by.creditCode }).where(inArray(experts.id, gone));
  return pool.length;
}

async function release(): Promise<void> {
  for (const { id, employerCreditCode } of employers)
    await t.database.owner.db.update(experts).set({ employerCreditCode }).where(eq(experts.id, id));
}

/** What a person's organisation was told of a draw that failed. */
const toldOf = async (who: Person, lotId: string) =>
  (await asPerson(t.stage, who, (tx) => ownLetters(tx, actorOf(who, t.stage.app.site.id)))).filter(
    (letter) => letter.lotId === lotId && letter.kind === "draw-failed",
  );

const failures = (lotId: string, action: string) =>
  t.database.owner.db
    .select()
    .from(trailLines)
    .where(and(eq(trailLines.lotId, lotId), eq(trailLines.action, action)));

test("R-5.7.2 IR46 IR47: a committee whose pool became too small is told of once, with the way on, and may be asked for anew", {
  timeout: 120_000,
}, async () => {
  const { stage } = t;
  const { lotId, lotCode, deadline } = await receivingLot(stage, "专家不足");
  for (const key of ["jia", "yi", "bing"]) await submit(stage, person(key), lotId, { priceFen: 480_000_000n });
  await stage.setClock(deadline);
  await reachOpening(stage, lotId, "O1");
  for (const key of ["jia", "yi", "bing"]) await decrypt(stage, person(key), lotId);
  await stage.setClock(addMinutes(deadline, 20));
  await signRecord(stage, lotId, [person("jia")]);
  const request = async (speciality = SPECIALITY) => {
    const body = {
      ...{ lotId, speciality, memberCount: 5, standbyCount: 2, avoidance: [] },
      evaluationAt: addHours(deadline, 5).toISOString(),
    };
    const toSign = { act: "committee.request", subject: lotCode, digest: await requestDigest(body) };
    const statement = await signActAs(person("agency"), stage.app, toSign);
    return stage.act(person("agency"), requestCommittee, { ...body, statement });
  };
  expect(await codeOf(request("没有的专业"))).toBe("committee.pool_too_small");
  await request();
  const pool = await employ(person("yi"), 4);
  expect(await executeAsService(stage.worker, drawCommittee, { lotId })).toEqual({ drawn: 0 });
  expect(await codeOf(executeAsService(stage.worker, drawCommittee, { lotId }))).toBe("committee.requested_before");
  expect(await asService(stage, (tx) => activeMembers(tx, lotId))).toEqual([]);
  expect((await asService(stage, (tx) => requestOf(tx, lotId)))?.failedAt).toBeInstanceOf(Date);
  for (const key of ["agency", "tenderer"]) {
    const [letter, ...others] = await toldOf(person(key), lotId);
    expect(others).toEqual([]);
    expect(letter?.body).toContain(`现有 ${pool} 名`);
    expect(letter?.body).toContain("不足 5 名");
    // How many of them a party employs is not told.
    expect(letter?.body).not.toMatch(/ 4 名/);
  }
  expect(await toldOf(person("yi"), lotId)).toEqual([]);
  expect(await failures(lotId, "committee.draw-failed")).toHaveLength(1);

  await release();
  await request();
  expect(await executeAsService(stage.worker, drawCommittee, { lotId })).toEqual({ drawn: 5 });
  expect(await codeOf(request())).toBe("committee.requested_before");
  expect(await toldOf(person("agency"), lotId)).toHaveLength(1);
});

test("R-5.3.5 IR18 IR46: reviewers whose pool became too small are told of to the host alone, once, and may be asked for anew", {
  timeout: 120_000,
}, async () => {
  const { stage } = t;
  const agency = person("agency");
  const plan = { name: "审查专家不足（演示）", content: "综合楼一栋", estimateFen: 500_000_000n };
  const { lotId, deadline } = await openPrequalification(stage, plan);
  const { code } = await stage.lot(lotId);
  for (const key of ["jia", "yi", "bing"]) await apply(stage, person(key), lotId);
  const body = {
    ...{ lotId, speciality: SPECIALITY, expertCount: 4, standbyCount: 2, avoidance: [] },
    reviewAt: addHours(deadline, 2).toISOString(),
  };
  const toSign = { act: "prequalification.request-draw", subject: code, digest: await reviewDrawDigest(body) };
  const statement = await signActAs(agency, stage.app, toSign);
  await stage.act(agency, requestReviewDraw, { ...body, statement, hostNonce: "2".repeat(64) });
  await employ(person("jia"), 3);
  await stage.setClock(deadline);
  await reachApplicationOpening(stage, lotId, "P2");
  expect(await executeAsService(stage.worker, drawReviewers, { lotId })).toEqual({ drawn: 0 });
  expect(await codeOf(executeAsService(stage.worker, drawReviewers, { lotId }))).toBe("general.changed_meanwhile");
  expect((await asService(stage, (tx) => drawRequestOf(tx, lotId)))?.failedAt).toBeInstanceOf(Date);
  const [letter, ...others] = await toldOf(agency, lotId);
  expect(others).toEqual([]);
  expect(letter?.body).toContain("不足 4 名");
  expect(letter?.body).not.toMatch(/ 3 名/);
  // That too few are left tells of who applied, which the tenderer beside its agency does not learn.
  for (const key of ["tenderer", "jia"]) expect(await toldOf(person(key), lotId), key).toEqual([]);
  expect((await failures(lotId, "review-committee.draw-failed")).map(({ chain }) => chain)).toEqual([
    `sealed:${lotId}`,
  ]);

  await release();
  expect(await drawExperts(stage, lotId, 4)).toHaveLength(4);
  expect((await asService(stage, (tx) => reviewersOf(tx, lotId))).length).toBeGreaterThanOrEqual(4);
  expect(await toldOf(agency, lotId)).toHaveLength(1);
});
