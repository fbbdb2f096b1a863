import { sql } from "drizzle-orm";
import { PDFDocument } from "pdf-lib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { actorOf, signActAs } from "@/dev/scenarios/person";
import { draftLot, publish, simplePdf } from "@/dev/scenarios/tendering";
import type { Stage } from "@/dev/scenarios/world-state";
import { executeAsService } from "@/kit/command";
import type { CheckRow } from "@/lifecycle/law/check-row";
import { READING_ROW } from "@/lifecycle/law/publish-check-files";
import { saveTenderDocument } from "@/lifecycle/tender-document/commands/document";
import { draftOf } from "@/lifecycle/tender-document/queries";
import { uploadFile } from "@/platform/file/commands";
import { fileTexts } from "@/platform/file/tables";
import { doUpkeep } from "@/server/worker/upkeep";
import { asPerson, asStranger } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { publishNotice } from "./commands";
import { answerLint } from "./lint";
import { publishView } from "./queries";
import { readTenderFile } from "./read-file";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

const LOCAL = "须具有本市类似工程业绩";

const viewOf = (lotId: string, stage = t.stage) => {
  const agency = stage.person("agency");
  return asPerson(stage, agency, async (tx) =>
    publishView(tx, actorOf(agency, stage.app.site.id), stage.app.site, lotId, await stage.now()),
  );
};

async function tryToPublish(lotId: string) {
  const agency = t.stage.person("agency");
  const statement = await signActAs(agency, t.stage.app, (await viewOf(lotId)).toSign);
  return t.stage.act(agency, publishNotice, { lotId, statement, tendererNonce: "0".repeat(64) });
}

/** A lot whose tender document has one more file, which nobody has read yet. */
async function lotWith(name: string, pdf: Uint8Array) {
  const { stage } = t;
  const agency = stage.person("agency");
  const bytes = new Uint8Array(pdf);
  const { lotId } = await draftLot(stage, { name, content: "教室 12 间", estimateFen: 500_000_000n });
  const { fileId } = await stage.act(agency, uploadFile, { name: "技术要求.pdf", bytes });
  const { content, fileIds } = (await asPerson(stage, agency, (tx) => draftOf(tx, lotId)))!;
  await stage.act(agency, saveTenderDocument, { lotId, content, fileIds: [...fileIds, fileId] });
  return { lotId, fileId };
}

const ofFile = (rows: readonly CheckRow[]) => rows.find(({ title }) => title.includes("技术要求.pdf”的文字检查"));

/** Two pages, the second of which asks for local works. */
const twoPages = async () =>
  simplePdf("技术要求", [...Array.from({ length: 45 }, (_, i) => `第 ${i} 条 按图施工。`), `${LOCAL}。`], new Date(0));

const jobOf = async (fileId: string) => [
  ...(await t.database.owner.db.execute(sql`
    select j.payload from graphile_worker._private_jobs j join graphile_worker._private_tasks k on k.id = j.task_id
    where j.key = ${`read-file:${fileId}`} and k.identifier = 'read-file-text'`)),
];

