import { and, eq, inArray, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addDays, addHours, addMinutes } from "@/core/time";
import { obtain, submit } from "@/dev/scenarios/bidding";
import { actorOf, type Person, signActAs } from "@/dev/scenarios/person";
import { deliverOutbox } from "@/hub/deliver";
import { executeAsService } from "@/kit/command";
import { inContext } from "@/kit/db/context";
import { outbox } from "@/kit/tables";
import { trailOf } from "@/kit/trail-queries";
import { FLAG_NAMES } from "@/lifecycle/lot/states";
import { noticesOfLot } from "@/lifecycle/notice/queries";
import { closeLot } from "@/lifecycle/opening/commands/close";
import { lotsSupervisedBy } from "@/lifecycle/tender-project/queries";
import { ownLetters } from "@/platform/inbox/queries";
import { publicTender } from "@/server/web/views/public-tender";
import { supervisionView } from "@/server/web/views/supervision";
import { asPerson, asService, asStranger, receivingLot } from "@/testing/lots";
import { codeOf, eventually } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { answerDigest, answerObjection } from "./commands/answer";
import { fileObjection, objectionDigest } from "./commands/file";
import { postponeForObjection, warnOfObjections } from "./commands/watch";
import { answersOf, objectionsOf } from "./queries";
import type { Objection, ObjectionAnswer } from "./schema";
import { objections } from "./tables";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

async function object(filer: Person, lotId: string, said: Partial<Objection> = {}) {
  const { stage } = t;
  const { code } = await stage.lot(lotId);
  const body = {
    lotId,
    kind: "tender_document" as const,
    clause: "第三章 2.1",
    text: "该资质要求与招标内容不相适应，限制了投标人。",
    demand: "删除该项要求",
    ...said,
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
  omitted: [],
});

