import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { base64url, utf8 } from "@/core/bytes";
import { signStatement } from "@/crypto/statement";
import { seal, submit } from "@/dev/scenarios/bidding";
import { consortiumOf } from "@/dev/scenarios/consortium";
import { signRecord } from "@/dev/scenarios/evaluate";
import { decrypt, reachOpening } from "@/dev/scenarios/opening";
import { CONSORTIUM_BYTES, CONSORTIUM_FILE, encodePart } from "@/lifecycle/bidding/consortium/part";
import { evaluatedBids } from "@/lifecycle/evaluation/queries";
import { asService, asStranger, receivingLot } from "@/testing/lots";
import { type TestStage, testStage } from "@/testing/stage";
import { bidderTitlesOf, openingRecordOf, openingsOf } from "./queries";
import { type RecordPayload, rowTitle } from "./record";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

const KEYS = ["jia", "yi", "bing", "ding", "wu"] as const;

test("R-5.5.4: a consortium is received sealed, printed with its members, and what does not hold goes to the committee", async () => {
  const { stage } = t;
  const [jia, yi, bing, ding, wu] = KEYS.map((key) => stage.person(key)) as [
    ReturnType<typeof stage.person>,
    ...ReturnType<typeof stage.person>[],
  ];
  const { lotId, deadline } = await receivingLot(stage, "联合体开标工程", { consortium: true });
  const price = { priceFen: 480_000_000n };
  const good = await consortiumOf(stage, lotId, [jia!, yi!, stage.person("ji")]);
  // One is in order; one misses a signature and one has that of another company; one says it leads what another hands in.
  await submit(stage, jia!, lotId, { ...price, consortium: encodePart(good) });
  const unsigned = await consortiumOf(stage, lotId, [bing!, yi!, wu!], [yi!]);
  await submit(stage, bing!, lotId, { ...price, consortium: encodePart(unsigned) });
  const foreign = await consortiumOf(stage, lotId, [wu!, yi!], []);
  const other = await signStatement(foreign.terms, stage.person("agency").signer);
  await submit(stage, ding!, lotId, {
    ...price,
    consortium: encodePart({ ...foreign, consents: [{ creditCode: yi!.creditCode, cms: other.cms }] }),
  });
  // Alone, and a member of two consortia besides.
  await submit(stage, yi!, lotId, price);
  await submit(stage, wu!, lotId, { ...price, consortium: utf8("{}  ") });
  await stage.setClock(deadline);
  await reachOpening(stage, lotId, "O1");
  for (const key of KEYS) await decrypt(stage, stage.person(key), lotId);

  const rows = await asService(stage, (tx) => openingsOf(tx, lotId));
  const findingsOf = (orgId: string) => rows.find((row) => row.orgId === orgId)!.consortium?.findings;
  expect(rows.map(({ state, failureClass }) => [state, failureClass])).toEqual(KEYS.map(() => ["decrypted", null]));
  expect(findingsOf(jia!.orgId)).toEqual([]);
  expect(findingsOf(bing!.orgId)).toEqual([`缺少成员“${wu!.orgName}”对联合体协议的签章。`]);
  expect(findingsOf(ding!.orgId)).toEqual([
    `所列牵头人“${wu!.orgName}”不是递交投标文件的单位。`,
    expect.stringContaining(`成员“${yi!.orgName}”的签章所用证书不属于该单位`),
  ]);
  expect(findingsOf(yi!.orgId)).toBeUndefined();
  expect(findingsOf(wu!.orgId)).toEqual([expect.stringContaining("无法读取")]);

  const record = (await asService(stage, (tx) => openingRecordOf(tx, lotId)))!.payload as unknown as RecordPayload;
  const titles = record.rows.map(rowTitle);
  const whole = `联合体（牵头人：${jia!.orgName}；成员：${yi!.orgName}、${stage.person("ji").orgName}）`;
  expect(titles).toContain(whole);
  expect(titles).toContain(yi!.orgName);
  expect((await asService(stage, (tx) => bidderTitlesOf(tx, lotId))).get(jia!.orgId)).toBe(whole);

  const bids = await asService(stage, (tx) => evaluatedBids(tx, lotId));
  const evaluated = (orgId: string) => bids.find((bid) => bid.orgId === orgId)!;
  expect(evaluated(jia!.orgId).name).toBe(whole);
  expect(evaluated(jia!.orgId).partyFindings).toEqual([expect.stringContaining(`“${yi!.orgName}”同时出现在：`)]);
  expect(evaluated(yi!.orgId).partyFindings).toEqual([expect.stringContaining(`${yi!.orgName}（单独投标）`)]);
  expect(evaluated(yi!.orgId).partyFindings[0]).toContain("第三十七条");
  expect(evaluated(bing!.orgId).partyFindings).toHaveLength(3);
  expect(await asStranger(stage, (tx) => openingsOf(tx, lotId))).toEqual([]);

  // The signed record tells the hub who bids together, and the public record names them.
  await signRecord(stage, lotId, [jia!]);
  const [sent] = await asService(stage, (tx) =>
    tx.execute<{ body: Record<string, string> }>(sql`
      select body from outbox where lot_id = ${lotId} and dataset = '507' and body ->> 'BIDDER_ORG_CODE' = ${jia!.creditCode}`),
  );
  const ji = stage.person("ji");
  expect(sent!.body).toMatchObject({
    BIDDER_NAME: jia!.orgName,
    UNION_ENTERPRISE_NAME: `${yi!.orgName};${ji.orgName}`,
    UNION_ORGAN_SET_CODE: `${yi!.creditCode};${ji.creditCode}`,
  });
  const [notice] = await asStranger(stage, (tx) =>
    tx.execute<{ text: string }>(
      sql`select fields ->> 'openingSummary' as text from notices where lot_id = ${lotId} and kind = 'opening-record'`,
    ),
  );
  expect(notice!.text).toContain(`${whole}：投标总价`);
});

