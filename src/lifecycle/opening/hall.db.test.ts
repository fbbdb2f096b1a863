import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addHours, addMinutes } from "@/core/time";
import { submit } from "@/dev/scenarios/bidding";
import { signRecord } from "@/dev/scenarios/evaluate";
import { decrypt, reachOpening, signIn } from "@/dev/scenarios/opening";
import { actorOf, type Person, signActAs } from "@/dev/scenarios/person";
import { draftLot, publish, sealEstimateAs } from "@/dev/scenarios/tendering";
import { type BaseEstimate, openEstimate, readOutDigest } from "@/lifecycle/tender-document/base-estimate";
import { dropBaseEstimate } from "@/lifecycle/tender-document/commands/base-estimate";
import { saveTenderDocument } from "@/lifecycle/tender-document/commands/document";
import { baseEstimateOf, documentInForce, draftOf } from "@/lifecycle/tender-document/queries";
import { asPerson, asService, asStranger, receivingLot } from "@/testing/lots";
import { openedLot, PRICES } from "@/testing/opened";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { readOutBaseEstimate } from "./commands/base-estimate";
import { prepareOpeningRecord } from "./commands/record";
import { signInAtHall } from "./commands/release";
import { answerAtOpening, confirmOpening, objectAtOpening } from "./commands/remark";
import { speakInHall } from "./commands/speak";
import { hallView } from "./hall-view";
import { openingRecordOf, remarksOf } from "./queries";
import type { RecordPayload } from "./record";
import { type FinalRecord, openingRecordPdf } from "./record-pdf";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());
test("CLK-30: sign-in opens a day before the deadline, for bidders of the lot, and ends with the decryption window", async () => {
  const { stage } = t;
  const { lotId, deadline } = await receivingLot(stage, "签到");
  for (const key of ["jia", "yi", "bing"] as const)
    await submit(stage, stage.person(key), lotId, { priceFen: PRICES[key] });
  const jia = stage.person("jia");
  await stage.setClock(new Date(addHours(deadline, -24).getTime() - 1));
  expect(await codeOf(signIn(stage, jia, lotId))).toBe("opening.sign_in_too_early");
  await stage.setClock(addHours(deadline, -24));
  await signIn(stage, jia, lotId);
  expect(await codeOf(signIn(stage, stage.person("wu"), lotId))).toBe("general.not_found");
  for (const key of ["yi", "agency", "tenderer", "supervisor"]) {
    expect(
      await asPerson(stage, stage.person(key), (tx) => tx.execute(sql`select 1 from hall_sign_ins`)),
      key,
    ).toHaveLength(0);
  }
  await stage.setClock(deadline);
  await reachOpening(stage, lotId, "O1");
  const end = (await stage.lot(lotId)).windowEndsAt!;
  expect(end).toEqual(addMinutes(deadline, 30));
  await stage.setClock(new Date(end.getTime() - 1));
  await signIn(stage, stage.person("yi"), lotId);
  await stage.setClock(end);
  expect(await codeOf(stage.act(stage.person("bing"), signInAtHall, { lotId }))).toBe("opening.window_ended");
});

test("CLK-10 R-5.6.8: an open objection holds the record; the answer on the spot is in it", {
  timeout: 90_000,
}, async () => {
  const { stage } = t;
  const { lotId } = await openedLot(t, "开标异议", ["jia", "yi", "bing"]);
  const [jia, yi, agency] = ["jia", "yi", "agency"].map((key) => stage.person(key)) as [Person, Person, Person];
  expect(await codeOf(stage.act(yi, objectAtOpening, { lotId, text: "唱标价格有误" }))).toBe("opening.not_announced");
  for (const key of ["jia", "yi", "bing"]) await decrypt(stage, stage.person(key), lotId);
  await stage.act(yi, objectAtOpening, { lotId, text: "唱标价格有误，请核对" });
  expect(await codeOf(stage.act(stage.person("wu"), objectAtOpening, { lotId, text: "我也有异议" }))).toBe(
    "general.not_found",
  );
  expect(await codeOf(stage.act(agency, prepareOpeningRecord, { lotId }))).toBe("opening.objection_open");
  expect(await codeOf(signRecord(stage, lotId, [jia]))).toBe("opening.objection_open");
  expect((await stage.lot(lotId)).state).toBe("O1");
  const [objection] = (await asService(stage, (tx) => remarksOf(tx, lotId))).filter(({ kind }) => kind === "objection");
  const answer = { lotId, remarkId: objection!.id, answer: "经核对，唱标内容与投标文件一致。" };
  expect(
    await codeOf(stage.act(stage.person("tenderer"), answerAtOpening, { ...answer, remarkId: crypto.randomUUID() })),
  ).toBe("opening.no_open_objection");
  await stage.act(agency, answerAtOpening, answer);
  expect(await codeOf(stage.act(agency, answerAtOpening, answer))).toBe("opening.no_open_objection");
  await signRecord(stage, lotId, []);
  const record = (await asStranger(stage, (tx) => openingRecordOf(tx, lotId)))!.payload as {
    remarks: { kind: string; text: string; answer: string }[];
  };
  expect(record.remarks.find(({ kind }) => kind === "objection")).toMatchObject({
    text: "唱标价格有误，请核对",
    answer: "经核对，唱标内容与投标文件一致。",
  });
  expect((await stage.lot(lotId)).state).toBe("O2");
  expect(await codeOf(stage.act(yi, objectAtOpening, { lotId, text: "太晚的异议内容" }))).toBe("opening.record_closed");
});

