import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { verify } from "@/cli/verify";
import { addHours, addMinutes } from "@/core/time";
import { submit } from "@/dev/scenarios/bidding";
import {
  formCommittee,
  publishTheCandidates,
  review,
  seatCommittee,
  signRecord,
  signReportAll,
} from "@/dev/scenarios/evaluate";
import { decrypt, reachOpening } from "@/dev/scenarios/opening";
import { actorOf, type Person, signActAs } from "@/dev/scenarios/person";
import { revoke } from "@/dev/scenarios/play";
import { buildArchive } from "@/lifecycle/archive/build";
import { archives } from "@/lifecycle/archive/tables";
import { rankingOf } from "@/lifecycle/evaluation/case-file";
import { evaluationOf, reportOf } from "@/lifecycle/evaluation/queries";
import type { ReportPayload } from "@/lifecycle/evaluation/report";
import { noticesOfLot } from "@/lifecycle/notice/queries";
import { openingsOf } from "@/lifecycle/opening/queries";
import { readOwnLot } from "@/lifecycle/tender-project/queries";
import { fileOf } from "@/platform/file/queries";
import { ownLetters } from "@/platform/inbox/queries";
import { readAll } from "@/ports/storage";
import { asPerson, asService, asStranger, receivingLot } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { decideAward, decisionDigest } from "./commands/decide";
import { lettersToSign, sendAwardNotices } from "./commands/send-notices";
import { passingOver, passOverWinner } from "./pass-over";
import { awardView, candidatesOf } from "./queries";
import { pastAwards } from "./tables";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

const person = (key: string): Person => t.stage.person(key);
const actor = (who: Person) => actorOf(who, t.stage.app.site.id);

