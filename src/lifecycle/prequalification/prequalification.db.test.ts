import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addDays, addMinutes } from "@/core/time";
import { payloadOf } from "@/crypto/statement";
import { obtain, prepareDelivery, replyAs, submit } from "@/dev/scenarios/bidding";
import { consortiumOf } from "@/dev/scenarios/consortium";
import { signRecord } from "@/dev/scenarios/evaluate";
import { applicationRelease, decrypt, decryptApplication, reachOpening } from "@/dev/scenarios/opening";
import { type Person, signActAs } from "@/dev/scenarios/person";
import {
  announceResults,
  apply,
  inviteQualified,
  nameReviewers,
  openPrequalification,
  reachApplicationOpening,
  review,
} from "@/dev/scenarios/prequalification";
import { openUpload } from "@/lifecycle/bidding/commands/upload";
import { encodePart } from "@/lifecycle/bidding/consortium/part";
import { addReviewer } from "@/lifecycle/committee/commands/reviewers";
import { evaluatedBids } from "@/lifecycle/evaluation/queries";
import { fileObjection, objectionDigest } from "@/lifecycle/objection/commands/file";
import { postponeApplications } from "@/lifecycle/objection/commands/postpone-applications";
import { closeApplications } from "@/lifecycle/opening/commands/close-applications";
import { openApplication, releaseApplication } from "@/lifecycle/opening/commands/open-application";
import { startReview } from "@/lifecycle/opening/commands/start-review";
import { openingsOf } from "@/lifecycle/opening/queries";
import { ownLetters } from "@/platform/inbox/queries";
import { asPerson, asService } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { amendmentToSign, amendPrequalification, announceFormChange } from "./commands/amend";
import { applicationOpeningsOf, formInForce, resultsOf } from "./queries";
import { CONSORTIUM_CHANGED } from "./rules";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

const plan = { name: "资格预审工程（演示）", content: "综合楼", estimateFen: 500_000_000n };
const person = (key: string): Person => t.stage.person(key);
const messages = (lotId: string) =>
  asService(t.stage, (tx) =>
    tx.execute<{ dataset: string; state: string; body: Record<string, string> }>(
      sql`select dataset, state, body from outbox where lot_id = ${lotId} order by seq`,
    ),
  );
const lettersOf = (who: Person) =>
  asPerson(t.stage, who, (tx) => ownLetters(tx, { ...who, siteId: t.stage.app.site.id } as never));

