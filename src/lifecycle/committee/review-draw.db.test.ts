import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addHours, addMinutes } from "@/core/time";
import { decryptApplication } from "@/dev/scenarios/opening";
import { actorOf, type Person, signActAs } from "@/dev/scenarios/person";
import {
  apply,
  declareAs,
  drawExperts,
  nameReviewers,
  openPrequalification,
  reachApplicationOpening,
} from "@/dev/scenarios/prequalification";
import { executeAsService } from "@/kit/command";
import { startReview } from "@/lifecycle/opening/commands/start-review";
import { ownReviews, reviewerFacts, reviewersOf } from "@/lifecycle/prequalification/queries";
import { prequalDraws, prequalReviewers } from "@/lifecycle/prequalification/tables";
import { asPerson, asService } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { drawReviewers, recuseReviewer, requestReviewDraw, reviewDrawDigest } from "./commands/review-draw";
import { addReviewer } from "./commands/reviewers";
import { commitmentOf } from "./draw";
import { runDrawCase } from "./draw-case";
import { experts } from "./tables";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

const person = (key: string): Person => t.stage.person(key);
const plan = { content: "综合楼一栋", estimateFen: 500_000_000n };

async function request(by: Person, lotId: string, set: Record<string, unknown> = {}) {
  const { stage } = t;
  const { code, applicationDeadline } = await stage.lot(lotId);
  const body = {
    ...{ lotId, speciality: "房屋建筑", expertCount: 4, standbyCount: 2, avoidance: [] },
    reviewAt: addHours(applicationDeadline!, 2).toISOString(),
    ...set,
  };
  const toSign = { act: "prequalification.request-draw", subject: code, digest: await reviewDrawDigest(body) };
  const statement = await signActAs(by, stage.app, toSign);
  return stage.act(by, requestReviewDraw, { ...body, statement, hostNonce: "2".repeat(64) });
}

test("R-5.3.5 CLK-17: what is no lawful request for a review committee is refused, and experts are not named by hand", async () => {
  const { stage } = t;
  const agency = person("agency");
  const { lotId } = await openPrequalification(stage, { ...plan, name: "抽取拒绝（演示）" });
  expect(await codeOf(request(person("tenderer"), lotId))).toBe("general.not_found");
  expect(await codeOf(request(agency, lotId, { expertCount: 3 }))).toBe("general.invalid_input");
  expect(await codeOf(request(agency, lotId, { speciality: "没有的专业" }))).toBe("committee.pool_too_small");
  const early = (await stage.now()).toISOString();
  expect(await codeOf(request(agency, lotId, { reviewAt: early }))).toBe("prequalification.review_before_deadline");
  const byHand = { lotId, kind: "expert" as const, who: "EXP001" };
  expect(await codeOf(stage.act(agency, addReviewer, byHand))).toBe("prequalification.experts_drawn");
  const two = await openPrequalification(stage, { ...plan, name: "不评审（演示）", twoStage: true });
  expect(await codeOf(request(agency, two.lotId))).toBe("prequalification.no_committee");
  // Nobody is drawn before the applications are frozen; until then the host may ask anew.
  await request(agency, lotId);
  await request(agency, lotId, { expertCount: 6 });
  expect(await codeOf(executeAsService(stage.worker, drawReviewers, { lotId }))).toBe("general.changed_meanwhile");
  expect(await asService(stage, (tx) => reviewersOf(tx, lotId))).toEqual([]);
});

