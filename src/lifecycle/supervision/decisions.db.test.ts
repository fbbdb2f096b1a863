import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { verify } from "@/cli/verify";
import { addHours, addMinutes } from "@/core/time";
import type { CmsSigner } from "@/crypto/cms";
import { payloadOf, signStatement } from "@/crypto/statement";
import { obtain, submit } from "@/dev/scenarios/bidding";
import {
  award,
  formCommittee,
  publishTheCandidates,
  review,
  seatCommittee,
  seatedOf,
  seatMembers,
  signRecord,
  signReportAll,
} from "@/dev/scenarios/evaluate";
import { decrypt, reachOpening } from "@/dev/scenarios/opening";
import { actorOf, type Person, signActAs } from "@/dev/scenarios/person";
import { executeAsService } from "@/kit/command";
import { archives } from "@/lifecycle/archive/tables";
import { decideAward, decisionDigest } from "@/lifecycle/award/commands/decide";
import { candidatesOf } from "@/lifecycle/award/queries";
import { memberCodes } from "@/lifecycle/committee/queries";
import { evaluatedBids, evaluationOf, marksOf, pastEvaluationsOf, reportOf } from "@/lifecycle/evaluation/queries";
import type { ReportPayload } from "@/lifecycle/evaluation/report";
import { reviewView } from "@/lifecycle/evaluation/review-view";
import { decryptBid } from "@/lifecycle/opening/commands/decrypt";
import { hallView } from "@/lifecycle/opening/hall-view";
import { openingsOf } from "@/lifecycle/opening/queries";
import { summaryOf } from "@/lifecycle/opening/ui/hall-text";
import { openIdentity } from "@/outside/identity";
import { AUTHORITY } from "@/outside/supervision/authority";
import { fileOf } from "@/platform/file/queries";
import { ownLetters } from "@/platform/inbox/queries";
import { readAll } from "@/ports/storage";
import { asPerson, asService, asStranger, receivingLot } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { takeInstruction } from "./commands/take-instruction";
import { takeNotice } from "./commands/take-notice";
import { instructionsOf } from "./queries";
import type { InstructionType } from "./schema";

let t: TestStage;
let signer: CmsSigner;
beforeAll(async () => {
  t = await testStage();
  const { name: cn, creditCode } = AUTHORITY;
  const folder = join(t.dataDir, "supervision");
  signer = await openIdentity({ caUrl: t.outside.ca, folder, use: "platform", cn, o: cn, creditCode });
}, 120_000);
afterAll(() => t?.close());

let serial = 0;
/** The supervising body signs an instruction; the receiver takes it. */
async function order(lot: string, type: InstructionType, more: object = {}) {
  const now = await t.stage.now();
  const payload = {
    ...{ format: "xinbiao-instruction/1", type, lot, no: `演示监〔2026〕${++serial} 号`, ...more },
    ...{ ground: "实施条例第八十一条", text: "经查，评标委员会未按招标文件规定的标准评标" },
    ...{ authority: AUTHORITY.creditCode, jurisdiction: AUTHORITY.jurisdiction },
    ...{ issuedAt: now.toISOString(), nonce: randomBytes(16).toString("hex") },
  };
  const statement = await signStatement(payload, signer, { signingTime: now });
  const { ack } = await executeAsService(t.stage.receiver, takeInstruction, { statement });
  return payloadOf(ack).value;
}
const person = (key: string): Person => t.stage.person(key);
const lettersOf = async (key: string, lotId: string, kind: string) =>
  (await asPerson(t.stage, person(key), (tx) => ownLetters(tx, actorOf(person(key), t.stage.app.site.id)))).filter(
    (letter) => letter.lotId === lotId && letter.kind === kind,
  );
const exceptionsOf = async (lotId: string) =>
  t.database.owner.db.execute<{ body: Record<string, string> }>(
    sql`select body from outbox where lot_id = ${lotId} and dataset = '517' order by seq`,
  );

