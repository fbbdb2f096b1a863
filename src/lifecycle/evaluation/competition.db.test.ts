import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { verify } from "@/cli/verify";
import { addHours, addMinutes } from "@/core/time";
import { submit } from "@/dev/scenarios/bidding";
import {
  award,
  formCommittee,
  publishTheCandidates,
  review,
  type Seated,
  seatCommittee,
  signRecord,
  signReportAll,
  stateCompetition,
} from "@/dev/scenarios/evaluate";
import { decrypt, reachOpening } from "@/dev/scenarios/opening";
import { actorOf, type Person } from "@/dev/scenarios/person";
import { trailOf } from "@/kit/trail-queries";
import { archives } from "@/lifecycle/archive/tables";
import { openingsOf } from "@/lifecycle/opening/queries";
import { fileOf } from "@/platform/file/queries";
import { ownLetters } from "@/platform/inbox/queries";
import { readAll } from "@/ports/storage";
import { asPerson, asService, receivingLot } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { draftCompetition } from "./commands/competition";
import { settleEvaluation } from "./commands/settle";
import { competitionOf, evaluatedBids, evaluationOf, reportOf } from "./queries";
import type { ReportPayload } from "./report";
import { reviewView } from "./review-view";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

const person = (key: string): Person => t.stage.person(key);
const actor = (who: Person) => actorOf(who, t.stage.app.site.id);
const stepOf = async (lotId: string) => (await asService(t.stage, (tx) => evaluationOf(tx, lotId))).step;

/** A lot of three bids whose committee has failed the last of them in the preliminary review. */
async function lotOfTwo(name: string, plan: Parameters<typeof receivingLot>[2] = {}) {
  const { stage } = t;
  const { lotId, deadline } = await receivingLot(stage, name, plan);
  for (const key of ["jia", "yi", "bing"]) await submit(stage, person(key), lotId, { priceFen: 480_000_000n });
  await stage.setClock(deadline);
  await reachOpening(stage, lotId, "O1");
  for (const key of ["jia", "yi", "bing"]) await decrypt(stage, person(key), lotId);
  await stage.setClock(addMinutes(deadline, 20));
  await signRecord(stage, lotId, []);
  const committee = await formCommittee(stage, lotId, addHours(deadline, 5));
  await stage.setClock(addHours(deadline, 5));
  await seatCommittee(stage, lotId, committee);
  const bids = await asService(stage, (tx) => evaluatedBids(tx, lotId));
  await review(
    ...([stage, lotId, committee, "preliminary"] as const),
    bids.filter(({ orgId }) => orgId === person("bing").orgId).map(({ bidId }) => bidId),
  );
  return { lotId, committee };
}

const viewOf = ({ person: who, member, seatId }: Seated) =>
  asPerson(t.stage, who, (tx) => reviewView(tx, actorOf(who, t.stage.app.site.id, seatId), member.id));

