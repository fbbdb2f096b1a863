import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fromBase64url } from "@/core/bytes";
import { addDays, addHours, addMinutes } from "@/core/time";
import { submit } from "@/dev/scenarios/bidding";
import { worksDocument } from "@/dev/scenarios/document";
import { review, type Seated, signRecord } from "@/dev/scenarios/evaluate";
import { decrypt, reachOpening } from "@/dev/scenarios/opening";
import { actorOf, type Person, signActAs, signPdfAs } from "@/dev/scenarios/person";
import { executeAsService } from "@/kit/command";
import { checkIn, declarationDigest, declareNoConflict } from "@/lifecycle/committee/commands/attend";
import { drawCommittee } from "@/lifecycle/committee/commands/draw";
import { requestCommittee, requestDigest } from "@/lifecycle/committee/commands/request";
import { activeMembers, ownSessions } from "@/lifecycle/committee/queries";
import { committeeMembers, draws, experts } from "@/lifecycle/committee/tables";
import { openingsOf } from "@/lifecycle/opening/queries";
import { seats } from "@/lifecycle/seat/tables";
import { saveTenderDocument } from "@/lifecycle/tender-document/commands/document";
import { digestToSign } from "@/platform/file/pdf-signature";
import { fileForReader } from "@/server/web/file-access";
import { asPerson, asService, asStranger, receivingLot } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { buildReport, reportFileToSign, signReport } from "./commands/report";
import { markItem, scoreItem, sheetToSign, signSheet } from "./commands/review";
import { settleEvaluation } from "./commands/settle";
import { startEvaluation } from "./commands/start";
import { evaluatedBids, evaluationOf, reportOf, reportSignaturesOf } from "./queries";
import { reviewView } from "./review-view";

/** One lot goes from the opening to the report; each test takes it one step on and tries what must not happen there. */
let t: TestStage;
let lotId: string;
let lotCode: string;
let evaluationAt: Date;
let committee: Seated[];
const PARENT = "91520100MA00000990";
const bidders = ["jia", "yi", "bing", "ding"];

beforeAll(async () => {
  t = await testStage();
  const { stage } = t;
  let deadline: Date;
  ({ lotId, lotCode, deadline } = await receivingLot(stage, "评标"));
  const prices = [481_000_000n, 476_000_000n, 468_000_000n, 490_000_000n];
  for (const [i, key] of bidders.entries()) await submit(stage, stage.person(key), lotId, { priceFen: prices[i]! });
  await stage.setClock(deadline);
  await reachOpening(stage, lotId, "O1");
  for (const key of bidders) await decrypt(stage, stage.person(key), lotId);
  await stage.setClock(addMinutes(deadline, 20));
  evaluationAt = addHours(deadline, 5);
}, 120_000);
afterAll(() => t?.close());

const person = (key: string): Person => t.stage.person(key);
const actorAt = ({ person: who, seatId }: Seated) => actorOf(who, t.stage.app.site.id, seatId);
const seatCode = async (seatId: string) =>
  (await asService(t.stage, (tx) => tx.select().from(seats).where(eq(seats.id, seatId))))[0]!.code;

async function request(changes: { memberCount?: number; evaluationAt?: Date } = {}) {
  const { stage } = t;
  const body = {
    lotId,
    speciality: "房屋建筑",
    memberCount: changes.memberCount ?? 5,
    standbyCount: 2,
    evaluationAt: (changes.evaluationAt ?? evaluationAt).toISOString(),
    avoidance: [{ creditCode: PARENT, reason: "投标人的母公司" }],
  };
  const statement = await signActAs(person("agency"), stage.app, {
    act: "committee.request",
    subject: lotCode,
    digest: await requestDigest(body),
  });
  return stage.act(person("agency"), requestCommittee, { ...body, statement });
}

test("R-5.7.1 CLK-29: a committee of four or six is refused, before the opening's end and earlier than a day ahead as well", async () => {
  const { stage } = t;
  expect(await codeOf(request())).toBe("committee.wrong_state");
  await signRecord(stage, lotId, [person("jia")]);
  for (const memberCount of [3, 4, 6])
    expect(await codeOf(request({ memberCount })), String(memberCount)).toBe("law.committee_size");
  expect(await codeOf(request({ evaluationAt: addDays(await stage.now(), 1.1) }))).toBe("law.draw_too_early");
});