test("R-5.3.4 R-5.3.5 R-5.3.7 R-O.28: applications are received sealed, reviewed by printed criteria, and only the qualified bid", {
  timeout: 240_000,
}, async () => {
  const { stage } = t;
  const applicants = ["jia", "yi", "bing", "ding", "wu"].map(person);
  const [jia, yi, bing, ding, wu] = applicants as [Person, Person, Person, Person, Person];
  const { lotId, deadline } = await openPrequalification(stage, plan);
  expect(await stage.lot(lotId)).toMatchObject({ state: "P1", prequalified: true, restricted: false });
  expect((await messages(lotId)).map(({ dataset, state }) => [dataset, state === "held"])).toEqual(
    ["500", "501", "502", "503", "514"].map((dataset) => [dataset, false]),
  );
  expect((await messages(lotId)).find(({ dataset }) => dataset === "503")!.body.BULLETIN_TYPE).toBe("2");

  const sent = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const who of applicants) sent.set(who.key, (await apply(stage, who, lotId)).recoverySecret);
  // Handing in again replaces; nothing of it is ever a bid.
  const again = await apply(stage, jia, lotId);
  sent.set("jia", again.recoverySecret);
  expect(again.receipt.seq).toBe(2);
  expect((await asService(stage, (tx) => tx.execute(sql`select 1 from bids where lot_id = ${lotId}`))).length).toBe(0);
  // No bid is received in this phase.
  const begin = (who: Person, purpose: "bid" | "application") =>
    stage.act(who, openUpload, { lotId, purpose, bodyLength: 1000 });
  expect(await codeOf(begin(jia, "bid"))).toBe("prequalification.not_among_qualified");

  // RF-01: at the deadline it is too late, for who pressed too late as well.
  const late = await prepareDelivery(
    stage,
    person("ji"),
    lotId,
    { priceFen: 0n, form: { project_lead: "己", similar_works: "1" }, files: [] },
    "application",
  );
  await stage.setClock(deadline);
  expect(await codeOf(late.receipt())).toBe("RF-01");
  expect(await codeOf(begin(jia, "application"))).toBe("lot.application_deadline_passed");
  await reachApplicationOpening(stage, lotId, "P2");
  // A committee of four is no committee; who supervises, and who is nobody here, reviews nothing; nor does anybody name but the host.
  const four = await nameReviewers(stage, lotId, ["expert-01", "expert-02", "expert-03", "expert-04"]);
  expect(await codeOf(stage.act(person("agency"), startReview, { lotId }))).toBe("law.committee_size");
  const name = (by: string, kind: "expert" | "tenderer", who: string) =>
    stage.act(person(by), addReviewer, { lotId, kind, who });
  expect(await codeOf(name("agency", "tenderer", person("supervisor").personId))).toBe(
    "prequalification.reviewer_cannot_review",
  );
  expect(await codeOf(name("agency", "expert", "EXP001"))).toBe("prequalification.experts_drawn");
  expect(await codeOf(name("tenderer", "tenderer", person("tenderer").personId))).toBe("general.not_found");
  const reviewers = [...four, ...(await nameReviewers(stage, lotId, ["tenderer"]))];

  // Four release, one by its recovery code; two presses at once are one.
  const statement = await applicationRelease(stage, jia, lotId);
  const both = await Promise.all([
    stage.act(jia, releaseApplication, { lotId, statement }),
    stage.act(jia, releaseApplication, { lotId, statement: await applicationRelease(stage, jia, lotId) }),
  ]);
  expect(both.map(({ opened }) => opened)).toEqual([true, true]);
  const rows = await asPerson(stage, jia, (tx) => applicationOpeningsOf(tx, lotId));
  await Promise.all([1, 2].map(() => stage.serve(openApplication, { applicationId: rows[0]!.applicationId })));
  expect((await asPerson(stage, jia, (tx) => applicationOpeningsOf(tx, lotId)))[0]).toMatchObject({
    state: "decrypted",
    form: { similar_works: "3" },
  });
  expect(await decryptApplication(stage, yi, lotId, sent.get("yi"))).toMatchObject({ opened: true });
  for (const who of [bing, ding]) await decryptApplication(stage, who, lotId);
  expect(await codeOf(stage.act(person("agency"), startReview, { lotId }))).toBe(
    "prequalification.opening_not_finished",
  );
  // Who did not release stays unopened.
  await stage.setClock(addMinutes(deadline, 61));
  expect(await codeOf(applicationRelease(stage, wu, lotId))).toBe("opening.window_ended");
  await review(stage, lotId, reviewers, [ding.orgId]);
  await announceResults(stage, lotId);
  expect(await stage.lot(lotId)).toMatchObject({ state: "P4" });

  // Each hears its own result and reason, and of nobody else.
  const bodies = await Promise.all(
    applicants.map(async (who) => (await lettersOf(who)).find(({ kind }) => kind === "prequalification-result")!.body),
  );
  expect(bodies.map((body) => body.includes("贵单位通过了资格预审"))).toEqual([true, true, true, false, false]);
  expect(bodies[3]).toContain("业绩：不符合。业绩证明材料中没有类似工程");
  expect(bodies[4]).toContain("在规定的解密时间内未解密");
  for (const [i, body] of bodies.entries())
    for (const other of applicants) if (other !== applicants[i]) expect(body).not.toContain(other.orgName);

  await inviteQualified(stage, lotId);
  expect(await stage.lot(lotId)).toMatchObject({ state: "T1", restricted: false });
  expect((await messages(lotId)).filter(({ state }) => state === "held").map(({ dataset }) => dataset)).toEqual([
    "504",
  ]);
  for (const who of [ding, wu, person("ji")]) {
    expect(await codeOf(obtain(stage, who, lotId)), who.key).toBe("prequalification.not_among_qualified");
    expect(await codeOf(begin(who, "bid")), who.key).toBe("prequalification.not_among_qualified");
  }
  for (const who of [jia, yi, bing]) {
    await replyAs(stage, who, lotId, "accepted");
    await obtain(stage, who, lotId);
    await submit(stage, who, lotId, { priceFen: 480_000_000n });
  }
  await stage.setClock((await stage.lot(lotId)).bidDeadline!);
  await reachOpening(stage, lotId, "O1");
  for (const who of [jia, yi, bing]) await decrypt(stage, who, lotId);
  const openings = await asService(stage, (tx) => openingsOf(tx, lotId));
  expect(openings.map(({ state, consortium }) => [state, consortium])).toEqual(
    Array.from({ length: 3 }, () => ["decrypted", null]),
  );
  // The hub learns of those who bid, now, and of nobody who did not.
  const told = (await messages(lotId)).filter(({ dataset }) => ["505", "515", "516"].includes(dataset));
  expect(told.map(({ dataset }) => dataset).sort()).toEqual(["505", "505", "505", "515", "515", "515", "516"]);
  expect(JSON.stringify(told)).not.toContain(ding.orgName);
  expect(JSON.stringify(told)).not.toContain(wu.creditCode);
  await signRecord(stage, lotId, [jia]);
  expect(await stage.lot(lotId)).toMatchObject({ state: "O2" });
  expect(await asService(stage, (tx) => resultsOf(tx, lotId))).toHaveLength(5);
  for (let i = 0; i < 30; i++) await stage.deliver();
  expect((await messages(lotId)).filter(({ state }) => state === "rejected")).toEqual([]);
});