test("R-L.102 R-5.8.3 R-5.8.11: a bid may be revoked until the award notice; the report stands, the next in order moves up at its own bid, and nothing is deleted", {
  timeout: 240_000,
}, async () => {
  const { stage } = t;
  const { lotId, lotCode, deadline } = await receivingLot(stage, "报告后撤销");
  const keys = ["jia", "yi", "bing", "ding", "wu"];
  for (const [i, key] of keys.entries())
    await submit(stage, person(key), lotId, { priceFen: 480_000_000n - BigInt(i) * 1_000_000n });
  await stage.setClock(deadline);
  await reachOpening(stage, lotId, "O1");
  for (const key of keys) await decrypt(stage, person(key), lotId);
  await stage.setClock(addMinutes(deadline, 20));
  await signRecord(stage, lotId, []);
  const committee = await formCommittee(stage, lotId, addHours(deadline, 5));
  await stage.setClock(addHours(deadline, 5));
  await seatCommittee(stage, lotId, committee);
  await review(stage, lotId, committee, "preliminary");
  await review(stage, lotId, committee, "detailed");
  const { result } = await asService(stage, (tx) => evaluationOf(tx, lotId));
  const ranking = rankingOf(result);
  const orgOf = new Map((await asService(stage, (tx) => openingsOf(tx, lotId))).map((row) => [row.bidId, row.orgId]));
  const bidderAt = (place: number): Person =>
    person(keys.find((key) => person(key).orgId === orgOf.get(ranking[place]!.bidId))!);
  await stage.setClock(addHours(deadline, 6));

  // While the report is being signed the last one leaves: the report speaks of what was computed.
  await revoke(stage, bidderAt(4), lotId);
  await signReportAll(stage, lotId, committee);
  expect((await stage.lot(lotId)).state).toBe("E2");
  const report = (await asService(stage, (tx) => reportOf(tx, lotId, 1)))!.payload as unknown as ReportPayload;
  expect(report.rows).toHaveLength(5);
  expect(report.rows.every(({ name }) => name.includes("演示"))).toBe(true);

  // The first one leaves before the publication: the next three are candidates.
  await revoke(stage, bidderAt(0), lotId);
  const told = await asPerson(stage, person("tenderer"), (tx) => ownLetters(tx, actor(person("tenderer"))));
  expect(told.find((one) => one.lotId === lotId && one.kind === "bid-revoked")!.body).toContain("依次递补");
  await stage.setClock(addHours(await publishTheCandidates(stage, lotId), 1));
  const list = await asPerson(stage, person("tenderer"), (tx) => candidatesOf(tx, lotId));
  expect(list.map(({ rank, bidId, priceFen }) => ({ rank, bidId, priceFen }))).toEqual(
    [1, 2, 3].map((place) => ({ rank: place, bidId: ranking[place]!.bidId, priceFen: ranking[place]!.priceFen })),
  );
  const published = (await asStranger(stage, (tx) => noticesOfLot(tx, lotId))).find(
    ({ kind }) => kind === "candidates",
  );
  expect(published!.fields.candidates).toContain("有投标人在评标报告形成后撤销投标文件");
  expect(published!.fields.candidates).not.toContain(bidderAt(0).orgName);

  // The first candidate leaves during or after the publication: it cannot be chosen, the second can.
  await revoke(stage, bidderAt(1), lotId);
  expect(await codeOf(revoke(stage, bidderAt(1), lotId))).toBe("opening.revoked_before");
  const decide = async (place: number) => {
    const bidId = ranking[place]!.bidId;
    const digest = await decisionDigest(lotCode, bidId, "第一名放弃中标");
    const statement = await signActAs(person("tenderer"), stage.app, { act: "award.decide", subject: lotCode, digest });
    return stage.act(person("tenderer"), decideAward, { lotId, bidId, ground: "第一名放弃中标", statement });
  };
  const view = await asPerson(stage, person("tenderer"), (tx) => awardView(tx, actor(person("tenderer")), lotId));
  expect(view.candidates.map(({ isRevoked }) => isRevoked)).toEqual([true, false, false]);
  expect(await codeOf(decide(1))).toBe("award.candidate_revoked");
  expect(await codeOf(decide(3))).toBe("law.first_rank_must_win");
  await decide(2);

  // The winner leaves before the notice: nothing is sent, the tenderer takes the decision back and chooses the next.
  const tenderer = person("tenderer");
  const passOver = async () => {
    const { toSign } = await asPerson(stage, tenderer, async (tx) => passingOver(tx, await stage.lot(lotId)));
    return stage.act(tenderer, passOverWinner, { lotId, statement: await signActAs(tenderer, stage.app, toSign) });
  };
  expect(await codeOf(passOver())).toBe("award.winner_not_revoked");
  await revoke(stage, bidderAt(2), lotId);
  const send = async () => {
    const { digest } = await asPerson(stage, tenderer, async (tx) => {
      const { lot, tender } = await readOwnLot(tx, actor(tenderer), lotId);
      return lettersToSign(tx, lot, tender);
    });
    const statement = await signActAs(tenderer, stage.app, { act: "award.send-notices", subject: lotCode, digest });
    return stage.act(tenderer, sendAwardNotices, { lotId, statement });
  };
  expect(await codeOf(send())).toBe("award.winner_revoked");
  await passOver();
  expect((await stage.lot(lotId)).state).toBe("A1");
  await decide(3);
  await send();
  expect((await stage.lot(lotId)).state).toBe("A3");
  expect(await codeOf(revoke(stage, bidderAt(3), lotId))).toBe("opening.revoke_too_late");
  const kept = await asPerson(stage, tenderer, (tx) => tx.select().from(pastAwards).where(eq(pastAwards.lotId, lotId)));
  expect(kept.map(({ bidId }) => bidId)).toEqual([ranking[2]!.bidId]);
  // Every package and opening is still there.
  expect(await asService(stage, (tx) => openingsOf(tx, lotId))).toHaveLength(5);

  await stage.serve(buildArchive, { lotId });
  const folder = mkdtempSync(join(tmpdir(), "xinbiao-revoked-"));
  try {
    const file = await asService(stage, async (tx) => {
      const [row] = await tx.select().from(archives).where(eq(archives.lotId, lotId));
      return fileOf(tx, row!.fileId);
    });
    writeFileSync(join(folder, "a.zip"), await readAll(await t.ports.storage.get(file.storageKey)));
    const lines: string[] = [];
    await verify([join(folder, "a.zip")], (line) => lines.push(line));
    expect(lines.filter((line) => line.startsWith("✘"))).toEqual([]);
    expect(lines.filter((line) => line.includes("撤销声明"))).toHaveLength(4);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