test("R-5.7.21: with two valid bids left the review stops for a written statement; not lacking, it goes on and the statement stands in report and archive", {
  timeout: 240_000,
}, async () => {
  const { stage } = t;
  const { lotId, committee } = await lotOfTwo("竞争认定继续评审");
  expect(await stepOf(lotId)).toBe("competition");
  // A stop tells that bids were rejected: the parties read the step that was stopped, and no line of it.
  for (const key of ["agency", "tenderer", "supervisor"]) {
    const seen = await asPerson(stage, person(key), async (tx) => ({
      step: (await evaluationOf(tx, lotId)).step,
      statements: await competitionOf(tx, lotId, 1),
      lines: (await trailOf(tx, `project:${(await stage.lot(lotId)).tenderProjectId}`)).filter(({ action }) =>
        action.startsWith("competition."),
      ),
    }));
    expect(seen, key).toEqual({ step: "preliminary", statements: [], lines: [] });
  }
  const chair = committee.find(({ member }) => member.isChair === 1)!;
  const other = committee.find(({ member }) => member.isChair !== 1)!;
  const draft = (by: Seated, text = "剩余两家投标人的报价差距明显，仍然具有竞争") =>
    stage.act(by.person, draftCompetition, { memberId: by.member.id, isLacking: false, text }, by.seatId);
  expect(await codeOf(draft(other))).toBe("evaluation.chair_only");
  expect(await viewOf(chair)).toMatchObject({ step: "competition", competition: { validBids: 2 } });

  // Three of five dissent: nothing is carried, the draft is kept and the chair writes another one.
  const ids = committee.map(({ member }) => member.id);
  await stateCompetition(stage, lotId, committee, true, ids.slice(0, 3));
  expect(await stepOf(lotId)).toBe("competition");
  expect(await viewOf(other)).toMatchObject({ competition: { draft: { number: 1, outcome: "dropped" } } });
  await stateCompetition(stage, lotId, committee, false, ids.slice(4));
  expect(await codeOf(draft(chair))).toBe("evaluation.step_closed");
  await stage.serve(settleEvaluation, { lotId });
  expect(await stepOf(lotId)).toBe("detailed");

  await review(stage, lotId, committee, "detailed");
  await signReportAll(stage, lotId, committee);
  expect((await stage.lot(lotId)).state).toBe("E2");
  const report = (await asPerson(stage, person("agency"), (tx) => reportOf(tx, lotId, 1)))!;
  const { competition } = report.payload as unknown as ReportPayload;
  expect(competition).toMatchObject([
    { number: 1, isLacking: true },
    { number: 2, isLacking: false, validBids: 2 },
  ]);
  expect(competition![1]!.members.map(({ answer }) => answer).sort()).toEqual([
    "dissented",
    ...Array(4).fill("signed"),
  ]);

  await stage.setClock(addHours(await publishTheCandidates(stage, lotId), 1));
  await award(stage, lotId);
  const folder = mkdtempSync(join(tmpdir(), "xinbiao-competition-"));
  try {
    const file = await asService(stage, async (tx) => {
      const [row] = await tx.select().from(archives).where(eq(archives.lotId, lotId));
      return fileOf(tx, row!.fileId);
    });
    writeFileSync(join(folder, "a.zip"), await readAll(await t.ports.storage.get(file.storageKey)));
    const lines: string[] = [];
    await verify([join(folder, "a.zip")], (line) => lines.push(line));
    expect(lines.filter((line) => line.startsWith("✘"))).toEqual([]);
    expect(lines.join("\n")).toMatch(/竞争认定意见.*2 稿/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("R-5.7.21: clearly lacking competition ends the lot with the statement as its ground, and no second envelope is opened", {
  timeout: 180_000,
}, async () => {
  const { stage } = t;
  const { lotId, committee } = await lotOfTwo("竞争认定否决", { twoEnvelopes: true });
  expect(await stepOf(lotId)).toBe("competition");
  await stateCompetition(stage, lotId, committee, true);
  expect((await stage.lot(lotId)).state).toBe("F2");
  expect(await stepOf(lotId)).toBe("done");
  expect(await asService(stage, (tx) => openingsOf(tx, lotId, 2))).toEqual([]);
  const letterOf = async (key: string) =>
    (await asPerson(stage, person(key), (tx) => ownLetters(tx, actor(person(key))))).filter(
      (letter) => letter.lotId === lotId && letter.kind === "all-rejected",
    );
  for (const key of ["jia", "yi", "bing"]) {
    const [letter, ...more] = await letterOf(key);
    expect(more).toEqual([]);
    expect(letter!.body).toContain("明显缺乏竞争");
    // The committee's own words on single bids go to those who run the tender.
    expect(letter!.body).not.toContain("书面意见：");
  }
  expect((await letterOf("agency"))[0]!.body).toContain("书面意见：");
  const statements = await asPerson(stage, person("tenderer"), (tx) => competitionOf(tx, lotId, 1));
  expect(statements).toMatchObject([{ isLacking: true, validBids: 2 }]);
  expect(await asPerson(stage, person("jia"), (tx) => competitionOf(tx, lotId, 1))).toEqual([]);
  const messages = await t.database.owner.db.execute<{ info: string }>(
    sql`select body ->> 'EXCEPITON_INFOR' as info from outbox where lot_id = ${lotId} and dataset = '517'`,
  );
  expect(messages.map(({ info }) => info)).toEqual([expect.stringContaining("明显缺乏竞争")]);
});
