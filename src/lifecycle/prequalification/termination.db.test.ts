import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addMinutes } from "@/core/time";
import { applicationRelease, decryptApplication } from "@/dev/scenarios/opening";
import { actorOf, type Person, signActAs } from "@/dev/scenarios/person";
import {
  announceResults,
  apply,
  nameReviewers,
  openPrequalification,
  reachApplicationOpening,
  review,
} from "@/dev/scenarios/prequalification";
import { openUpload } from "@/lifecycle/bidding/commands/upload";
import { ownPackages } from "@/lifecycle/bidding/queries";
import { noticesOfLot } from "@/lifecycle/notice/queries";
import { closeApplications } from "@/lifecycle/opening/commands/close-applications";
import { openApplication, releaseApplication } from "@/lifecycle/opening/commands/open-application";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { ownLetters } from "@/platform/inbox/queries";
import { asPerson, asService, asStranger } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { obtainPrequalification } from "./commands/obtain";
import { announceTermination, terminateRound, terminationDigest, terminationToPublish } from "./commands/terminate";
import { applicationOpeningsOf, resultsOf, standingApplications } from "./queries";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

const person = (key: string): Person => t.stage.person(key);
const WHY = "项目用地因山体滑坡灭失，工程不再实施。";
const plan = { content: "综合楼一栋", estimateFen: 500_000_000n };

async function terminate(by: Person, lotId: string, reason = WHY, isForceMajeure = true) {
  const { stage } = t;
  const lot = await stage.lot(lotId);
  const body = { lotId, reason, isForceMajeure };
  const digest = await asPerson(stage, person("tenderer"), async (tx) =>
    terminationDigest((await terminationToPublish(tx, lot, await tenderProjectOf(tx, lot.tenderProjectId), body)).hash),
  );
  const statement = await signActAs(by, stage.app, { act: "prequalification.terminate", subject: lot.code, digest });
  return stage.act(by, terminateRound, { ...body, statement });
}

const withdrawnLetters = (who: Person, lotId: string) =>
  asPerson(t.stage, who, (tx) => ownLetters(tx, actorOf(who, t.stage.app.site.id))).then((letters) =>
    letters.filter((letter) => letter.kind === "withdrawn" && letter.lotId === lotId),
  );
const messages = (lotId: string) =>
  asService(t.stage, (tx) =>
    tx.execute<{ dataset: string; state: string; body: Record<string, string> }>(
      sql`select dataset, state, body from outbox where lot_id = ${lotId} order by seq`,
    ),
  );

test("R-L.107 R-L.105: a termination while applications are received is public, reaches every holder, and tells of nobody", async () => {
  const { stage } = t;
  const { lotId, deadline } = await openPrequalification(stage, { ...plan, name: "申请中终止（演示）" });
  const senders = ["jia", "yi", "bing"].map(person);
  for (const who of senders) await apply(stage, who, lotId);
  await stage.act(person("ding"), obtainPrequalification, { lotId });
  expect(await codeOf(terminate(person("agency"), lotId))).toBe("general.forbidden");
  expect(await codeOf(terminate(person("tenderer"), lotId, "不做了"))).toBe("general.invalid_input");
  expect(await codeOf(terminate(person("tenderer"), lotId, WHY, false))).toBe("lot.termination_needs_force_majeure");
  expect((await stage.lot(lotId)).state).toBe("P1");

  const { number } = await terminate(person("tenderer"), lotId);
  expect((await stage.lot(lotId)).state).toBe("F3");
  expect(await codeOf(terminate(person("tenderer"), lotId))).toBe("prequalification.not_in_round");
  const published = await asStranger(stage, (tx) => noticesOfLot(tx, lotId));
  expect(published.map(({ kind }) => kind)).toEqual(["prequalification", "withdrawal"]);
  expect(published[1]).toMatchObject({ number, fields: { reason: `因不可抗力：${WHY}` } });
  const sent = (await messages(lotId)).filter(({ dataset }) => ["503", "517"].includes(dataset));
  expect(sent.map(({ dataset, state, body }) => [dataset, state === "held", body.NOTICE_NATURE])).toEqual([
    ["503", false, "1"],
    ["503", false, "9"],
    ["517", false, undefined],
  ]);

  // Every holder hears once, and of nobody else; however often job and sweep come.
  await Promise.all([1, 2, 3].map(() => stage.serve(announceTermination, { lotId })));
  const told = await Promise.all(
    ["jia", "yi", "bing", "ding", "ji"].map((key) => withdrawnLetters(person(key), lotId)),
  );
  expect(told.map(({ length }) => length)).toEqual([1, 1, 1, 1, 0]);
  const words = [JSON.stringify(published[1]), JSON.stringify(sent.slice(1)), ...told.flat().map(({ body }) => body)];
  for (const who of senders) expect(words.join("")).not.toContain(who.orgName);

  // Nothing is received, closed or opened any more, and what came in is still sealed.
  expect(await codeOf(stage.act(person("ding"), openUpload, { lotId, purpose: "application", bodyLength: 1000 }))).toBe(
    "lot.not_open_for_applications",
  );
  await stage.setClock(deadline);
  await stage.serve(closeApplications, { lotId });
  expect((await stage.lot(lotId)).state).toBe("F3");
  expect(await asService(stage, (tx) => applicationOpeningsOf(tx, lotId))).toEqual([]);
  expect(await asService(stage, (tx) => standingApplications(tx, lotId))).toHaveLength(3);
  for (const key of ["agency", "tenderer", "supervisor"])
    expect(await asPerson(stage, person(key), (tx) => standingApplications(tx, lotId)), key).toEqual([]);
});

