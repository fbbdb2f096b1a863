import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addMinutes } from "@/core/time";
import { obtain, replyAs, submit } from "@/dev/scenarios/bidding";
import { signRecord } from "@/dev/scenarios/evaluate";
import { decrypt, decryptApplication, reachOpening } from "@/dev/scenarios/opening";
import type { Person } from "@/dev/scenarios/person";
import {
  apply,
  demoFirstStage,
  demoPrequalification,
  endFirstStage,
  inviteQualified,
  openPrequalification,
  reachApplicationOpening,
} from "@/dev/scenarios/prequalification";
import { draftLot } from "@/dev/scenarios/tendering";
import { openUpload } from "@/lifecycle/bidding/commands/upload";
import { addReviewer } from "@/lifecycle/committee/commands/reviewers";
import { startReview } from "@/lifecycle/opening/commands/start-review";
import { openingsOf } from "@/lifecycle/opening/queries";
import { ownLetters } from "@/platform/inbox/queries";
import { asPerson, asService } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { savePrequalification } from "./commands/draft";
import { endStudy } from "./commands/end-study";
import { applicationOpeningsOf, resultsOf } from "./queries";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

const plan = {
  name: "两阶段招标工程（演示）",
  content: "轨道交通综合监控系统",
  estimateFen: 500_000_000n,
  twoStage: true as const,
};
const person = (key: string): Person => t.stage.person(key);
const messages = (lotId: string) =>
  asService(t.stage, (tx) =>
    tx.execute<{ dataset: string; state: string; body: Record<string, string> }>(
      sql`select dataset, state, body from outbox where lot_id = ${lotId} order by seq`,
    ),
  );
const lettersOf = (who: Person, kind: string) =>
  asPerson(t.stage, who, (tx) => ownLetters(tx, { ...who, siteId: t.stage.app.site.id } as never)).then((letters) =>
    letters.filter((letter) => letter.kind === kind),
  );

test("IR30: proposals without a price come first, whose was opened bids in the second stage, and nobody else", {
  timeout: 240_000,
}, async () => {
  const { stage } = t;
  const senders = ["jia", "yi", "bing", "ding"].map(person);
  const [jia, yi, bing, ding] = senders as [Person, Person, Person, Person];
  const { lotId, lotCode, deadline } = await openPrequalification(stage, plan);
  expect(await stage.lot(lotId)).toMatchObject({ state: "P1", prequalified: true, restricted: false });
  // It is a tender notice, and no data set of a prequalification.
  const first = await messages(lotId);
  expect(first.map(({ dataset, state }) => [dataset, state === "held"])).toEqual(
    ["500", "501", "502", "503"].map((dataset) => [dataset, false]),
  );
  expect(first.find(({ dataset }) => dataset === "503")!.body).toMatchObject({ BULLETIN_TYPE: "1" });

  const sent = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const who of senders) sent.set(who.key, (await apply(stage, who, lotId)).recoverySecret);
  const begin = (who: Person, purpose: "bid" | "application") =>
    stage.act(who, openUpload, { lotId, purpose, bodyLength: 1000 });
  expect(await codeOf(begin(jia, "bid"))).toBe("proposal.not_among_participants");
  await stage.setClock(deadline);
  expect(await codeOf(begin(jia, "application"))).toBe("lot.application_deadline_passed");
  await reachApplicationOpening(stage, lotId, "P2");
  const [asked] = await lettersOf(jia, "decrypt-application");
  expect(asked!.subject).toContain("技术建议");
  for (const who of [jia, yi, bing]) await decryptApplication(stage, who, lotId);
  expect(await codeOf(stage.act(person("agency"), startReview, { lotId }))).toBe("proposal.opening_not_finished");
  await stage.setClock(addMinutes(deadline, 61));

  // The host reads without reviewers, and nobody else of those who run it.
  await stage.act(person("agency"), startReview, { lotId });
  const opened = await asPerson(stage, person("agency"), (tx) => applicationOpeningsOf(tx, lotId));
  expect(opened.map(({ state }) => state).sort()).toEqual(["decrypted", "decrypted", "decrypted", "failed"]);
  expect(await asPerson(stage, person("tenderer"), (tx) => applicationOpeningsOf(tx, lotId))).toEqual([]);
  const expert = { lotId, kind: "expert" as const, who: "EXP001" };
  expect(await codeOf(stage.act(person("agency"), addReviewer, expert))).toBe("proposal.no_experts");
  await endFirstStage(stage, lotId);
  expect(await stage.lot(lotId)).toMatchObject({ state: "P4" });
  const bodies = await Promise.all(
    senders.map(async (who) => (await lettersOf(who, "prequalification-result"))[0]!.body),
  );
  expect(bodies.map((body) => body.includes("可以参加第二阶段投标"))).toEqual([true, true, true, false]);
  expect(bodies[3]).toContain("在规定的解密时间内未解密，技术建议未开启");
  for (const [i, body] of bodies.entries())
    for (const other of senders) if (other !== senders[i]) expect(body).not.toContain(other.orgName);
  expect(bodies.join("")).not.toContain("资格预审");

  await inviteQualified(stage, lotId);
  expect(await stage.lot(lotId)).toMatchObject({ state: "T1", restricted: false });
  const [invitation] = await lettersOf(jia, "invitation");
  expect(invitation!.subject).toContain("第二阶段投标邀请书");
  for (const who of [ding, person("ji")]) {
    expect(await codeOf(obtain(stage, who, lotId)), who.key).toBe("proposal.not_among_participants");
    expect(await codeOf(begin(who, "bid")), who.key).toBe("proposal.not_among_participants");
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
  expect(openings.map(({ state }) => state)).toEqual(["decrypted", "decrypted", "decrypted"]);
  const told = (await messages(lotId)).map(({ dataset }) => dataset);
  expect(told.filter((dataset) => dataset === "505")).toHaveLength(3);
  expect(told.filter((dataset) => ["514", "515", "516", "9004"].includes(dataset))).toEqual([]);
  await signRecord(stage, lotId, [jia]);
  expect(await stage.lot(lotId)).toMatchObject({ state: "O2", code: lotCode });
  expect(await asService(stage, (tx) => resultsOf(tx, lotId))).toHaveLength(4);
  for (let i = 0; i < 30; i++) await stage.deliver();
  expect((await messages(lotId)).filter(({ state }) => state === "rejected")).toEqual([]);
});