/** What somebody who verifies the archive is told to be wrong. */
async function problemsOf(lotId: string): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), "xinbiao-again-"));
  try {
    const file = await asService(t.stage, async (tx) => {
      const [row] = await tx.select().from(archives).where(eq(archives.lotId, lotId));
      return fileOf(tx, row!.fileId);
    });
    writeFileSync(join(folder, "a.zip"), await readAll(await t.ports.storage.get(file.storageKey)));
    const lines: string[] = [];
    await verify([join(folder, "a.zip")], (line) => lines.push(line));
    return lines.filter((line) => line.startsWith("✘"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("R-L.64 R-5.11.6: INVALIDATE ends a lot whatever its state; what is sealed stays sealed, and who bid stays secret", {
  timeout: 60_000,
}, async () => {
  const { stage } = t;
  const { lotId, lotCode } = await receivingLot(stage, "认定无效");
  await obtain(stage, person("yi"), lotId);
  await submit(stage, person("jia"), lotId, { priceFen: 480_000_000n });
  // Suspended first, as it is done: the decision is carried out although the lot stands still.
  expect(await order(lotCode, "SUSPEND")).toMatchObject({ state: "executed" });
  expect(await order(lotCode, "INVALIDATE")).toMatchObject({ state: "executed" });
  expect((await stage.lot(lotId)).state).toBe("F4");
  expect(await order(lotCode, "INVALIDATE")).toMatchObject({ state: "refused", reason: "STATE" });
  for (const key of ["jia", "yi", "agency"])
    expect(
      (await lettersOf(key, lotId, "instruction")).some(({ body }) => body.includes("被认定无效")),
      key,
    ).toBe(true);
  // Those who run the tender take notice, once; the bidder reads the decision and is asked nothing.
  const [read] = await asPerson(stage, person("agency"), (tx) => instructionsOf(tx, lotId));
  expect(read).toMatchObject({ title: "认定无效", notice: { at: undefined } });
  const notice = (key: string) => stage.act(person(key), takeNotice, { lotId, instructionId: read!.id });
  expect(await codeOf(notice("jia"))).toBe("general.forbidden");
  await notice("tenderer");
  expect(await codeOf(notice("agency"))).toBe("supervision.notice_taken");
  const seen = await asPerson(stage, person("supervisor"), (tx) => instructionsOf(tx, lotId));
  expect(seen.find(({ executed }) => executed)!.notice!.at).toBeInstanceOf(Date);
  expect(await asService(stage, (tx) => openingsOf(tx, lotId))).toEqual([]);
  expect(await asStranger(stage, (tx) => openingsOf(tx, lotId))).toEqual([]);
  const [message] = await exceptionsOf(lotId);
  expect(JSON.stringify(message!.body)).not.toContain(person("jia").orgName);
  expect(message!.body.EXCEPITON_NAME).toContain("被认定无效");
});

test("R-L.64 R-5.6.11: INVALIDATE in the middle of the decryption: a key that was released before it opens nothing", {
  timeout: 60_000,
}, async () => {
  const { stage } = t;
  const { lotId, lotCode, deadline } = await receivingLot(stage, "解密中认定无效");
  for (const key of ["jia", "yi", "bing"]) await submit(stage, person(key), lotId, { priceFen: 480_000_000n });
  await stage.setClock(deadline);
  await reachOpening(stage, lotId, "O1");
  await decrypt(stage, person("jia"), lotId);
  const rows = await asService(stage, (tx) => openingsOf(tx, lotId));
  const opened = rows.find(({ orgId }) => orgId === person("jia").orgId)!;
  // As it is between the release and the worker's hand.
  await t.database.owner.db.execute(
    sql`update bid_openings set state = 'released', form = null, files = null, final_at = null where id = ${opened.id}`,
  );
  expect(await order(lotCode, "INVALIDATE")).toMatchObject({ state: "executed" });
  const late = executeAsService(stage.worker, decryptBid, { bidId: opened.bidId, segment: opened.segment });
  expect(await late).toMatchObject({ done: false });
  const after = (await asService(stage, (tx) => openingsOf(tx, lotId))).find(({ id }) => id === opened.id);
  expect(after).toMatchObject({ state: "released", form: null, files: null });
  expect(await codeOf(decrypt(stage, person("yi"), lotId))).toBe("opening.not_open");
  const view = await asPerson(stage, person("jia"), (tx) =>
    hallView(tx, actorOf(person("jia"), stage.app.site.id), lotId),
  );
  expect(view.record).toBeUndefined();
  expect(summaryOf(view)).toContain("无效");
});

test("R-5.8.5 R-L.64: REEVALUATE gives the lot back to the original committee; its second report is a version, the first one is kept, and the candidates are published anew", {
  timeout: 240_000,
}, async () => {
  const { stage } = t;
  const { lotId, lotCode, deadline } = await receivingLot(stage, "重新评标");
  const keys = ["jia", "yi", "bing", "ding"];
  for (const [i, key] of keys.entries())
    await submit(stage, person(key), lotId, { priceFen: 480_000_000n - BigInt(i) * 1_000_000n });
  await stage.setClock(deadline);
  await reachOpening(stage, lotId, "O1");
  expect(await order(lotCode, "REEVALUATE")).toMatchObject({ state: "refused", reason: "STATE" });
  for (const key of keys) await decrypt(stage, person(key), lotId);
  await stage.setClock(addMinutes(deadline, 20));
  await signRecord(stage, lotId, []);
  const committee = await formCommittee(stage, lotId, addHours(deadline, 5));
  await stage.setClock(addHours(deadline, 5));
  await seatCommittee(stage, lotId, committee);
  await review(stage, lotId, committee, "preliminary");
  await review(stage, lotId, committee, "detailed");
  await signReportAll(stage, lotId, committee);
  await stage.setClock(addHours(await publishTheCandidates(stage, lotId), 1));
  const [first] = await asPerson(stage, person("tenderer"), (tx) => candidatesOf(tx, lotId));
  const decide = async (bidId: string) => {
    const digest = await decisionDigest(lotCode, bidId, "");
    const statement = await signActAs(person("tenderer"), stage.app, { act: "award.decide", subject: lotCode, digest });
    return stage.act(person("tenderer"), decideAward, { lotId, bidId, statement });
  };
  await decide(first!.bidId);
  expect((await stage.lot(lotId)).state).toBe("A2");

  expect(await order(lotCode, "REEVALUATE")).toMatchObject({ state: "executed" });
  expect(await stage.lot(lotId)).toMatchObject({ state: "E1", candidatePeriodEndsAt: null });
  const { step, version, result } = await asService(stage, (tx) => evaluationOf(tx, lotId));
  expect({ step, version, result }).toEqual({ step: "preliminary", version: 2, result: null });
  expect((await lettersOf("jia", lotId, "instruction"))[0]!.body).toContain("重新评标（第 2 次）");
  // While the committee works again nobody outside reads either version.
  expect(await asPerson(stage, person("tenderer"), (tx) => pastEvaluationsOf(tx, lotId))).toEqual([]);
  expect(await codeOf(decide(first!.bidId))).toBe("lot.no_such_move");

  // This time the first one is rejected.
  const bids = await asService(stage, (tx) => evaluatedBids(tx, lotId));
  await review(
    stage,
    lotId,
    committee,
    "preliminary",
    bids.filter(({ bidId }) => bidId === first!.bidId).map(({ bidId }) => bidId),
  );
  await review(stage, lotId, committee, "detailed");
  await signReportAll(stage, lotId, committee);
  expect((await stage.lot(lotId)).state).toBe("E2");
  const reports = await asService(stage, async (tx) => [await reportOf(tx, lotId, 1), await reportOf(tx, lotId, 2)]);
  expect(reports[0]!.finishedAt).not.toBeNull();
  const again = reports[1]!.payload as unknown as ReportPayload;
  expect(again).toMatchObject({ version: 2, reopened: [{ article: "实施条例第八十一条" }] });
  expect(again.rejected.map(({ bidId }) => bidId)).toEqual([first!.bidId]);
  expect(await asPerson(stage, person("tenderer"), (tx) => pastEvaluationsOf(tx, lotId))).toMatchObject([
    { version: 1, outcome: { state: "A2", decision: { bidId: first!.bidId } } },
  ]);

  await stage.setClock(addHours(await publishTheCandidates(stage, lotId), 1));
  const list = await asPerson(stage, person("tenderer"), (tx) => candidatesOf(tx, lotId));
  expect(list.map(({ version: of, rank }) => `${of}-${rank}`)).toEqual(["2-1", "2-2", "2-3"]);
  expect(list.some(({ bidId }) => bidId === first!.bidId)).toBe(false);
  await award(stage, lotId);
  expect(await order(lotCode, "REEVALUATE")).toMatchObject({ state: "refused", reason: "STATE" });
  expect(await problemsOf(lotId)).toEqual([]);
});

test("R-5.7.5: REPLACE_MEMBER puts the next on standby in the place of a member; what that one scored is void, the new one judges every bid, the others keep theirs", {
  timeout: 240_000,
}, async () => {
  const { stage } = t;
  const { lotId, lotCode, deadline } = await receivingLot(stage, "更换成员");
  for (const key of ["jia", "yi", "bing"]) await submit(stage, person(key), lotId, { priceFen: 480_000_000n });
  await stage.setClock(deadline);
  await reachOpening(stage, lotId, "O1");
  for (const key of ["jia", "yi", "bing"]) await decrypt(stage, person(key), lotId);
  await stage.setClock(addMinutes(deadline, 20));
  await signRecord(stage, lotId, []);
  const committee = await formCommittee(stage, lotId, addHours(deadline, 5));
  await stage.setClock(addHours(deadline, 5));
  await seatCommittee(stage, lotId, committee);
  await review(stage, lotId, committee, "preliminary");
  // The chair has scored when it falls ill.
  const chair = committee.find(({ member }) => member.isChair === 1)!;
  const others = committee.filter((one) => one !== chair);
  const [code] = [...(await asService(stage, async (tx) => memberCodes(tx, [chair.member]))).values()];
  expect(await order(lotCode, "REPLACE_MEMBER")).toMatchObject({ reason: "MEMBER" });
  expect(await order(lotCode, "REPLACE_MEMBER", { member: "EXP999" })).toMatchObject({ reason: "MEMBER" });
  expect(await order(lotCode, "REPLACE_MEMBER", { member: code })).toMatchObject({ state: "executed" });
  const seatedNow = await seatedOf(stage, lotId);
  const [comer] = seatedNow.filter(({ member }) => !committee.some((one) => one.member.id === member.id));
  expect(comer!.member).toMatchObject({ isChair: 1, seatId: chair.seatId });
  expect((await asService(stage, (tx) => evaluationOf(tx, lotId))).version).toBe(2);
  const read = asPerson(stage, chair.person, (tx) =>
    reviewView(tx, actorOf(chair.person, stage.app.site.id, chair.seatId), chair.member.id),
  );
  expect(await codeOf(read)).toBe("evaluation.not_declared");
  // The others have nothing to do over again in the preliminary review; the new one does it all.
  const marks = await asService(stage, (tx) => marksOf(tx, lotId, 2));
  expect(new Set(marks.map(({ memberId }) => memberId))).toEqual(new Set(others.map(({ member }) => member.id)));
  await seatMembers(stage, lotId, [comer!]);
  await review(stage, lotId, [comer!], "preliminary");
  await review(stage, lotId, seatedNow, "detailed");
  await signReportAll(stage, lotId, seatedNow);
  const report = (await asService(stage, (tx) => reportOf(tx, lotId, 2)))!.payload as unknown as ReportPayload;
  expect(report.members.map(({ name }) => name)).not.toContain(chair.person.name);
  expect(report.reopened).toMatchObject([{ kind: "replace" }]);
  // Who bids learns nothing of it.
  expect(await asPerson(stage, person("jia"), (tx) => instructionsOf(tx, lotId))).toEqual([]);
  expect(await order(lotCode, "REPLACE_MEMBER", { member: code })).toMatchObject({ reason: "STATE" });
  await stage.setClock(addHours(await publishTheCandidates(stage, lotId), 1));
  await award(stage, lotId);
  expect(await problemsOf(lotId)).toEqual([]);
});

test("R-O.52: PROVIDE hands over what may be read now, names what may not, and never what is sealed", {
  timeout: 60_000,
}, async () => {
  const { stage } = t;
  const { lotId, lotCode, deadline } = await receivingLot(stage, "调取资料");
  for (const key of ["jia", "yi", "bing"]) await submit(stage, person(key), lotId, { priceFen: 480_000_000n });
  const all = ["NOTICE", "DOCUMENT", "OPENING", "REPORT", "AWARD", "TRAIL"];
  expect(await order(lotCode, "PROVIDE")).toMatchObject({ reason: "FORMAT" });
  const before = (await order(lotCode, "PROVIDE", { classes: all })) as Record<string, unknown>;
  expect(before).toMatchObject({ state: "executed", withheld: ["OPENING", "REPORT", "AWARD"] });
  // While bids are sealed nothing of it tells who bid, nor how many.
  const told = JSON.stringify(before);
  for (const key of ["jia", "yi", "bing"]) {
    expect(told).not.toContain(person(key).orgName);
    expect(told).not.toContain(person(key).orgId);
    expect(told).not.toContain(person(key).creditCode);
  }
  expect(told).not.toMatch(/bid\.(submitted|received)|document\.obtained/);
  await stage.setClock(deadline);
  await reachOpening(stage, lotId, "O1");
  expect(await order(lotCode, "PROVIDE", { classes: ["OPENING"] })).toMatchObject({ withheld: ["OPENING"] });
  for (const key of ["jia", "yi", "bing"]) await decrypt(stage, person(key), lotId);
  const after = (await order(lotCode, "PROVIDE", { classes: ["OPENING", "REPORT"] })) as Record<string, unknown>;
  expect(after).toMatchObject({ withheld: ["REPORT"] });
  expect(JSON.stringify(after.material)).toContain(person("jia").orgName);
});