test("R-5.7.3: experts of a bidder or of its parent are never drawn, and a member who has not declared sees no file", {
  timeout: 90_000,
}, async () => {
  const { stage, database } = t;
  const employed = ["expert-01", "expert-02", "expert-03", "expert-04"].map(person);
  for (const [i, { personId }] of employed.entries()) {
    const employerCreditCode = i < 2 ? PARENT : person("yi").creditCode;
    await database.owner.db.update(experts).set({ employerCreditCode }).where(eq(experts.personId, personId));
  }
  await request();
  expect(await codeOf(request())).toBe("committee.requested_before");
  committee = await drawn();
  expect(committee).toHaveLength(5);
  const all = await asService(stage, (tx) =>
    tx.select().from(committeeMembers).where(eq(committeeMembers.lotId, lotId)),
  );
  expect(all).toHaveLength(7);
  for (const { personId } of employed) expect(all.some((member) => member.personId === personId)).toBe(false);

  await stage.setClock(evaluationAt);
  const [first, second] = committee as [Seated, Seated];
  const fileId = (await asService(stage, (tx) => openingsOf(tx, lotId)))[0]!.files![0]!.fileId;
  const read = (seated: Seated) => asPerson(stage, seated.person, (tx) => fileForReader(tx, actorAt(seated), fileId));
  const view = (seated: Seated) =>
    asPerson(stage, seated.person, (tx) => reviewView(tx, actorAt(seated), seated.member.id));
  expect(await codeOf(view(first))).toBe("evaluation.not_declared");
  await stage.act(first.person, checkIn, { memberId: first.member.id, seatCode: await seatCode(first.seatId) });
  expect(await codeOf(view(first))).toBe("evaluation.not_declared");
  expect(await codeOf(read(first))).toBe("general.not_found");
  const declare = async (seated: Seated, signer: Person) =>
    stage.act(seated.person, declareNoConflict, {
      memberId: seated.member.id,
      statement: await signActAs(signer, stage.app, {
        act: "committee.declare",
        subject: lotCode,
        digest: await declarationDigest(lotCode),
      }),
    });
  expect(await codeOf(declare(second, second.person))).toBe("committee.not_checked_in");
  expect(await codeOf(declare(first, second.person))).toBe("identity.other_certificate");
  expect(await codeOf(stage.act(person("agency"), startEvaluation, { lotId }))).toBe("lot.members_not_ready");
  for (const seated of committee.slice(1))
    await stage.act(seated.person, checkIn, { memberId: seated.member.id, seatCode: await seatCode(seated.seatId) });
  for (const seated of committee.slice(0, 4)) await declare(seated, seated.person);
  expect(await codeOf(stage.act(person("agency"), startEvaluation, { lotId }))).toBe("lot.members_not_ready");
  await declare(committee[4]!, committee[4]!.person);
  // Before the evaluation has begun there is still nothing to read.
  expect(await codeOf(read(first))).toBe("general.not_found");
  await stage.act(person("agency"), startEvaluation, { lotId });
  expect((await read(first)).kind).toBe("opened-bid");
});

/** The committee as the draw made it; what is tried before sign-in is tried here. */
async function drawn(): Promise<Seated[]> {
  const { stage } = t;
  await executeAsService(stage.worker, drawCommittee, { lotId });
  const members = await asService(stage, (tx) => activeMembers(tx, lotId));
  const seated = members.map((member) => ({
    member,
    seatId: member.seatId!,
    person: [...stage.people.values()].find(({ personId }) => personId === member.personId)!,
  }));
  const names = (who: Person) => asPerson(stage, who, (tx) => tx.select().from(committeeMembers));
  // Nobody but each member of its own knows a name, and even a member does not know the lot.
  const strangers = [
    ...["tenderer", "agency", "supervisor", "operator", "jia"].map(person),
    ...[...stage.people.values()].filter(
      ({ role, personId }) => role === "expert" && !members.some((member) => member.personId === personId),
    ),
  ];
  for (const who of strangers) {
    const standby = (await asService(stage, (tx) => tx.select().from(committeeMembers))).find(
      ({ personId }) => personId === who.personId,
    );
    expect(
      (await names(who)).filter(({ id }) => id !== standby?.id),
      who.key,
    ).toEqual([]);
    expect(await asPerson(stage, who, (tx) => tx.select().from(draws)), who.key).toEqual([]);
  }
  expect(await asStranger(stage, (tx) => tx.select().from(committeeMembers))).toEqual([]);
  for (const { member, person: who } of seated) {
    expect((await names(who)).map(({ id }) => id)).toEqual([member.id]);
    const [session] = await asPerson(stage, who, (tx) => ownSessions(tx, actorOf(who, stage.app.site.id)));
    expect(session).toMatchObject({ memberId: member.id, lotId: undefined });
  }
  // Check-in: not a day early, not at another seat, not in another's place.
  const [first, second] = seated as [Seated, Seated];
  const code = await seatCode(first.seatId);
  expect(await codeOf(stage.act(first.person, checkIn, { memberId: first.member.id, seatCode: code }))).toBe(
    "committee.check_in_too_early",
  );
  await stage.setClock(addHours(evaluationAt, -2));
  expect(
    await codeOf(
      stage.act(first.person, checkIn, { memberId: first.member.id, seatCode: await seatCode(second.seatId) }),
    ),
  ).toBe("committee.other_seat");
  expect(await codeOf(stage.act(second.person, checkIn, { memberId: first.member.id, seatCode: code }))).toBe(
    "general.not_found",
  );
  expect(await codeOf(stage.act(person("jia"), checkIn, { memberId: first.member.id, seatCode: code }))).toBe(
    "general.forbidden",
  );
  return seated;
}

