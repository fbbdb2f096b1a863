import { and, eq, inArray } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addDays, addHours, addMinutes } from "@/core/time";
import { obtain, submit } from "@/dev/scenarios/acts";
import { actorOf, type Person, signActAs } from "@/dev/scenarios/person";
import { deliverOutbox } from "@/hub/deliver";
import { executeAsService } from "@/kit/command";
import { outbox } from "@/kit/tables";
import { noticesOfLot } from "@/lifecycle/notice/queries";
import { closeLot } from "@/lifecycle/opening/commands/close";
import { ownLetters } from "@/platform/inbox/queries";
import { asPerson, asService, asStranger, receivingLot } from "@/testing/lots";
import { codeOf, eventually } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { answerDigest, answerObjection } from "./commands/answer";
import { fileObjection, objectionDigest } from "./commands/file";
import { postponeForObjection, warnOfObjections } from "./commands/watch";
import { answersOf, objectionsOf } from "./queries";
import type { ObjectionAnswer } from "./schema";
import { objections } from "./tables";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

async function object(filer: Person, lotId: string) {
  const { stage } = t;
  const { code } = await stage.lot(lotId);
  const body = {
    lotId,
    kind: "tender_document" as const,
    clause: "第三章 2.1",
    text: "该资质要求与招标内容不相适应，限制了投标人。",
    demand: "删除该项要求",
  };
  const digest = await objectionDigest(body);
  const statement = await signActAs(filer, stage.app, { act: "objection.file", subject: code, digest });
  return stage.act(filer, fileObjection, { ...body, statement });
}

async function answer(by: Person, lotId: string, body: ObjectionAnswer) {
  const { stage } = t;
  const { code } = await stage.lot(lotId);
  const digest = await answerDigest(body);
  const statement = await signActAs(by, stage.app, { act: "objection.answer", subject: code, digest });
  return stage.act(by, answerObjection, { ...body, statement });
}

const rejected = (objectionId: string): ObjectionAnswer => ({
  objectionId,
  outcome: "rejected",
  text: "该要求与工程规模相适应，符合规定，予以保留。",
});

test("R-O.39 R-5.10.2 R-5.10.3 R-5.10.6: an objection in time stops the lot until its signed answer, which is public without its filer", async () => {
  const { stage } = t;
  const { lotId, deadline } = await receivingLot(stage, "异议");
  const [jia, yi, agency] = [stage.person("jia"), stage.person("yi"), stage.person("agency")];
  // Neither holds the document: an interested party may object. Ten days before to the minute is in time.
  await stage.setClock(addDays(deadline, -10));
  const first = await object(jia, lotId);
  expect(first).toMatchObject({ number: 1, inTime: true });
  expect((await stage.lot(lotId)).flags).toEqual(["SUSPENDED_OBJECTION"]);
  await stage.setClock(addMinutes(addDays(deadline, -10), 1));
  const late = await object(yi, lotId);
  expect(late).toMatchObject({ number: 2, inTime: false });

  // Nobody else learns who objected, or that somebody did.
  expect(await asPerson(stage, yi, (tx) => objectionsOf(tx, actorOf(yi, stage.app.site.id), lotId))).toMatchObject([
    { number: 2 },
  ]);
  expect(await asStranger(stage, (tx) => tx.select().from(objections))).toEqual([]);
  expect(await asPerson(stage, stage.person("bing"), (tx) => tx.select().from(objections))).toEqual([]);
  expect(await codeOf(answer(stage.person("bing"), lotId, rejected(first.objectionId)))).toBe("general.forbidden");

  expect(await answer(agency, lotId, rejected(first.objectionId))).toEqual({ lifted: true });
  expect((await stage.lot(lotId)).flags).toEqual([]);
  expect(await codeOf(answer(agency, lotId, rejected(first.objectionId)))).toBe("objection.answered_before");
  expect(await answer(agency, lotId, rejected(late.objectionId))).toEqual({ lifted: false });

  const published = await asStranger(stage, (tx) => answersOf(tx, lotId));
  expect(published.map(({ number, outcome }) => [number, outcome]).sort()).toEqual([
    [1, "rejected"],
    [2, "rejected"],
  ]);
  expect(JSON.stringify(published)).not.toContain(jia.orgName);
  // The supervision gets both by the hub, with the filer; nobody reads that on this side.
  const sent = await asService(stage, (tx) =>
    tx
      .select()
      .from(outbox)
      .where(and(eq(outbox.lotId, lotId), inArray(outbox.dataset, ["9019", "9020"]))),
  );
  expect(sent.map(({ dataset, body }) => [dataset, body.CREATOR ?? body.RESPONSE_CREATOR])).toEqual([
    ["9019", jia.orgName],
    ["9019", yi.orgName],
    ["9020", agency.orgName],
    ["9020", agency.orgName],
  ]);
  const states = await eventually(async () => {
    await deliverOutbox(stage.worker);
    const rows = await asService(stage, (tx) =>
      tx
        .select({ dataset: outbox.dataset, state: outbox.state, ack: outbox.ack })
        .from(outbox)
        .where(and(eq(outbox.lotId, lotId), inArray(outbox.dataset, ["9019", "9020"]))),
    );
    return rows.every(({ state }) => state === "accepted" || state === "rejected") && rows;
  });
  expect(states.filter(({ state }) => state === "rejected")).toEqual([]);
  await expect(asStranger(stage, (tx) => tx.select({ body: outbox.body }).from(outbox))).rejects.toThrow();

  const told = (await asPerson(stage, jia, (tx) => ownLetters(tx, actorOf(jia, stage.app.site.id)))).filter(
    (letter) => letter.lotId === lotId && letter.kind === "objection-answer",
  );
  expect(told).toMatchObject([{ body: expect.stringContaining("异议不成立") }]);
});