test("R-5.6.9: the record is signed by host, tenderer and bidders; who does not sign is named in it", {
  timeout: 90_000,
}, async () => {
  const { stage } = t;
  const { lotId } = await openedLot(t, "开标记录签名", ["jia", "yi", "bing"]);
  for (const key of ["jia", "yi", "bing"]) await decrypt(stage, stage.person(key), lotId);
  const [jia, yi, bing, tenderer] = ["jia", "yi", "bing", "tenderer"].map((key) => stage.person(key)) as [
    Person,
    Person,
    Person,
    Person,
  ];
  await signRecord(stage, lotId, [jia, tenderer]);
  const { payload, recordHash } = (await asStranger(stage, (tx) => openingRecordOf(tx, lotId)))!;
  const { blocks } = openingRecordPdf(payload as unknown as FinalRecord, recordHash, "站点");
  const pairs = new Map(blocks.flatMap((block) => (block.kind === "pairs" ? block.rows : [])));
  expect(pairs.get("招标人")).toContain(`${tenderer.orgName}，`);
  expect(pairs.get("招标人")).toContain("签名确认");
  expect(pairs.get("投标人已签名确认")).toBe(jia.orgName);
  expect(pairs.get("投标人未签名（已记录）")?.split("、").sort()).toEqual([yi.orgName, bing.orgName].sort());
  expect(pairs.get("主持人")).toContain(stage.person("agency").name);
});

test("R-5.6.12: host and bidders speak in the hall from the list of names to the signed record, in front of everybody", {
  timeout: 90_000,
}, async () => {
  const { stage } = t;
  const { lotId: waiting } = await receivingLot(stage, "未开标不发言");
  const [jia, agency, wu] = ["jia", "agency", "wu"].map((key) => stage.person(key)) as [Person, Person, Person];
  await submit(stage, jia, waiting, { priceFen: PRICES.jia });
  const speak = (who: Person, lotId: string, text = "请问解密按钮在哪里？") =>
    stage.act(who, speakInHall, { lotId, text });
  // Before the opening a word would betray who bid, to the host as well.
  expect(await codeOf(speak(jia, waiting))).toBe("general.not_found");
  expect(await codeOf(speak(agency, waiting))).toBe("opening.nobody_listens");

  const { lotId } = await openedLot(t, "大厅发言", ["jia", "yi", "bing"]);
  await speak(jia, lotId);
  await speak(agency, lotId, "在本单位一栏下方。");
  expect(await codeOf(speak(wu, lotId))).toBe("general.not_found");
  expect(await codeOf(speak(stage.person("supervisor"), lotId))).toBe("general.forbidden");
  const view = await asPerson(stage, stage.person("yi"), (tx) =>
    hallView(tx, actorOf(stage.person("yi"), stage.app.site.id), lotId),
  );
  expect(view.events.filter(({ kind }) => kind === "message").map(({ payload }) => payload)).toEqual([
    { organisation: jia.orgName, host: false, text: "请问解密按钮在哪里？" },
    { organisation: agency.orgName, host: true, text: "在本单位一栏下方。" },
  ]);
  for (let i = 1; i < 10; i++) await speak(jia, lotId, `第 ${i} 次`);
  expect(await codeOf(speak(jia, lotId, "太多"))).toBe("opening.speaks_too_often");
  for (const key of ["jia", "yi", "bing"]) await decrypt(stage, stage.person(key), lotId);
  await signRecord(stage, lotId, []);
  expect(await codeOf(speak(agency, lotId, "结束后"))).toBe("opening.nobody_listens");
});