test("IR30 CLK-09: with two proposals opened the tender fails, and the reason says no number", {
  timeout: 120_000,
}, async () => {
  const { stage } = t;
  const { lotId, deadline } = await openPrequalification(stage, { ...plan, name: "两家开启两阶段（演示）" });
  for (const key of ["jia", "yi", "bing"]) await apply(stage, person(key), lotId);
  await stage.setClock(deadline);
  await reachApplicationOpening(stage, lotId, "P2");
  for (const key of ["jia", "yi"]) await decryptApplication(stage, person(key), lotId);
  await stage.setClock(addMinutes(deadline, 61));
  await endFirstStage(stage, lotId);
  expect(await stage.lot(lotId)).toMatchObject({ state: "F1" });
  const [abnormal] = (await messages(lotId)).filter(({ dataset }) => dataset === "517");
  expect(abnormal!.body.EXCEPITON_INFOR).toBe("技术建议已开启的投标人少于三个");
});

test("IR30: a first stage without what is to be treated, or of another kind of tender, is refused", async () => {
  const { stage } = t;
  const agency = person("agency");
  const now = await stage.now();
  const { lotId } = await draftLot(stage, { ...plan, name: "拒绝两阶段（演示）" });
  const save = (content: unknown) => stage.act(agency, savePrequalification, { lotId, content: content as never });
  expect(await codeOf(save(demoPrequalification(now, agency)))).toBe("prequalification.other_round");
  await save(demoFirstStage(now, agency));
  const none = { lotId, statement: { payload: "e30", cms: "AA" } };
  expect(await codeOf(stage.act(agency, endStudy, none))).toBe("proposal.not_in_study");
  const pre = await draftLot(stage, {
    name: "资格预审（演示）",
    content: "综合楼",
    estimateFen: 500_000_000n,
    prequalified: true,
  });
  const stage1 = { lotId: pre.lotId, content: demoFirstStage(now, agency) };
  expect(await codeOf(stage.act(agency, savePrequalification, stage1))).toBe("prequalification.other_round");
  expect(await codeOf(stage.act(agency, endStudy, { ...none, lotId: pre.lotId }))).toBe("proposal.not_two_stage");
});
