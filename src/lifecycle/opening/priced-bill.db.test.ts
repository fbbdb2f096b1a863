import { afterAll, beforeAll, expect, test } from "vitest";
import { seal, submit } from "@/dev/scenarios/bidding";
import { DEMO_BILL, demoPrices, miscountedBill } from "@/dev/scenarios/bill";
import { worksDocument } from "@/dev/scenarios/document";
import { decrypt, reachOpening } from "@/dev/scenarios/opening";
import type { Person } from "@/dev/scenarios/person";
import { actorOf } from "@/dev/scenarios/person";
import { draftLot } from "@/dev/scenarios/tendering";
import { billPrice } from "@/lifecycle/bidding/bill/prices";
import { billFindings } from "@/lifecycle/tender-document/bill/findings";
import { PRICED_BILL_FILE, readPricedBill } from "@/lifecycle/tender-document/bill/priced";
import { saveTenderDocument } from "@/lifecycle/tender-document/commands/document";
import { documentInForce, draftOf } from "@/lifecycle/tender-document/queries";
import { fileOf, filesOf } from "@/platform/file/queries";
import { readAll } from "@/ports/storage";
import { fileForReader } from "@/server/web/file-access";
import { asPerson, asService, asStranger, receivingLot } from "@/testing/lots";
import { codeOf, refusalOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { openingsOf } from "./queries";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

test("R-5.4.1: a bill is saved with the document, or refused with the cell or rule, and then the draft stays as it was", async () => {
  const { stage } = t;
  const agency = stage.person("agency");
  const { lotId } = await draftLot(stage, {
    name: "清单校验工程（演示）",
    content: "建筑面积 1200 平方米",
    estimateFen: 1_280_000_000n,
    bill: DEMO_BILL,
  });
  const kept = async () => asService(stage, async (tx) => (await draftOf(tx, lotId))!);
  const before = await kept();
  expect(before.content.bill).toEqual(DEMO_BILL);
  const content = { ...worksDocument(1_280_000_000n, 12_800_000n), bill: DEMO_BILL };
  const save = (changes: object) =>
    stage.act(agency, saveTenderDocument, { lotId, content: { ...content, ...changes }, fileIds: before.fileIds });
  expect(await codeOf(save({ form: content.form.slice(1) }))).toBe("document.bill_without_price");
  expect(await codeOf(save({ ceilingFen: "50000000" }))).toBe("document.bill_above_ceiling");
  const [first, ...others] = DEMO_BILL.items;
  const twice = await refusalOf(save({ bill: { ...DEMO_BILL, items: [first!, first!, ...others] } }));
  expect(twice.facts).toMatchObject({ field: "工程量清单，项目", problem: "项目编码不能重复" });
  const bad = [{ ...first!, quantityThousandths: "0" }, ...others];
  expect((await refusalOf(save({ bill: { ...DEMO_BILL, items: bad } }))).facts.field).toContain("第 1 项的工程量");
  expect(await kept()).toEqual(before);
  // Taken out again, the document is one without a bill.
  const { bill: _, ...without } = content;
  await stage.act(agency, saveTenderDocument, { lotId, content: without, fileIds: before.fileIds });
  expect((await kept()).content.bill).toBeUndefined();
});

test("R-5.7.9: priced bills are opened with their bids, checked again, and read by nobody else", async () => {
  const { stage } = t;
  const { lotId, lotCode, deadline } = await receivingLot(stage, "清单开标工程", {
    estimateFen: 1_280_000_000n,
    bill: DEMO_BILL,
  });
  const price = 1_201_000_000n;
  expect(billPrice(DEMO_BILL, demoPrices(price))).toBe("12010000.00");
  // One agrees, one was extended wrongly by another tool, one brings none.
  await submit(stage, stage.person("jia"), lotId, { priceFen: price });
  await submit(stage, stage.person("yi"), lotId, { priceFen: price, pricedBill: miscountedBill(lotCode, price) });
  await submit(stage, stage.person("bing"), lotId, { priceFen: price, pricedBill: "none" });
  await stage.setClock(deadline);
  await reachOpening(stage, lotId, "O1");
  for (const key of ["jia", "yi", "bing"]) await decrypt(stage, stage.person(key), lotId);

  const rows = await asService(stage, (tx) => openingsOf(tx, lotId));
  const rowOf = (key: string) => rows.find(({ orgId }) => orgId === stage.person(key).orgId)!;
  expect(["jia", "yi", "bing"].map((key) => [rowOf(key).state, rowOf(key).failureClass])).toEqual([
    ["decrypted", null],
    ["decrypted", null],
    ["decrypted", "DF-7"],
  ]);
  expect(rowOf("bing").failureEvidence).toEqual({ missing: "已标价工程量清单" });

  const { content } = await asService(stage, (tx) => documentInForce(tx, lotId));
  const findingsOf = async (key: string) => {
    const named = rowOf(key).files?.find(({ name }) => name === PRICED_BILL_FILE);
    if (!named) return billFindings(lotCode, content.bill!, undefined, undefined);
    const file = await asService(stage, (tx) => fileOf(tx, named.fileId));
    const bytes = await readAll(await t.ports.storage.get(file.storageKey));
    return billFindings(lotCode, content.bill!, readPricedBill(bytes), BigInt(rowOf(key).form!.price!));
  };
  expect(await findingsOf("jia")).toEqual([]);
  expect((await findingsOf("yi")).map(({ code }) => code)).toEqual(["010101002001", "", ""]);
  expect(await findingsOf("bing")).toEqual([
    expect.objectContaining({ text: expect.stringContaining("没有可以读取") }),
  ]);
  // The price of the opening is what was sealed, whatever was found.
  expect(rowOf("yi").form?.price).toBe(String(price));

  // Unit prices are for the committee; until it sits, for their owner alone.
  const fileId = rowOf("jia").files!.find(({ name }) => name === PRICED_BILL_FILE)!.fileId;
  const reads = (who: Person) =>
    asPerson(stage, who, (tx) => fileForReader(tx, actorOf(who, stage.app.site.id), fileId));
  expect((await reads(stage.person("jia"))).id).toBe(fileId);
  for (const key of ["yi", "agency", "tenderer", "supervisor"])
    expect(await codeOf(reads(stage.person(key))), key).toBe("general.not_found");
  expect(await asStranger(stage, (tx) => filesOf(tx, [fileId]))).toEqual([]);
});

test("R-5.5.5: sealed packages on one bill have parts of one length, whatever the prices are", async () => {
  const { stage } = t;
  const { lotId } = await receivingLot(stage, "清单长度工程", { estimateFen: 1_280_000_000n, bill: DEMO_BILL });
  const last = async (key: string, priceFen: bigint) => {
    const { prepared } = await seal(stage, stage.person(key), lotId, { priceFen });
    return prepared.header.segments[0]!.blobs.at(-1);
  };
  expect(await last("jia", 850_000_000n)).toBe(await last("yi", 1_279_999_999n));
});