test("R-5.3.6 CLK-09: fewer than three applications end it sealed, and nothing says how many or whose", {
  timeout: 120_000,
}, async () => {
  const { stage } = t;
  const { lotId, deadline } = await openPrequalification(stage, { ...plan, name: "两家申请工程（演示）" });
  for (const key of ["jia", "yi"]) await apply(stage, person(key), lotId);
  await stage.setClock(deadline);
  expect(await codeOf(stage.act(person("agency"), startReview, { lotId }))).toBeTruthy();
  await reachApplicationOpening(stage, lotId, "F1");
  expect(await stage.lot(lotId)).toMatchObject({ applicationsOpenedAt: null });
  const [abnormal] = (await messages(lotId)).filter(({ dataset }) => dataset === "517");
  expect(abnormal!.body.EXCEPITON_INFOR).toBe("资格预审申请人少于三个");
  for (const key of ["agency", "supervisor", "tenderer"]) {
    const rows = await asPerson(stage, person(key), (tx) =>
      tx.execute(sql`select 1 from applications where lot_id = ${lotId}`),
    );
    expect(rows.length, key).toBe(0);
  }
  expect((await lettersOf(person("jia"))).find(({ kind }) => kind === "lot-failed")!.body).toContain("未开启");
  expect((await lettersOf(person("bing"))).filter(({ kind }) => kind === "lot-failed")).toEqual([]);
});