test("R-O.39 R-5.10.2 R-5.10.3 R-5.10.6 R-S.2c: an objection in time stops the lot until its signed answer; both are public without who objected", async () => {
  const { stage } = t;
  const { lotId, lotCode: code, deadline } = await receivingLot(stage, "异议");
  const [jia, yi, agency] = [stage.person("jia"), stage.person("yi"), stage.person("agency")];
  // Neither holds the document: an interested party may object. Ten days before to the minute is in time.
  await stage.setClock(addDays(deadline, -10));
  const first = await object(jia, lotId, {
    clause: "第三章 2.1（甲山建设来函）",
    text: `我司${jia.orgName}认为该资质要求为乙水工程局所设，我司报价 480 万元亦可完成。联系人甲一。`,
  });
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

  // The answer names the filer to nobody, leaves out only what was said, and what is left out is signed for.
  const open = await asPerson(stage, agency, (tx) => objectionsOf(tx, actorOf(agency, stage.app.site.id), lotId));
  expect(open[0]).toMatchObject({
    organisation: jia.orgName,
    published: {
      clause: "第三章 2.1（■■来函）",
      text: expect.stringContaining("我司■■认为该资质要求为乙水工程局所设"),
    },
  });
  const naming = { ...rejected(first.objectionId), text: "甲山建设所述与招标文件不符，不予支持。" };
  expect(await codeOf(answer(agency, lotId, naming))).toBe("objection.names_filer");
  const unsaid = { ...rejected(first.objectionId), omitted: ["丙岳设备"] };
  expect(await codeOf(answer(agency, lotId, unsaid))).toBe("objection.omits_unsaid");
  expect(await asStranger(stage, (tx) => answersOf(tx, lotId))).toEqual([]);
  const omitting = { ...rejected(first.objectionId), omitted: ["乙水工程局", "480 万元"] };
  expect(await answer(agency, lotId, omitting)).toEqual({ lifted: true });
  expect((await stage.lot(lotId)).flags).toEqual([]);
  expect(await codeOf(answer(agency, lotId, rejected(first.objectionId)))).toBe("objection.answered_before");
  expect(await answer(agency, lotId, rejected(late.objectionId))).toEqual({ lifted: false });

  const { objectionAnswers: published } = await asStranger(stage, (tx) =>
    publicTender(tx, code, stage.app.site.profile),
  );
  expect(published.map(({ number, outcome }) => [number, outcome]).sort()).toEqual([
    [1, "rejected"],
    [2, "rejected"],
  ]);
  expect(published.find(({ number }) => number === 1)).toMatchObject({
    clause: "第三章 2.1（■■来函）",
    objected: {
      text: "我司■■认为该资质要求为■■所设，我司报价 ■■亦可完成。联系人■■。",
      demand: "删除该项要求",
    },
    text: rejected("").text,
  });
  expect(published.find(({ number }) => number === 2)).toMatchObject({
    objected: { text: "该资质要求与招标内容不相适应，限制了投标人。", demand: "删除该项要求" },
  });
  expect(JSON.stringify(published)).not.toMatch(/甲山|甲一|乙水|480 万元/);
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

test("R-O.7c R-O.46 R-5.13.6: the competent supervisor reads a lot live whatever stops it, nobody can hide it, and no other authority reads it", async () => {
  const { stage, database } = t;
  const { lotId } = await receivingLot(stage, "监督通道");
  const supervisor = stage.person("supervisor");
  const actor = actorOf(supervisor, stage.app.site.id);
  const view = () => asPerson(stage, supervisor, (tx) => supervisionView(tx, actor, lotId));
  const { tenderProjectId } = await stage.lot(lotId);
  const lines = () => asService(stage, (tx) => trailOf(tx, `project:${tenderProjectId}`));
  // Live: an act of a moment ago is there, line by line, and with every flag that a lot can have.
  const { objectionId } = await object(stage.person("jia"), lotId);
  expect((await view()).lot).toMatchObject({ state: "T1", flags: ["SUSPENDED_OBJECTION"] });
  await answer(stage.person("agency"), lotId, rejected(objectionId));
  for (const flag of Object.keys(FLAG_NAMES)) {
    await database.owner.db.execute(sql`update lots set flags = ${JSON.stringify([flag])}::jsonb where id = ${lotId}`);
    const seen = await view();
    expect(seen.lot.flags).toEqual([flag]);
    expect(seen.trail.map(({ seq }) => seq)).toEqual((await lines()).map(({ seq }) => seq));
  }
  await database.owner.db.execute(sql`update lots set flags = '[]'::jsonb where id = ${lotId}`);
  // The published document and every version of it are there to read.
  const documents = await asPerson(stage, supervisor, (tx) =>
    tx.execute(sql`select version from tender_documents where lot_id = ${lotId}`),
  );
  expect(documents).toHaveLength(1);
  // So is the draft that the notice was published from.
  const drafts = await asPerson(stage, supervisor, (tx) =>
    tx.execute<{ kind: string; draft: unknown }>(sql`select kind, draft from notices where lot_id = ${lotId}`),
  );
  expect([...drafts]).toEqual([{ kind: "tender", draft: expect.any(Object) }]);
  // There is no switch that hides anything.
  const switches = await database.owner.db.execute<{ name: string }>(sql`
    select table_name || '.' || column_name as name from information_schema.columns
    where table_schema = 'public' and column_name ~ 'hidden|invisible|visible|concealed'`);
  expect([...switches]).toEqual([]);
  // In its own jurisdiction only, and in that role only.
  const elsewhere = { ...actor, orgId: stage.person("tenderer").orgId };
  expect(await codeOf(inContext(stage.app.db, elsewhere, (tx) => supervisionView(tx, elsewhere, lotId)))).toBe(
    "general.not_found",
  );
  const listed = await asPerson(stage, supervisor, (tx) => lotsSupervisedBy(tx, actor));
  expect(listed.map(({ lot }) => lot.id)).toContain(lotId);
  expect(await inContext(stage.app.db, elsewhere, (tx) => lotsSupervisedBy(tx, elsewhere))).toEqual([]);
  const otherRole = { ...actor, role: "bidder" as const };
  expect(await codeOf(inContext(stage.app.db, otherRole, (tx) => supervisionView(tx, otherRole, lotId)))).toBe(
    "general.not_found",
  );
  // And free: nobody has ever paid for it.
  expect(
    await asService(stage, (tx) => tx.execute(sql`select 1 from fee_orders where org_id = ${supervisor.orgId}`)),
  ).toHaveLength(0);
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

test("R-L.106: anybody who is concerned asks for a defective notice to be corrected; nothing stops, the publisher must answer, and the answer is public", async () => {
  const { stage } = t;
  const { lotId, lotCode, deadline } = await receivingLot(stage, "公告有误");
  const [wu, agency] = [stage.person("wu"), stage.person("agency")];
  // Less than ten days before the deadline, by somebody who never obtained the document.
  await stage.setClock(addDays(deadline, -2));
  const asked = { kind: "notice", clause: "投标人资格要求", demand: "更正公告并与招标文件一致" } as const;
  const { objectionId, number } = await object(wu, lotId, {
    ...asked,
    text: `公告要求二级资质，招标文件要求三级资质，前后不一致（${wu.orgName}）。`,
  });
  expect((await stage.lot(lotId)).flags).toEqual([]);
  const letters = await asPerson(stage, agency, (tx) => ownLetters(tx, actorOf(agency, stage.app.site.id)));
  expect(letters.filter(({ lotId: of, kind }) => of === lotId && kind === "objection")).toHaveLength(1);
  // A deadline waits for no such answer.
  expect(await codeOf(executeAsService(stage.worker, postponeForObjection, { lotId }))).toBe(
    "general.changed_meanwhile",
  );
  await answer(agency, lotId, {
    objectionId,
    outcome: "upheld",
    text: "公告资质等级有误，已发布更正公告，以招标文件为准。",
    omitted: [],
  });
  const { objectionAnswers: published } = await asStranger(stage, (tx) =>
    publicTender(tx, lotCode, stage.app.site.profile),
  );
  expect(published.find((each) => each.number === number)).toMatchObject({ kind: "notice", outcome: "upheld" });
  expect(JSON.stringify(published)).not.toContain(wu.orgName);
  await stage.setClock(deadline);
  // After it there is no notice to correct: it is answered as an opinion.
  const late = await object(wu, lotId, { ...asked, text: "截止后再提出同样的更正请求，内容从略。" });
  expect(late.inTime).toBe(false);
});