test("CLK-07: after 48 hours those who must answer are reminded once", async () => {
  const { stage } = t;
  const { lotId } = await receivingLot(stage, "催办");
  const agency = stage.person("agency");
  const begun = await stage.now();
  await object(stage.person("jia"), lotId);
  const reminders = async () =>
    (await asPerson(stage, agency, (tx) => ownLetters(tx, actorOf(agency, stage.app.site.id)))).filter(
      ({ lotId: of, subject }) => of === lotId && subject.startsWith("异议即将到期"),
    ).length;
  await stage.setClock(addHours(begun, 47));
  await stage.serve(warnOfObjections, { lotId });
  expect(await reminders()).toBe(0);
  await stage.setClock(addHours(begun, 48));
  await stage.serve(warnOfObjections, { lotId });
  await stage.serve(warnOfObjections, { lotId });
  expect(await reminders()).toBe(1);
});

test("R-5.10.5: a deadline that would come while an objection is open is moved, and the lot is not closed", async () => {
  const { stage } = t;
  const { lotId, deadline } = await receivingLot(stage, "未答复");
  const [jia, yi] = [stage.person("jia"), stage.person("yi")];
  await obtain(stage, yi, lotId);
  const { objectionId } = await object(jia, lotId);
  await stage.setClock(addMinutes(deadline, -11));
  await stage.serve(postponeForObjection, { lotId });
  expect((await stage.lot(lotId)).bidDeadline).toEqual(deadline);
  await stage.setClock(addMinutes(deadline, -10));
  await stage.serve(postponeForObjection, { lotId });
  const moved = (await stage.lot(lotId)).bidDeadline!;
  expect(moved.getTime()).toBeGreaterThanOrEqual(addDays(deadline, 3).getTime());
  const notices = await asStranger(stage, (tx) => noticesOfLot(tx, lotId));
  expect(notices.at(-1)).toMatchObject({ kind: "correction", number: `${notices[0]!.number}-01` });
  const told = (await asPerson(stage, yi, (tx) => ownLetters(tx, actorOf(yi, stage.app.site.id)))).filter(
    ({ lotId: of, kind }) => of === lotId && kind === "postponed",
  );
  expect(told).toHaveLength(1);
  // At the old deadline a bid is still received, and nothing closes.
  await stage.setClock(deadline);
  expect((await submit(stage, yi, lotId, { priceFen: 480_000_000n })).receipt.number).toMatch(/^R-/);
  expect(await codeOf(executeAsService(stage.worker, closeLot, { lotId }))).not.toBe("");
  expect((await stage.lot(lotId)).state).toBe("T1");
  expect(await answer(stage.person("tenderer"), lotId, rejected(objectionId))).toEqual({ lifted: true });
  expect(await asService(stage, (tx) => objectionsOf(tx, actorOf(jia, stage.app.site.id), lotId))).toHaveLength(1);
});
