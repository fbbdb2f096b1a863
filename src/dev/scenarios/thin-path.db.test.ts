import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { verifyPdfSignatures } from "@/documents/verify-pdf";
import { inContext } from "@/kit/db/context";
import { reportOf } from "@/lifecycle/evaluation/queries";
import type { ReportPayload } from "@/lifecycle/evaluation/report";
import { openingRecordOf } from "@/lifecycle/opening/queries";
import { fileOf } from "@/platform/file/queries";
import { readAll } from "@/ports/storage";
import { type TestStage, testStage } from "@/testing/stage";
import { playToAward } from "./play";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

test("R-O.7a R-S.12 R-5.7.9: one tender runs from draft to award on real packages, certificates and messages", {
  timeout: 180_000,
}, async () => {
  const { stage } = t;
  const { lotId, lotCode, receipts } = await playToAward(stage, { miscounting: "yi" });
  for (const number of receipts) expect(number).toMatch(/^R-/);
  expect((await stage.lot(lotId)).state).toBe("A3");

  const platform = { siteId: stage.app.site.id, role: "platform" };
  const files = await inContext(stage.worker.db, platform, async (tx) => ({
    record: await fileOf(tx, (await openingRecordOf(tx, lotId))!.signedPdfFileId!),
    report: await fileOf(tx, (await reportOf(tx, lotId, 1))!.pdfFileId),
  }));
  const recordPdf = await verifyPdfSignatures(await readAll(await t.ports.storage.get(files.record.storageKey)));
  expect(recordPdf).toMatchObject({ ok: true, problems: [] });
  const reportPdf = await verifyPdfSignatures(await readAll(await t.ports.storage.get(files.report.storageKey)));
  expect(reportPdf.problems).toEqual([]);
  expect(reportPdf.signatures).toHaveLength(5);

  // the report says what the arithmetic check found of every bid, and the price of the miscounted one stands.
  const { payload } = (await inContext(stage.worker.db, platform, (tx) => reportOf(tx, lotId, 1)))!;
  const { arithmetic, rows } = payload as unknown as ReportPayload;
  const yi = stage.person("yi").orgName;
  expect(arithmetic?.filter(({ findings }) => findings.length).map(({ name }) => name)).toEqual([yi]);
  expect(arithmetic?.find(({ name }) => name === yi)?.findings[0]).toContain("单价 ¥18.60 × 工程量应为 ¥108,996.00");
  expect(rows.find(({ name }) => name === yi)?.quoted).toBe("9480000.00");

  for (let i = 0; i < 40; i++) {
    await stage.deliver();
    const [open] = await inContext(stage.worker.db, platform, (tx) =>
      tx.execute<{ n: string }>(sql`select count(*) as n from outbox where state not in ('accepted', 'published')`),
    );
    if (open!.n === "0") break;
    await inContext(stage.worker.db, platform, (tx) =>
      tx.execute(
        sql`update outbox set next_try_at = clock_timestamp() where state not in ('accepted', 'published', 'rejected')`,
      ),
    );
  }
  const rejected = await inContext(stage.worker.db, platform, (tx) =>
    tx.execute<{ key: string; last_error: string }>(
      sql`select key, last_error from outbox where state not in ('accepted', 'published')`,
    ),
  );
  expect(rejected).toEqual([]);
  const atHub = (await (await fetch(`${t.outside.hub}/v1/messages?lot=${lotCode}`)).json()) as {
    messages: { message: { dataset: string } }[];
  };
  expect(new Set(atHub.messages.map(({ message }) => message.dataset))).toEqual(
    new Set(["500", "501", "502", "503", "504", "506", "507", "509", "510", "511", "513", "9006", "9018"]),
  );
  // All that with tools that cost nothing: nobody ordered or paid anything, and a package says of its tool only its name.
  const bought = await inContext(stage.worker.db, platform, async (tx) => ({
    orders: await tx.execute(sql`select 1 from fee_orders`),
    bids: await tx.execute<{ seal: Buffer }>(sql`select seal from bids where lot_id = ${lotId}`),
  }));
  expect(bought.orders).toHaveLength(0);
  expect(bought.bids.length).toBeGreaterThanOrEqual(6);
  for (const { seal } of bought.bids) {
    const members = JSON.parse(Buffer.from(seal).toString()) as Record<string, unknown>;
    expect(members.tool).toBe("xinbiao-scenario/1");
    expect(Object.keys(members).filter((name) => /licen|serial|dongle|vendor/i.test(name))).toEqual([]);
  }
});