test("R-5.5.4: before the opening nothing tells that a consortium bids: no row, no count, no length", async () => {
  const { stage } = t;
  const { lotId } = await receivingLot(stage, "联合体保密工程", { consortium: true });
  const [jia, yi] = [stage.person("jia"), stage.person("yi")];
  const part = encodePart(await consortiumOf(stage, lotId, [jia, yi]));
  expect([part.length, encodePart(undefined).length]).toEqual([CONSORTIUM_BYTES, CONSORTIUM_BYTES]);
  const blobs = async (plan: object) =>
    (await seal(stage, jia, lotId, { priceFen: 480_000_000n, ...plan })).prepared.header.segments[0]!.blobs;
  expect(await blobs({ consortium: part })).toEqual(await blobs({}));
  await submit(stage, jia, lotId, { priceFen: 480_000_000n, consortium: part });
  expect(await asService(stage, (tx) => openingsOf(tx, lotId))).toEqual([]);
});

test("R-5.5.4: a consortium where the document allows none, and hostile parts, are findings and stop nothing", async () => {
  const { stage } = t;
  const { lotId, deadline } = await receivingLot(stage, "不接受联合体工程");
  const people = ["jia", "yi", "bing"].map((key) => stage.person(key));
  const [jia, yi, bing] = people as [(typeof people)[0], (typeof people)[0], (typeof people)[0]];
  const price = { priceFen: 480_000_000n };
  const declared = await consortiumOf(stage, lotId, [jia, yi], [yi], { lot: "E5200000001000009009009" });
  await submit(stage, jia, lotId, { ...price, consortium: encodePart(declared) });
  await submit(stage, yi, lotId, {
    ...price,
    consortium: encodePart({ ...declared, agreement: base64url(utf8("x")) }),
  });
  await submit(stage, bing, lotId, { ...price, consortium: new Uint8Array(CONSORTIUM_BYTES + 1) });
  await stage.setClock(deadline);
  await reachOpening(stage, lotId, "O1");
  for (const person of people) await decrypt(stage, person, lotId);
  const rows = await asService(stage, (tx) => openingsOf(tx, lotId));
  const row = (orgId: string) => rows.find((one) => one.orgId === orgId)!;
  expect(rows.every(({ state }) => state === "decrypted")).toBe(true);
  expect(row(jia.orgId).consortium?.findings).toEqual([
    expect.stringContaining("不接受联合体投标"),
    expect.stringContaining("不是针对本标段"),
  ]);
  expect(row(yi.orgId).consortium?.findings).toContainEqual(expect.stringContaining("不是各方签署的那一份"));
  // A part of a length that none has is a file like any other.
  expect(row(bing.orgId).consortium).toBeNull();
  expect(row(bing.orgId).files?.map(({ name }) => name)).toContain(CONSORTIUM_FILE);
});