test("R-5.3.6 IR19: with two qualified the lot fails; each still hears its own result", {
  timeout: 120_000,
}, async () => {
  const { stage } = t;
  const { lotId, lotCode, deadline } = await openPrequalification(stage, { ...plan, name: "两家合格工程（演示）" });
  const applicants = ["jia", "yi", "bing"].map(person);
  for (const who of applicants) await apply(stage, who, lotId);
  await stage.setClock(deadline);
  await reachApplicationOpening(stage, lotId, "P2");
  for (const who of applicants) await decryptApplication(stage, who, lotId);
  const reviewers = await nameReviewers(stage, lotId);
  await review(stage, lotId, reviewers, [applicants[2]!.orgId]);
  await announceResults(stage, lotId);
  expect(await stage.lot(lotId)).toMatchObject({ state: "F1" });
  const results = await Promise.all(
    applicants.map(async (who) =>
      (await lettersOf(who)).find(
        ({ kind, subject }) => kind === "prequalification-result" && subject.includes(lotCode),
      ),
    ),
  );
  expect(results.map((letter) => letter!.body.includes("贵单位通过了资格预审"))).toEqual([true, true, false]);
  for (const letter of results) expect(letter!.body).toContain("依法重新招标");
  expect((await messages(lotId)).find(({ dataset }) => dataset === "517")!.body.EXCEPITON_INFOR).toBe(
    "通过资格预审的申请人少于三个",
  );
});

test("R-5.3.8: a consortium that is not the one that applied is told to the committee", {
  timeout: 180_000,
}, async () => {
  const { stage } = t;
  const { lotId, deadline } = await openPrequalification(stage, {
    ...plan,
    name: "联合体预审工程（演示）",
    consortium: true,
  });
  const [jia, yi, bing, ding, wu] = ["jia", "yi", "bing", "ding", "wu"].map(person) as [
    ...[Person, Person, Person, Person, Person],
  ];
  const partOf = async (...parties: [Person, ...Person[]]) => encodePart(await consortiumOf(stage, lotId, parties));
  await apply(stage, jia, lotId, { consortium: await partOf(jia, ding) });
  await apply(stage, yi, lotId, { consortium: await partOf(yi, wu) });
  await apply(stage, bing, lotId);
  await stage.setClock(deadline);
  await reachApplicationOpening(stage, lotId, "P2");
  for (const who of [jia, yi, bing]) await decryptApplication(stage, who, lotId);
  const reviewers = await nameReviewers(stage, lotId);
  await review(stage, lotId, reviewers, []);
  await announceResults(stage, lotId);
  await inviteQualified(stage, lotId);
  const bids = new Map([
    [jia, await partOf(jia, ding)],
    [yi, await partOf(yi, ding)],
    [bing, undefined],
  ]);
  for (const [who, consortium] of bids) {
    await replyAs(stage, who, lotId, "accepted");
    await obtain(stage, who, lotId);
    await submit(stage, who, lotId, { priceFen: 480_000_000n, ...(consortium ? { consortium } : {}) });
  }
  await stage.setClock((await stage.lot(lotId)).bidDeadline!);
  await reachOpening(stage, lotId, "O1");
  for (const who of [jia, yi, bing]) await decrypt(stage, who, lotId);
  const openings = await asService(stage, (tx) => openingsOf(tx, lotId));
  const findings = (who: Person) => openings.find(({ orgId }) => orgId === who.orgId)!.consortium?.findings;
  expect(findings(jia)).toEqual([]);
  expect(findings(yi)).toEqual([CONSORTIUM_CHANGED]);
  expect(findings(bing)).toBeUndefined();
  const evaluated = await asService(stage, (tx) => evaluatedBids(tx, lotId));
  expect(evaluated.find(({ orgId }) => orgId === yi.orgId)!.partyFindings).toContain(CONSORTIUM_CHANGED);
});