test("at the seats: members and parties know one another's names, bidders, strangers and experts of other lots do not", async () => {
  const { stage } = t;
  const seen = async (who: Person) =>
    (
      await asPerson(stage, who, (tx) =>
        tx.select().from(committeeMembers).where(eq(committeeMembers.state, "signed_in")),
      )
    ).length;
  expect(await seen(committee[0]!.person)).toBe(5);
  for (const key of ["agency", "tenderer", "supervisor"]) expect(await seen(person(key)), key).toBe(5);
  for (const key of ["jia", "wu", "operator"]) expect(await seen(person(key)), key).toBe(0);
  const outside = [...stage.people.values()].find(
    ({ role, personId }) => role === "expert" && !committee.some(({ member }) => member.personId === personId),
  )!;
  expect(await seen(outside)).toBe(0);
  // Nor does the trail name them.
  for (const who of [person("jia"), person("agency"), outside]) {
    const lines = await asPerson(stage, who, (tx) =>
      tx.execute(sql`select 1 from trail_lines where lot_id = ${lotId} and role = 'expert'`),
    );
    expect(lines, who.key).toHaveLength(0);
  }
});

test("a member reviews at its own seat only; an expert of another lot has neither bids nor files nor marks here", async () => {
  const { stage } = t;
  const [first, second] = committee as [Seated, Seated];
  const outside = [...stage.people.values()].find(
    ({ role, personId }) => role === "expert" && !committee.some(({ member }) => member.personId === personId),
  )!;
  const [bid] = await asService(stage, (tx) => evaluatedBids(tx, lotId));
  const mark = { memberId: first.member.id, bidId: bid!.bidId, item: "seal", verdict: "pass" as const };
  expect(await codeOf(stage.act(first.person, markItem, mark))).toBe("evaluation.not_at_seat");
  expect(await codeOf(stage.act(first.person, markItem, mark, second.seatId))).toBe("evaluation.not_at_seat");
  expect(await codeOf(stage.act(second.person, markItem, mark, second.seatId))).toBe("general.not_found");
  expect(await codeOf(stage.act(outside, markItem, mark, first.seatId))).toBe("general.not_found");
  expect(await codeOf(stage.act(person("agency"), markItem, mark, first.seatId))).toBe("general.forbidden");
  const fileId = bid!.files[0]!.fileId;
  for (const who of [outside, person("tenderer"), person("agency"), person("yi"), person("supervisor")].filter(
    ({ orgId }) => orgId !== bid!.orgId,
  )) {
    expect(
      await codeOf(
        asPerson(stage, who, (tx) => fileForReader(tx, actorOf(who, stage.app.site.id, first.seatId), fileId)),
      ),
      who.key,
    ).toBe("general.not_found");
  }
  expect(await asPerson(stage, outside, (tx) => openingsOf(tx, lotId))).toEqual([]);
});

