import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addHours, addMinutes } from "@/core/time";
import { verifyPdfSignatures } from "@/documents/verify-pdf";
import { inContext } from "@/kit/db/context";
import { reportOf } from "@/lifecycle/evaluation/queries";
import { openingRecordOf } from "@/lifecycle/opening/queries";
import { fileOf } from "@/platform/file/queries";
import { readAll } from "@/ports/storage";
import { type TestStage, testStage } from "@/testing/stage";
import { decrypt, draftLot, obtain, publish, reachOpening, signIn, submit } from "./acts";
import {
  award,
  formCommittee,
  publishTheCandidates,
  review,
  seatCommittee,
  signRecord,
  signReportAll,
} from "./evaluate";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

const prices = {
  jia: 965_000_000n,
  yi: 948_000_000n,
  bing: 921_000_000n,
  ding: 987_000_000n,
  wu: 899_000_000n,
  ji: 933_000_000n,
};

test("R-O.7a: one tender runs from draft to award on real packages, certificates and messages", {
  timeout: 180_000,
}, async () => {
  const { stage } = t;
  const { lotId, lotCode } = await draftLot(stage, {
    name: "清溪市第三小学新建工程（演示）",
    content: "教学楼一栋，建筑面积 5200 平方米",
    estimateFen: 1_000_000_000n,
  });
  await publish(stage, lotId);
  const bidders = Object.keys(prices).map((key) => stage.person(key));
  const secrets = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const bidder of bidders) {
    await obtain(stage, bidder, lotId);
    const { receipt, recoverySecret } = await submit(stage, bidder, lotId, {
      priceFen: prices[bidder.key as keyof typeof prices],
    });
    expect(receipt.number).toMatch(/^R-/);
    secrets.set(bidder.key, recoverySecret);
  }
  const { bidDeadline } = await stage.lot(lotId);
  await stage.setClock(addHours(bidDeadline!, -1));
  for (const bidder of bidders) await signIn(stage, bidder, lotId);
  await stage.setClock(bidDeadline!);
  await reachOpening(stage, lotId, "O1");
  for (const bidder of bidders) {
    // One bidder renewed its certificate and opens with its recovery code.
    const released = await decrypt(stage, bidder, lotId, bidder.key === "wu" ? secrets.get("wu") : undefined);
    expect(released).toMatchObject({ opened: true });
  }
  await stage.setClock(addMinutes(bidDeadline!, 20));
  await signRecord(stage, lotId, bidders.slice(0, 2));
  expect((await stage.lot(lotId)).state).toBe("O2");

  const evaluationAt = addHours(bidDeadline!, 5);
  const committee = await formCommittee(stage, lotId, evaluationAt);
  await stage.setClock(evaluationAt);
  await seatCommittee(stage, lotId, committee);
  await review(stage, lotId, committee, "preliminary");
  await review(stage, lotId, committee, "detailed");
  await signReportAll(stage, lotId, committee);
  expect((await stage.lot(lotId)).state).toBe("E2");

  const periodEnd = await publishTheCandidates(stage, lotId);
  await stage.setClock(periodEnd);
  await award(stage, lotId);
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
    new Set(["500", "501", "502", "503", "504", "506", "507", "509", "510", "511", "513", "9018"]),
  );
});