test("R-L.107: ended while the applications are being opened, what was released and not yet opened is opened no further", async () => {
  const { stage } = t;
  const { lotId, deadline } = await openPrequalification(stage, { ...plan, name: "解密中终止（演示）" });
  for (const key of ["jia", "yi", "bing"]) await apply(stage, person(key), lotId);
  await stage.setClock(deadline);
  await reachApplicationOpening(stage, lotId, "P2");
  await decryptApplication(stage, person("jia"), lotId);
  // The key of the second has come, and its worker has not.
  const yi = person("yi");
  await stage.act(yi, releaseApplication, { lotId, statement: await applicationRelease(stage, yi, lotId) });
  const [id] = (
    await asPerson(stage, yi, (tx) => ownPackages(tx, actorOf(yi, stage.app.site.id), lotId, "application"))
  ).map((row) => row.id) as [string];
  await terminate(person("tenderer"), lotId);
  await stage.serve(openApplication, { applicationId: id });
  const rows = await asService(stage, (tx) => applicationOpeningsOf(tx, lotId));
  expect(rows.map(({ state }) => state).sort()).toEqual(["decrypted", "released", "waiting"]);
  expect(rows.find(({ applicationId }) => applicationId === id)).toMatchObject({ form: null, files: null });
  expect(await codeOf(decryptApplication(stage, person("bing"), lotId))).toBe("lot.applications_not_opening");
  for (const who of ["agency", "tenderer", "supervisor"])
    expect(await asPerson(stage, person(who), (tx) => applicationOpeningsOf(tx, lotId)), who).toEqual([]);
});

test("R-L.107 R-L.105: ended after the results, the qualified are told as holders and nobody is invited", {
  timeout: 120_000,
}, async () => {
  const { stage } = t;
  const { lotId, deadline } = await openPrequalification(stage, { ...plan, name: "结果后终止（演示）" });
  const senders = ["jia", "yi", "bing", "ding"].map(person);
  for (const who of senders) await apply(stage, who, lotId);
  await stage.setClock(deadline);
  await reachApplicationOpening(stage, lotId, "P2");
  for (const who of senders) await decryptApplication(stage, who, lotId);
  const reviewers = await nameReviewers(stage, lotId);
  await review(stage, lotId, reviewers, [person("ding").orgId]);
  await announceResults(stage, lotId);
  expect((await stage.lot(lotId)).state).toBe("P4");
  await terminate(person("tenderer"), lotId);
  await stage.serve(announceTermination, { lotId });
  for (const who of senders) {
    const [letter] = await withdrawnLetters(who, lotId);
    expect(letter!.body).toContain(WHY);
    for (const other of senders) expect(letter!.body).not.toContain(other.orgName);
  }
  // Each keeps its own result; the tenderer, which does not host, still learns of none.
  expect(await asPerson(stage, person("jia"), (tx) => resultsOf(tx, lotId))).toHaveLength(1);
  expect(await asPerson(stage, person("ji"), (tx) => resultsOf(tx, lotId))).toEqual([]);
});

test("R-L.107 IR30: a first stage is ended in its own words", async () => {
  const { stage } = t;
  const { lotId } = await openPrequalification(stage, { ...plan, name: "第一阶段终止（演示）", twoStage: true });
  await apply(stage, person("jia"), lotId);
  await terminate(person("tenderer"), lotId);
  await stage.serve(announceTermination, { lotId });
  const [, notice] = await asStranger(stage, (tx) => noticesOfLot(tx, lotId));
  const [letter] = await withdrawnLetters(person("jia"), lotId);
  for (const text of [JSON.stringify(notice), letter!.body]) {
    expect(text).toContain("技术建议");
    expect(text).not.toMatch(/资格预审|申请/);
  }
});

test("CLK-09: a key that comes at the end of the window is late, and stays late when the review has begun", async () => {
  const { stage } = t;
  const { lotId, deadline } = await openPrequalification(stage, {
    ...plan,
    name: "迟到的密钥（演示）",
    twoStage: true,
  });
  for (const key of ["jia", "yi", "bing"]) await apply(stage, person(key), lotId);
  await stage.setClock(deadline);
  await reachApplicationOpening(stage, lotId, "P2");
  const { applicationWindowEndsAt } = await stage.lot(lotId);
  await stage.setClock(addMinutes(applicationWindowEndsAt!, -1));
  await decryptApplication(stage, person("jia"), lotId);
  await stage.setClock(applicationWindowEndsAt!);
  expect(await codeOf(decryptApplication(stage, person("yi"), lotId))).toBe("opening.window_ended");
});