test("R-5.7.7 R-5.7.8: only printed items are reviewed, none is added now, and no rejection goes without ground, reason and place", async () => {
  const { stage } = t;
  const [first] = committee as [Seated];
  const [bid] = await asService(stage, (tx) => evaluatedBids(tx, lotId));
  const mark = (rest: object) =>
    stage.act(
      first.person,
      markItem,
      { memberId: first.member.id, bidId: bid!.bidId, item: "licence", verdict: "fail", ...rest } as never,
      first.seatId,
    );
  const good = { ground: "RJ-3", reason: "资质证书等级不满足招标文件要求", place: "技术文件.pdf 第 1 页" };
  expect(await codeOf(mark({ ...good, item: "brand" }))).toBe("evaluation.item_not_printed");
  expect(await codeOf(mark({ ...good, ground: undefined }))).toBe("evaluation.ground_missing");
  expect(await codeOf(mark({ ...good, ground: "RJ-99" }))).toBe("evaluation.ground_missing");
  expect(await codeOf(mark({ ...good, reason: "不行" }))).toBe("evaluation.reason_missing");
  expect(await codeOf(mark({ ...good, place: " " }))).toBe("evaluation.place_missing");
  await mark(good);
  const content = worksDocument(500_000_000n, 5_000_000n);
  const more = {
    ...content,
    reviewItems: [
      ...content.reviewItems,
      { id: "brand", title: "品牌", standard: "指定品牌", clause: "9", group: "form" as const },
    ],
  };
  expect(
    await codeOf(
      stage.act(person("agency"), saveTenderDocument, { lotId, content: more, fileIds: [crypto.randomUUID()] }),
    ),
  ).toBe("tender.not_editable");
});

test("R-5.7.13: what one member marks and scores is hidden from the others and from everybody else until the step is over", {
  timeout: 90_000,
}, async () => {
  const { stage } = t;
  const [first, second] = committee as [Seated, Seated];
  const rowsSeen = (who: Person, table: string) =>
    asPerson(stage, who, (tx) => tx.execute<{ member_id: string }>(sql.raw(`select member_id from ${table}`)));
  expect((await rowsSeen(first.person, "preliminary_marks")).map(({ member_id }) => member_id)).toEqual([
    first.member.id,
  ]);
  for (const who of [second.person, person("tenderer"), person("agency"), person("supervisor"), person("jia")])
    expect(await rowsSeen(who, "preliminary_marks"), who.key).toHaveLength(0);
  expect(
    (await asPerson(stage, second.person, (tx) => reviewView(tx, actorAt(second), second.member.id))).marks,
  ).toEqual([]);
  // A sheet with gaps is not signed.
  const toSign = await asPerson(stage, first.person, (tx) =>
    sheetToSign(tx, actorAt(first), first.member.id, "preliminary"),
  );
  expect(
    await codeOf(
      stage.act(
        first.person,
        signSheet,
        { memberId: first.member.id, step: "preliminary", statement: await signActAs(first.person, stage.app, toSign) },
        first.seatId,
      ),
    ),
  ).toBe("evaluation.items_missing");

  await review(stage, lotId, committee, "preliminary");
  const [bid] = await asService(stage, (tx) => evaluatedBids(tx, lotId));
  const mark = { memberId: first.member.id, bidId: bid!.bidId, item: "seal", verdict: "pass" as const };
  expect(await codeOf(stage.act(first.person, markItem, mark, first.seatId))).toBe("evaluation.step_closed");
  expect(
    (await rowsSeen(second.person, "preliminary_marks")).some(({ member_id }) => member_id === first.member.id),
  ).toBe(true);

  const score = (rest: object) =>
    stage.act(
      first.person,
      scoreItem,
      { memberId: first.member.id, bidId: bid!.bidId, item: "plan", scoreHundredths: 1400, ...rest } as never,
      first.seatId,
    );
  for (const scoreHundredths of [1501, -1, 10.5])
    expect(await codeOf(score({ scoreHundredths })), String(scoreHundredths)).toBe("evaluation.score_out_of_range");
  expect(await codeOf(score({ scoreHundredths: 300 }))).toBe("evaluation.low_score_reason");
  expect(await codeOf(score({ item: "local-award" }))).toBe("evaluation.item_not_printed");
  await score({});
  for (const who of [second.person, person("tenderer"), person("agency")])
    expect(await rowsSeen(who, "scores"), who.key).toHaveLength(0);
});

