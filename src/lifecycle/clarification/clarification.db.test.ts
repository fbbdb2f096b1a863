import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addDays, addHours, formatInstant, ts14 } from "@/core/time";
import { obtain, seal } from "@/dev/scenarios/bidding";
import { actorOf, type Person, signActAs } from "@/dev/scenarios/person";
import { outbox } from "@/kit/tables";
import { noticesOfLot } from "@/lifecycle/notice/queries";
import { documentInForce, earlierDigests, obtainedDocument } from "@/lifecycle/tender-document/queries";
import { ownLetters } from "@/platform/inbox/queries";
import { deliver } from "@/testing/deliver";
import { asPerson, asService, asStranger, receivingLot } from "@/testing/lots";
import { codeOf, refusalOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { announceClarification, remindHolders } from "./commands/announce";
import { askQuestion, confirmReading, questionDigest } from "./commands/ask";
import { clarificationToPublish, publishClarification } from "./commands/publish";
import { clarificationsOf, clarificationViews, openQuestions, ownQuestions } from "./queries";
import { Clarification, type ClarificationInput } from "./schema";
import { questionAskers } from "./tables";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

const lotOf = (name: string) => receivingLot(t.stage, name);

async function ask(bidder: Person, lotId: string, clause: string, text: string) {
  const { stage } = t;
  const { code } = await stage.lot(lotId);
  const question = { lotId, clause, text };
  const statement = await signActAs(bidder, stage.app, {
    act: "clarification.ask",
    subject: code,
    digest: await questionDigest(question),
  });
  return stage.act(bidder, askQuestion, { ...question, statement });
}

async function clarify(input: ClarificationInput) {
  const { stage } = t;
  const agency = stage.person("agency");
  const draft = Clarification.parse(input);
  const lot = await stage.lot(input.lotId);
  const { hash } = await asPerson(stage, agency, (tx) => clarificationToPublish(tx, lot, draft));
  const statement = await signActAs(agency, stage.app, {
    act: "clarification.publish",
    subject: lot.code,
    digest: hash,
  });
  return stage.act(agency, publishClarification, { ...input, statement });
}

test("R-5.4.5: a question is answered to everybody who holds the document, and its asker is named nowhere", async () => {
  const { stage } = t;
  const { lotId } = await lotOf("提问");
  const [jia, yi, bing, agency] = ["jia", "yi", "bing", "agency"].map((key) => stage.person(key)) as [
    Person,
    Person,
    Person,
    Person,
  ];
  await obtain(stage, jia, lotId);
  await obtain(stage, yi, lotId);
  expect(await codeOf(ask(bing, lotId, "3.1", "工期是否可以延长？"))).toBe("clarification.obtain_first");
  expect(await codeOf(ask(jia, lotId, "3.1", `${jia.orgName}请问工期`))).toBe("clarification.names_asker");
  const { questionId } = await ask(jia, lotId, "3.1", "工期是否可以延长？");

  // The publisher reads the question; nobody but the asker finds who asked, by any query.
  const seen = await asPerson(stage, agency, (tx) => openQuestions(tx, lotId));
  expect(seen).toMatchObject([{ id: questionId, clause: "3.1", text: "工期是否可以延长？" }]);
  expect(JSON.stringify(seen)).not.toContain(jia.orgId);
  for (const other of [agency, yi, stage.person("tenderer"), stage.person("supervisor")])
    expect(await asPerson(stage, other, (tx) => tx.select().from(questionAskers))).toEqual([]);
  expect(await asStranger(stage, (tx) => openQuestions(tx, lotId))).toEqual([]);
  expect(await asPerson(stage, yi, (tx) => openQuestions(tx, lotId))).toEqual([]);
  expect(await asPerson(stage, jia, (tx) => ownQuestions(tx, actorOf(jia, stage.app.site.id), lotId))).toMatchObject([
    { id: questionId, answeredIn: undefined },
  ]);

  const published = await clarify({
    lotId,
    title: "答疑纪要第 1 号",
    answers: [{ questionId, answer: "不可以。" }],
    affectsBids: false,
  });
  expect(published).toMatchObject({ number: 1, documentVersion: 2 });
  for (const holder of [jia, yi]) {
    const [view] = await asPerson(stage, holder, (tx) =>
      clarificationViews(tx, actorOf(holder, stage.app.site.id), lotId),
    );
    expect(view).toMatchObject({
      number: 1,
      items: [{ clause: "3.1", question: "工期是否可以延长？", answer: "不可以。" }],
    });
    expect(JSON.stringify(view)).not.toContain(jia.orgId);
  }
  // Who does not hold the document knows that there is one, and not what it says.
  expect(await asPerson(stage, bing, (tx) => clarificationViews(tx, actorOf(bing, stage.app.site.id), lotId))).toEqual(
    [],
  );
  expect(await asStranger(stage, (tx) => clarificationsOf(tx, lotId))).toMatchObject([
    { number: 1, documentVersion: 2 },
  ]);
  expect(
    await codeOf(clarify({ lotId, title: "再答", answers: [{ questionId, answer: "改口" }], affectsBids: false })),
  ).toBe("clarification.question_answered");
});

test("R-O.22b R-O.15a: every holder gets a letter and a short message, one by one; who has not read it for a day gets it again, once", async () => {
  const { stage } = t;
  const { lotId } = await lotOf("通知");
  const holders = ["jia", "yi", "bing"].map((key) => stage.person(key));
  for (const holder of holders) await obtain(stage, holder, lotId);
  const { clarificationId } = await clarify({
    lotId,
    title: "澄清第 1 号",
    remarks: [{ clause: "2.2", answer: "图纸见附件。" }],
    affectsBids: false,
  });
  await stage.serve(announceClarification, { clarificationId });
  // A lost job that runs twice writes nobody twice.
  await stage.serve(announceClarification, { clarificationId });
  const lettersOf = async (holder: Person) =>
    (await asPerson(stage, holder, (tx) => ownLetters(tx, actorOf(holder, stage.app.site.id)))).filter(
      (letter) => letter.lotId === lotId && letter.kind === "clarification",
    );
  for (const holder of holders) {
    const letters = await lettersOf(holder);
    expect(letters).toHaveLength(1);
    expect(letters[0]).toMatchObject({ phoneState: "queued", readAt: null, body: expect.stringContaining("第 2 版") });
    for (const other of holders) if (other !== holder) expect(letters[0]!.body).not.toContain(other.orgName);
  }
  // Equal rights, equal bytes, one moment: the same document, the same words, written in one transaction.
  const readers = holders.map((holder) =>
    asPerson(stage, holder, async (tx) => {
      const actor = actorOf(holder, stage.app.site.id);
      const written = await tx.execute<{ commit: string; subject: string; body: string }>(
        sql`select xmin::text as commit, subject, body from letters where lot_id = ${lotId} and kind = 'clarification'`,
      );
      const document = await obtainedDocument(tx, actor, lotId);
      expect(document).toBeDefined();
      return JSON.stringify({
        document,
        clarifications: (await clarificationViews(tx, actor, lotId)).map(({ items, number }) => ({ items, number })),
        written: [...written],
      });
    }),
  );
  expect(new Set(await Promise.all(readers)).size).toBe(1);
  const { readAt } = await stage.act(holders[0]!, confirmReading, { clarificationId });
  expect(readAt).toBeTruthy();
  await stage.setClock(addHours(await stage.now(), 25));
  await stage.serve(remindHolders, { lotId });
  expect((await lettersOf(holders[0]!))[0]).toMatchObject({ remindedAt: null });
  for (const holder of holders.slice(1)) expect((await lettersOf(holder))[0]!.remindedAt).not.toBeNull();
  const jobs = async () =>
    Number(
      (
        await asService(stage, (tx) =>
          tx.execute<{ n: string }>(sql`select count(*) as n from graphile_worker.jobs where key like '%:again'`),
        )
      )[0]!.n,
    );
  const sent = await jobs();
  expect(sent).toBe(4);
  await stage.setClock(addHours(await stage.now(), 25));
  await stage.serve(remindHolders, { lotId });
  expect(await jobs()).toBe(sent);
  // The publisher's own pages know of none of this.
  const agency = stage.person("agency");
  expect(
    (await asPerson(stage, agency, (tx) => tx.execute(sql`select 1 from letters where lot_id = ${lotId}`))).length,
  ).toBe(0);
  expect((await asPerson(stage, agency, (tx) => tx.execute(sql`select 1 from clarification_reads`))).length).toBe(0);
});

test("R-5.4.7 R-O.22a R-5.3.1 R-5.11.4 R-S.2c: a late change moves the deadline, corrects the notice on page and hub in one act, and shows the banner's facts", async () => {
  const { stage } = t;
  const { lotId, lotCode, deadline } = await lotOf("延期");
  const change = { clause: "2.3 工期", before: "270 日历天", after: "300 日历天" };
  await stage.setClock(addHours(addDays(deadline, -15), 1));
  const refusal = await refusalOf(clarify({ lotId, title: "修改工期", changes: [change] }));
  expect(refusal).toMatchObject({ code: "clarification.must_move" });
  expect(
    await codeOf(
      clarify({ lotId, title: "修改工期", changes: [change], newDeadline: addDays(deadline, -1).toISOString() }),
    ),
  ).toBe("clarification.deadline_earlier");
  const newDeadline = addDays(deadline, 3);
  await clarify({ lotId, title: "修改工期", changes: [change], newDeadline: newDeadline.toISOString() });
  expect((await stage.lot(lotId)).bidDeadline).toEqual(newDeadline);

  const notices = await asStranger(stage, (tx) => noticesOfLot(tx, lotId));
  const [first, correction] = notices;
  expect(correction).toMatchObject({ kind: "correction", number: `${first!.number}-01`, serial: 1 });
  expect(correction!.fields).toMatchObject({ originalNotice: first!.number, changes: "修改工期" });
  expect(await asStranger(stage, (tx) => clarificationsOf(tx, lotId))).toMatchObject([
    { number: 1, oldDeadline: deadline, newDeadline },
  ]);
  const sent = await asService(stage, (tx) =>
    tx.select().from(outbox).where(eq(outbox.lotId, lotId)).orderBy(outbox.seq),
  );
  const corrected = sent.filter(({ dataset, body }) => dataset === "503" && body.NOTICE_NATURE === "2");
  expect(corrected).toHaveLength(1);
  expect(corrected[0]!.body.NOTICE_CONTENT).toBe(correction!.body);
  const document = sent.filter(({ dataset }) => dataset === "504").at(-1)!;
  expect(document.body).toMatchObject({ DOC_NO: `${lotCode}002`, IS_POSTPONE: "1" });
  // A postponed opening has its new time and place, there and on the page.
  expect(document.body).toMatchObject({ POST_OPEN_TIME: ts14(newDeadline), POST_OPEN_ADDRESS: "网上开标大厅" });
  expect(correction!.fields.openingTime ?? correction!.body).toContain(formatInstant(newDeadline));
  expect(String(document.body.CLARIFY_CONTENT)).toContain("300 日历天");
  await stage.deliver();
  const states = await asService(stage, (tx) =>
    tx.select({ state: outbox.state, error: outbox.lastError }).from(outbox).where(eq(outbox.lotId, lotId)),
  );
  expect(states.filter(({ state }) => state === "rejected")).toEqual([]);
});

test("R-5.4.6 RF-09: a package for the old version is received and flagged, and refused when the clarification is obligatory", async () => {
  const { stage } = t;
  const { lotId } = await lotOf("旧版本");
  const [jia, yi] = [stage.person("jia"), stage.person("yi")];
  for (const bidder of [jia, yi]) await obtain(stage, bidder, lotId);
  const old = await seal(stage, jia, lotId, { priceFen: 480_000_000n });
  const older = await seal(stage, yi, lotId, { priceFen: 470_000_000n });
  await clarify({ lotId, title: "说明", remarks: [{ clause: "1", answer: "说明。" }], affectsBids: false });
  const receipt = await deliver(stage, jia, lotId, old);
  const payload = JSON.parse(Buffer.from(receipt.receipt.payload, "base64url").toString()) as { flags: string[] };
  expect(payload.flags).toContain("older-document");
  await clarify({
    lotId,
    title: "清单更正，须按新版本编制",
    remarks: [{ clause: "2", answer: "清单第 3 项更正。" }],
    affectsBids: false,
    obligatory: true,
  });
  expect(await asService(stage, (tx) => earlierDigests(tx, lotId, 3))).toHaveLength(2);
  expect(await refusalOf(deliver(stage, yi, lotId, older))).toMatchObject({ facts: { code: "RF-09" } });
  const fresh = await seal(stage, yi, lotId, { priceFen: 470_000_000n });
  expect((await deliver(stage, yi, lotId, fresh)).number).toMatch(/^R-/);
});

test("others publish no clarification, and a clarification signed for another text is refused", async () => {
  const { stage } = t;
  const { lotId } = await lotOf("他人");
  const jia = stage.person("jia");
  const lot = await stage.lot(lotId);
  const body = { lotId, title: "假", remarks: [{ clause: "1", answer: "假" }], affectsBids: false };
  const statement = await signActAs(stage.person("agency"), stage.app, {
    act: "clarification.publish",
    subject: lot.code,
    digest: "0".repeat(64),
  });
  expect(await codeOf(stage.act(stage.person("agency"), publishClarification, { ...body, statement }))).toBe(
    "identity.act_mismatch",
  );
  expect(await codeOf(stage.act(jia, publishClarification, { ...body, statement }))).toBe("general.forbidden");
});

test("R-5.4.12: visits are for all together: one bidder's visit cannot be created, and who comes has no place", async () => {
  const { stage } = t;
  const agency = stage.person("agency");
  const { lotId } = await lotOf("踏勘");
  const [jia, yi] = [stage.person("jia"), stage.person("yi")];
  for (const holder of [jia, yi]) await obtain(stage, holder, lotId);
  const now = await stage.now();
  const visit = { kind: "visit" as const, at: addDays(now, 2).toISOString(), place: "项目部大门口", note: "" };
  const announce = (...gatherings: object[]) =>
    clarify({ lotId, title: "踏勘通知", affectsBids: false, gatherings: gatherings as (typeof visit)[] });
  const statement = { payload: "x", cms: "x" };
  const sent = (gathering: object) =>
    codeOf(
      stage.act(agency, publishClarification, {
        lotId,
        title: "踏勘通知",
        affectsBids: false,
        gatherings: [gathering as typeof visit],
        statement,
      }),
    );
  for (const one of [{ orgId: jia.orgId }, { attendees: [jia.orgName] }, { invitees: [jia.orgId] }])
    expect(await sent({ ...visit, ...one })).toBe("general.invalid_input");
  expect(await codeOf(announce({ ...visit, note: "请与招标人预约，逐家踏勘" }))).toBe("document.gathering_not_for_all");
  expect(await codeOf(announce({ ...visit, note: "请携带授权委托书签到" }))).toBe("document.gathering_not_for_all");
  expect(await codeOf(announce({ ...visit, at: now.toISOString() }))).toBe("clarification.gathering_time");
  expect(await codeOf(announce({ ...visit, at: addDays(now, 60).toISOString() }))).toBe("clarification.gathering_time");

  await announce(visit, { ...visit, kind: "meeting", place: "会议室" });
  for (const holder of [jia, yi]) {
    const actor = actorOf(holder, stage.app.site.id);
    const seen = await asPerson(stage, holder, async (tx) => ({
      document: await obtainedDocument(tx, actor, lotId),
      said: await clarificationViews(tx, actor, lotId),
    }));
    expect(seen.document?.content.gatherings?.map(({ kind }) => kind)).toEqual(["visit", "meeting"]);
    expect(seen.said[0]?.items.map(({ clause }) => clause)).toEqual(["踏勘现场", "投标预备会（答疑会）"]);
  }
  await announce();
  expect((await asService(stage, (tx) => documentInForce(tx, lotId))).content.gatherings).toEqual([]);
});