test("CLK-04 R-5.3.4: a change that affects applications stands three days before the deadline or moves it; holders alone are written to", {
  timeout: 120_000,
}, async () => {
  const { stage } = t;
  const { lotId, lotCode, deadline } = await openPrequalification(stage, { ...plan, name: "澄清工程（演示）" });
  const jia = person("jia");
  const first = await apply(stage, jia, lotId);
  const { content } = await asService(stage, (tx) => formInForce(tx, lotId));
  // Two days and a minute before the deadline.
  await stage.setClock(addMinutes(addDays(deadline, -2), -1));
  const changed = { ...content, instructions: "业绩证明材料须为原件扫描件。" };
  const change = "业绩证明材料须为原件扫描件。";
  const amend = async (next: typeof content, affectsApplications = true) => {
    const amendment = { lotId, content: next, change, affectsApplications };
    const toSign = await asPerson(stage, person("agency"), (tx) =>
      amendmentToSign(tx, { ...person("agency"), siteId: stage.app.site.id } as never, amendment as never),
    );
    const statement = await signActAs(person("agency"), stage.app, toSign);
    return stage.act(person("agency"), amendPrequalification, { ...amendment, statement });
  };
  expect(await codeOf(amend(changed))).toBe("law.form_change_too_late");
  expect(await codeOf(amend({ ...changed, deadline: addDays(deadline, -1).toISOString() }))).toBe(
    "prequalification.date_earlier",
  );
  const later = addDays(deadline, 2).toISOString();
  expect(await amend({ ...changed, deadline: later })).toMatchObject({ version: 2, number: `${lotCode}-ZS02` });
  expect((await stage.lot(lotId)).applicationDeadline!.toISOString()).toBe(later);
  await stage.serve(announceFormChange, { lotId });
  await stage.serve(announceFormChange, { lotId });
  const told = (who: Person) =>
    lettersOf(who).then((letters) => letters.filter(({ kind }) => kind === "prequalification-change").length);
  expect([await told(jia), await told(person("yi"))]).toEqual([1, 0]);
  const sent = (await messages(lotId)).filter(({ dataset }) => ["503", "514"].includes(dataset));
  expect(sent.map(({ dataset, state }) => [dataset, state === "held"])).toEqual(
    ["503", "514", "503", "514"].map((dataset) => [dataset, false]),
  );
  // What was handed in stands; a new one names the new version.
  const again = await apply(stage, jia, lotId);
  const digestOf = (delivery: typeof again) =>
    (payloadOf(delivery.receipt.receipt).value as { tenderDigest: string }).tenderDigest;
  expect(digestOf(again)).not.toBe(digestOf(first));
});

test("CLK-06 R-5.10.1: an objection to the prequalification document two days before the deadline stops the closing, and moves it", {
  timeout: 120_000,
}, async () => {
  const { stage } = t;
  const { lotId, lotCode, deadline } = await openPrequalification(stage, { ...plan, name: "异议工程（演示）" });
  for (const key of ["jia", "yi", "bing"]) await apply(stage, person(key), lotId);
  const object = async (who: Person, text: string) => {
    const objection = {
      ...{ lotId, kind: "prequalification_document" as const, clause: "资格条件 2", text },
      demand: "修改资格条件",
    };
    const toSign = { act: "objection.file", subject: lotCode, digest: await objectionDigest(objection) };
    return stage.act(who, fileObjection, { ...objection, statement: await signActAs(who, stage.app, toSign) });
  };
  await stage.setClock(addDays(deadline, -2));
  expect(await object(person("ding"), "业绩条件与项目的实际需要不相适应")).toMatchObject({ inTime: true });
  expect((await stage.lot(lotId)).flags).toEqual(["SUSPENDED_OBJECTION"]);
  await stage.setClock(addMinutes(addDays(deadline, -2), 1));
  expect(await object(person("wu"), "资质条件的表述不清楚，请予说明")).toMatchObject({ inTime: false });
  // The deadline does not come in the suspension.
  await stage.setClock(addMinutes(deadline, -5));
  await stage.serve(postponeApplications, { lotId });
  const moved = (await stage.lot(lotId)).applicationDeadline!;
  expect(moved.getTime()).toBeGreaterThanOrEqual(addDays(deadline, 3).getTime());
  await stage.setClock(deadline);
  await stage.serve(closeApplications, { lotId });
  expect((await stage.lot(lotId)).state).toBe("P1");
});