test("R-5.3.5 CLK-17 BL37: experts of a review committee are drawn, nobody of an applicant among them, and nobody learns who before the review", {
  timeout: 120_000,
}, async () => {
  const { stage } = t;
  const agency = person("agency");
  const { lotId, deadline } = await openPrequalification(stage, { ...plan, name: "抽取委员会（演示）" });
  const { tenderProjectId, code } = await stage.lot(lotId);
  for (const key of ["jia", "yi", "bing"]) await apply(stage, person(key), lotId);
  await t.database.owner.db
    .update(experts)
    .set({ employerCreditCode: person("jia").creditCode })
    .where(eq(experts.code, "EXP001"));
  await stage.setClock(deadline);
  await reachApplicationOpening(stage, lotId, "P2");
  const drawn = await drawExperts(stage, lotId, 4);
  expect(await codeOf(executeAsService(stage.worker, drawReviewers, { lotId }))).toBe("general.changed_meanwhile");
  expect(await codeOf(request(agency, lotId))).toBe("prequalification.drawn_before");

  // Whoever has the record repeats the draw; the platform's part was committed when the document was published.
  const [kept] = await asService(stage, (tx) => tx.select().from(prequalDraws).where(eq(prequalDraws.lotId, lotId)));
  const record = kept!.record as {
    label: string;
    items: string[];
    drawn: string[];
    standby: string[];
    inputHash: string;
  };
  expect(record.items).not.toContain("EXP001");
  const [platform, host] = [kept!.platformNonce, "1".repeat(64)];
  const again = await runDrawCase({
    format: "xinbiao-draw/1",
    lot: code,
    parties: [
      { party: "platform", nonce: platform, commitment: commitmentOf(platform) },
      { party: "host", nonce: host, commitment: commitmentOf(host) },
    ],
    draws: [
      {
        ...{ label: record.label, items: record.items, inputHash: record.inputHash, count: 4, standby: 2 },
        expect: { drawn: record.drawn, standby: record.standby },
      },
    ],
  });
  expect(again.disagreements).toEqual([]);
  const [published] = await asService(stage, (tx) =>
    tx.execute<{ facts: { platformCommitment: string } }>(
      sql`select facts from trail_lines where chain = ${`project:${tenderProjectId}`} and action = 'prequalification.published'`,
    ),
  );
  expect(published!.facts.platformCommitment).toBe(commitmentOf(platform));

  // Host and supervisor know how many and whether they declared; each expert knows its own place, who is on standby none.
  const seen = (who: Person) => asPerson(stage, who, (tx) => reviewersOf(tx, lotId));
  for (const key of ["agency", "supervisor", "tenderer", "jia"]) expect(await seen(person(key)), key).toEqual([]);
  for (const who of drawn) {
    expect((await seen(who)).map(({ personId }) => personId)).toEqual([who.personId]);
    const mine = await asPerson(stage, who, (tx) => ownReviews(tx, actorOf(who, stage.app.site.id)));
    expect(mine.filter((one) => one.lotId === lotId)).toHaveLength(1);
  }
  const rows = await asService(stage, (tx) =>
    tx.select().from(prequalReviewers).where(eq(prequalReviewers.lotId, lotId)),
  );
  const waiting = rows.filter(({ standby }) => standby);
  expect(waiting).toHaveLength(2);
  const personOf = (id: string) => [...stage.people.values()].find(({ personId }) => personId === id)!;
  const next = personOf(waiting.sort((a, b) => a.place! - b.place!)[0]!.personId);
  expect(await asPerson(stage, next, (tx) => ownReviews(tx, actorOf(next, stage.app.site.id)))).toEqual([]);
  expect(await codeOf(declareAs(stage, lotId, next))).toBe("general.not_found");
  expect(await asPerson(stage, agency, (tx) => reviewerFacts(tx, lotId))).toHaveLength(4);
  expect(await asPerson(stage, person("tenderer"), (tx) => reviewerFacts(tx, lotId))).toEqual([]);

  // One leaves for a conflict: the next on standby comes, and who left reads nothing.
  const [leaving, ...staying] = drawn as [Person, ...Person[]];
  await stage.act(leaving, recuseReviewer, { lotId, reason: "曾在申请人处任职" });
  expect(await codeOf(stage.act(leaving, recuseReviewer, { lotId, reason: "曾在申请人处任职" }))).toBe(
    "general.not_found",
  );
  for (const who of [...staying, next]) await declareAs(stage, lotId, who);
  await nameReviewers(stage, lotId, ["tenderer"]);
  expect(await asPerson(stage, agency, (tx) => reviewerFacts(tx, lotId))).toHaveLength(5);
  for (const key of ["jia", "yi", "bing"]) await decryptApplication(stage, person(key), lotId);
  await stage.setClock(addMinutes(deadline, 61));
  await stage.act(agency, startReview, { lotId });
  expect(await seen(agency)).toHaveLength(5);
  expect(await seen(person("supervisor"))).toHaveLength(5);
  expect((await seen(agency)).map(({ personId }) => personId)).not.toContain(leaving.personId);
  expect(await codeOf(stage.act(next, recuseReviewer, { lotId, reason: "曾在申请人处任职" }))).toBe(
    "prequalification.reviewers_fixed",
  );
});