test("SOD-08: no party sees a score, a ranking or the report before it is handed in; a bidder never does", {
  timeout: 90_000,
}, async () => {
  const { stage } = t;
  await review(stage, lotId, committee, "detailed");
  await executeAsService(stage.worker, buildReport, { lotId });
  expect((await asService(stage, (tx) => evaluationOf(tx, lotId))).step).toBe("report");
  const report = (await asService(stage, (tx) => reportOf(tx, lotId, 1)))!;
  for (const key of ["tenderer", "agency", "supervisor"]) {
    expect(await asPerson(stage, person(key), (tx) => evaluationOf(tx, lotId))).toMatchObject({
      step: "report",
      result: null,
      caseFile: null,
    });
  }
  expect(await codeOf(asPerson(stage, person("jia"), (tx) => evaluationOf(tx, lotId)))).toBe("evaluation.not_started");
  for (const key of ["tenderer", "agency", "supervisor", "jia", "operator"]) {
    const who = person(key);
    for (const table of [
      "scores",
      "preliminary_marks",
      "evaluations",
      "score_sheets",
      "reports",
      "report_signatures",
    ]) {
      expect(
        await asPerson(stage, who, (tx) => tx.execute(sql.raw(`select 1 from ${table}`))),
        `${key} ${table}`,
      ).toHaveLength(0);
    }
    expect(
      await codeOf(asPerson(stage, who, (tx) => fileForReader(tx, actorOf(who, stage.app.site.id), report.pdfFileId))),
      key,
    ).toBe("general.not_found");
  }
});

test("R-O.34: the report is signed by each member once, on the newest bytes; a dissent is on record; only then it is handed in", {
  timeout: 90_000,
}, async () => {
  const { stage } = t;
  const toSign = async (seated: Seated) => {
    const fileId = await asPerson(stage, seated.person, (tx) =>
      reportFileToSign(tx, actorAt(seated), seated.member.id),
    );
    const pdf = await digestToSign(stage.app, actorAt(seated), fileId);
    return { cms: await signPdfAs(seated.person, fromBase64url(pdf.digest)), signingTime: pdf.signingTime };
  };
  const sign = (seated: Seated, pdf: Awaited<ReturnType<typeof toSign>>, dissent = "") =>
    stage.act(seated.person, signReport, { memberId: seated.member.id, pdf, dissent }, seated.seatId);
  const [first, second, ...rest] = committee as [Seated, Seated, ...Seated[]];
  const stale = await toSign(second);
  const text = "本人认为第一名的施工方案评分偏高，理由见评审记录。";
  await sign(first, await toSign(first), text);
  // The second member's signature was on bytes that have grown since.
  await expect(sign(second, stale)).rejects.toThrow();
  await expect(toSign(first)).rejects.toThrow("evaluation.sheet_signed");
  await sign(second, await toSign(second));
  for (const seated of rest) {
    expect((await stage.lot(lotId)).state).toBe("E1");
    await sign(seated, await toSign(seated));
  }
  expect((await stage.lot(lotId)).state).toBe("E2");
  const report = (await asPerson(stage, person("tenderer"), (tx) => reportOf(tx, lotId, 1)))!;
  const signatures = await asPerson(stage, person("tenderer"), (tx) => reportSignaturesOf(tx, report.id));
  expect(signatures.map(({ memberId, kind, text: said }) => [memberId, kind, said])).toEqual([
    [first.member.id, "dissented", text],
    ...committee.slice(1).map(({ member }) => [member.id, "signed", ""]),
  ]);
  expect(await asPerson(stage, person("jia"), (tx) => tx.execute(sql`select 1 from scores`))).toHaveLength(0);
  expect(
    (
      await asPerson(stage, person("tenderer"), (tx) =>
        fileForReader(tx, actorOf(person("tenderer"), stage.app.site.id), report.pdfFileId),
      )
    ).kind,
  ).toBe("report");
  // There is no other way to it: not for bidders, operator or strangers, and no letter carries it.
  for (const key of ["jia", "operator"])
    expect(
      await codeOf(
        asPerson(stage, person(key), (tx) =>
          fileForReader(tx, actorOf(person(key), stage.app.site.id), report.pdfFileId),
        ),
      ),
      key,
    ).toBe("general.not_found");
  const letters = await asService(stage, (tx) =>
    tx.execute<{ text: string }>(sql`select subject || body as text from letters where lot_id = ${lotId}`),
  );
  expect(letters.filter(({ text: said }) => said.includes(report.pdfFileId))).toEqual([]);
  await executeAsService(stage.worker, settleEvaluation, { lotId });
  expect((await asService(stage, (tx) => evaluationOf(tx, lotId))).step).toBe("done");
});