test("R-5.4.11: a demand for local works on page two of an uploaded file blocks publication until it is answered", async () => {
  const { stage } = t;
  const [agency, supervisor, jia] = ["agency", "supervisor", "jia"].map((key) => stage.person(key));
  const { lotId, fileId } = await lotWith("文件倾向性（演示）", await twoPages());
  // Not read yet: publication waits, and the worker has its job.
  const waiting = await viewOf(lotId);
  expect(waiting.rows.filter(({ verdict }) => verdict === "fail").map(({ id }) => id)).toEqual([READING_ROW]);
  expect(await codeOf(tryToPublish(lotId))).toBe("tender.publish_check_failed");
  expect(await jobOf(fileId)).toMatchObject([{ payload: { fileId, siteId: stage.app.site.id } }]);

  await executeAsService(stage.worker, readTenderFile, { fileId });
  expect(await codeOf(executeAsService(stage.worker, readTenderFile, { fileId }))).toBe("general.changed_meanwhile");
  const { rows, publishable } = await viewOf(lotId);
  expect(publishable).toBe(false);
  expect(ofFile(rows)).toMatchObject({ verdict: "pass", value: "已检查 2 页" });
  const hits = rows.filter(({ hit }) => hit);
  expect(hits).toMatchObject([
    { title: expect.stringContaining("（招标文件“技术要求.pdf”第 2 页）"), value: `“${LOCAL}”` },
  ]);
  expect(await codeOf(tryToPublish(lotId))).toBe("tender.lint_unanswered");
  const reason = "本项目属于抢险工程，须熟悉本市管网；已报监督部门备案。";
  await stage.act(agency!, answerLint, { lotId, key: hits[0]!.hit!.key, reason });
  expect((await viewOf(lotId)).publishable).toBe(true);

  // The draft is secret, and so is what was found in it.
  const seen = (who: typeof agency) =>
    asPerson(stage, who!, async (tx) => (await tx.select().from(fileTexts)).filter((row) => row.fileId === fileId));
  expect(await seen(agency)).toMatchObject([{ state: "read", pages: 2, findings: [{ page: 2, sentence: LOCAL }] }]);
  expect(await seen(stage.person("tenderer"))).toHaveLength(1);
  expect(await seen(supervisor)).toHaveLength(1);
  expect(await seen(jia)).toEqual([]);
  expect(await seen(stage.person("operator"))).toEqual([]);
  expect(await asStranger(stage, (tx) => tx.select().from(fileTexts))).toEqual([]);
  expect(await asPerson(t.other, t.other.person("agency"), (tx) => tx.select().from(fileTexts))).toEqual([]);
  const write = (statement: ReturnType<typeof sql>) => asPerson(stage, agency!, (tx) => tx.execute(statement));
  await expect(write(sql`update file_texts set findings = '[]' where file_id = ${fileId}`)).rejects.toThrow();
  await expect(write(sql`delete from file_texts where file_id = ${fileId}`)).rejects.toThrow();
  await publish(stage, lotId);
});

test("R-5.4.11: a scan, scanned page or encrypted file is named for the publisher to look through itself, and blocks nothing", async () => {
  const scan = await PDFDocument.create();
  scan.addPage();
  const mixed = await PDFDocument.load(await simplePdf("技术要求", ["按图施工。"], new Date(0)));
  mixed.insertPage(1);
  const locked = await PDFDocument.load(await twoPages());
  locked.context.trailerInfo.Encrypt = locked.context.register(locked.context.obj({ Filter: "Standard" }));
  for (const [bytes, value] of [
    [await scan.save(), /扫描件/],
    [await locked.save(), /已加密/],
    [await mixed.save(), /^第 2 页没有文字/],
  ] as const) {
    const { lotId, fileId } = await lotWith("不可读（演示）", bytes);
    await executeAsService(t.stage.worker, readTenderFile, { fileId });
    const { rows, publishable } = await viewOf(lotId);
    expect(ofFile(rows)).toMatchObject({
      verdict: "warn",
      value: expect.stringMatching(value),
      fix: expect.stringContaining("自行核对"),
    });
    expect(publishable).toBe(true);
  }
});

test("R-5.4.11: a lost job is found again while the file waits in a draft, at the site that it belongs to", async () => {
  const { lotId, fileId } = await lotWith("丢失的任务（演示）", await twoPages());
  const look = (stage: Stage) => {
    const process = { connection: t.database.as.xb_worker, ports: t.ports, runtime: () => stage.worker } as never;
    return doUpkeep({ process, smtpUrl: undefined, smsUrl: undefined }, stage.app.site as never);
  };
  const lose = () =>
    t.database.owner.db.execute(sql`delete from graphile_worker._private_jobs where key like 'read-file:%'`);
  await lose();
  await look(t.other);
  expect(await jobOf(fileId)).toEqual([]);
  await look(t.stage);
  expect(await jobOf(fileId)).toHaveLength(1);
  await executeAsService(t.stage.worker, readTenderFile, { fileId });
  await lose();
  await look(t.stage);
  expect(await jobOf(fileId)).toEqual([]);
  expect((await viewOf(lotId)).rows.filter(({ hit }) => hit)).toHaveLength(1);
});