test("an act signed for another lot, another act or used before confirms nothing", { timeout: 60_000 }, async () => {
  const { stage } = t;
  const { lotId } = await openedLot(t, "签名用途", ["jia", "yi", "bing"]);
  for (const key of ["jia", "yi", "bing"]) await decrypt(stage, stage.person(key), lotId);
  const jia = stage.person("jia");
  const { code } = await stage.lot(lotId);
  const { recordHash } = (await asService(stage, (tx) => openingRecordOf(tx, lotId)))!;
  const confirm = (statement: Awaited<ReturnType<typeof signActAs>>) =>
    stage.act(jia, confirmOpening, { lotId, statement });
  const good = { act: "opening.confirm", subject: code, digest: recordHash };
  for (const wrong of [{ act: "opening.sign-record" }, { subject: `${code}9` }, { digest: "0".repeat(64) }]) {
    expect(await codeOf(confirm(await signActAs(jia, stage.app, { ...good, ...wrong })))).toBe("identity.act_mismatch");
  }
  expect(await codeOf(confirm(await signActAs(stage.person("yi"), stage.app, good)))).toBe(
    "identity.other_certificate",
  );
  expect(await codeOf(confirm(await signActAs(jia, t.other.app, good)))).toBe("identity.act_mismatch");
  const once = await signActAs(jia, stage.app, good);
  await confirm(once);
  expect(await codeOf(confirm(once))).toBe("identity.challenge_used");
});

test("R-5.4.9: a base estimate is sealed before publication, its author's alone until the opening, then read out once", {
  timeout: 90_000,
}, async () => {
  const { stage } = t;
  const [tenderer, agency] = [stage.person("tenderer"), stage.person("agency")];
  const { lotId, lotCode } = await draftLot(stage, {
    name: "标底（演示）",
    content: "教室 12 间",
    estimateFen: 500_000_000n,
  });
  // One a lot: the second takes the place of the first, and no form of the agency's loses or changes its hash.
  const first = await sealEstimateAs(stage, lotId, 470_000_000n);
  const hash = await sealEstimateAs(stage, lotId, 476_543_218n);
  expect(hash).not.toBe(first);
  const { content, fileIds } = (await asPerson(stage, agency, (tx) => draftOf(tx, lotId)))!;
  const forged = { ...content, baseEstimate: { hash: first } };
  await stage.act(agency, saveTenderDocument, { lotId, content: forged, fileIds });
  await publish(stage, lotId);
  const inForce = await asService(stage, (tx) => documentInForce(tx, lotId));
  expect(inForce.content.baseEstimate).toEqual({ hash });
  expect(await codeOf(sealEstimateAs(stage, lotId, 1n))).toBe("tender.not_editable");
  expect(await codeOf(stage.act(tenderer, dropBaseEstimate, { lotId }))).toBe("tender.not_editable");

  const keptBy = (key: string) =>
    asPerson(stage, stage.person(key), async (tx) => (await baseEstimateOf(tx, lotId))?.kept);
  for (const key of ["agency", "supervisor", "jia", "operator"]) expect(await keptBy(key), key).toBeUndefined();
  const { key: privateKey } = tenderer.opened.encryption;
  const sealed = (await keptBy("tenderer"))!.sealed;
  const said = await openEstimate(lotCode, sealed, { fingerprint: sealed.cert, privateKey });
  expect(said.amountFen).toBe("476543218");
  const readOut = async (what: BaseEstimate | { unreadable: string } = said) => {
    const toSign = { act: "base-estimate.read-out", subject: lotCode, digest: readOutDigest(hash, what) };
    const statement = await signActAs(tenderer, stage.app, toSign);
    return stage.act(tenderer, readOutBaseEstimate, { lotId, said: what, statement });
  };
  expect(await codeOf(readOut())).toBe("opening.base_estimate_too_early");
  // Not even the owner of the tables puts an amount in before the opening.
  await expect(
    t.database.owner.db.execute(sql`update base_estimates set amount_fen = 1 where lot_id = ${lotId}`),
  ).rejects.toThrow();

  for (const key of ["jia", "yi", "bing"] as const)
    await submit(stage, stage.person(key), lotId, { priceFen: PRICES[key] });
  await stage.setClock((await stage.lot(lotId)).bidDeadline!);
  await reachOpening(stage, lotId, "O1");
  expect(await keptBy("agency")).toBeUndefined();
  for (const key of ["jia", "yi", "bing"]) await decrypt(stage, stage.person(key), lotId);
  expect(await codeOf(stage.act(agency, prepareOpeningRecord, { lotId }))).toBe("opening.base_estimate_sealed");
  expect(await codeOf(readOut({ ...said, amountFen: "476543219" }))).toBe("opening.base_estimate_differs");
  await readOut();
  expect(await codeOf(readOut())).toBe("opening.base_estimate_read_out");
  expect((await keptBy("jia"))?.amountFen).toBe(476_543_218n);
  await signRecord(stage, lotId, []);
  const record = (await asStranger(stage, (tx) => openingRecordOf(tx, lotId)))!.payload as unknown as RecordPayload;
  expect(record.baseEstimate).toEqual({ text: expect.stringContaining("¥4,765,432.18"), hash });
});
