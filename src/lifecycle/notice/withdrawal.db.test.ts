import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { httpRevocation } from "@/adapters/revocation-http";
import { addDays } from "@/core/time";
import { payloadOf } from "@/crypto/statement";
import { obtain, submit } from "@/dev/scenarios/bidding";
import { actorOf, type Person, signActAs } from "@/dev/scenarios/person";
import { draftLot, publish } from "@/dev/scenarios/tendering";
import { standingBids } from "@/lifecycle/bidding/queries";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { ownLetters } from "@/platform/inbox/queries";
import { asPerson, asService, asStranger, receivingLot } from "@/testing/lots";
import { codeOf, eventually } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { publishNotice, saveNotice } from "./commands";
import { contentHash, noticeBody } from "./fields";
import { draftNoticeOf, noticeByNumber, noticesOfLot, publishView } from "./queries";
import type { NoticeDraftInput } from "./schema";
import { noticeTwin } from "./twin";
import { announceWithdrawal, withdrawalDigest, withdrawalToPublish, withdrawNotice } from "./withdrawal";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

async function withdraw(by: Person, lotId: string, reason: string, isForceMajeure: boolean) {
  const { stage } = t;
  const lot = await stage.lot(lotId);
  const body = { lotId, reason, isForceMajeure };
  const digest = await asPerson(stage, stage.person("tenderer"), async (tx) =>
    withdrawalDigest((await withdrawalToPublish(tx, lot, await tenderProjectOf(tx, lot.tenderProjectId), body)).hash),
  );
  const statement = await signActAs(by, stage.app, { act: "notice.withdraw", subject: lot.code, digest });
  return stage.act(by, withdrawNotice, { ...body, statement });
}

const WHY = "项目用地因山体滑坡灭失，工程不再实施。";

test("R-L.107 R-5.3.1: a withdrawal before the deadline is a signed, dated notice, ends the lot, and reaches hub and holders", async () => {
  const { stage } = t;
  const { lotId, lotCode } = await receivingLot(stage, "撤回");
  const [tenderer, agency, jia, yi] = ["tenderer", "agency", "jia", "yi"].map((key) => stage.person(key)) as [
    Person,
    Person,
    Person,
    Person,
  ];
  await obtain(stage, jia, lotId);
  await submit(stage, jia, lotId, { priceFen: 480_000_000n });
  expect(await codeOf(withdraw(agency, lotId, WHY, true))).toBe("general.forbidden");
  expect(await codeOf(withdraw(tenderer, lotId, "不做了", true))).toBe("general.invalid_input");
  // Works: after the notice nothing but force majeure ends the tendering.
  expect(await codeOf(withdraw(tenderer, lotId, WHY, false))).toBe("lot.termination_needs_force_majeure");

  const { number } = await withdraw(tenderer, lotId, WHY, true);
  expect((await stage.lot(lotId)).state).toBe("F3");
  const published = await asStranger(stage, (tx) => noticesOfLot(tx, lotId));
  expect(published.map(({ kind }) => kind)).toEqual(["tender", "withdrawal"]);
  expect(published[1]).toMatchObject({
    number,
    publishedAt: await stage.now(),
    fields: { reason: `因不可抗力：${WHY}` },
  });
  expect(published[1]!.statement).not.toBeNull();
  expect(await codeOf(withdraw(tenderer, lotId, WHY, true))).toBe("notice.not_withdrawable");

  // The platform writes to whoever holds the document, once; nobody learns to how many.
  await Promise.all([1, 2, 3].map(() => stage.serve(announceWithdrawal, { lotId })));
  const letters = async (who: Person) =>
    (await asPerson(stage, who, (tx) => ownLetters(tx, actorOf(who, stage.app.site.id)))).filter(
      ({ lotId: of, kind }) => of === lotId && kind === "withdrawn",
    ).length;
  expect([await letters(jia), await letters(yi), await letters(tenderer)]).toEqual([1, 0, 0]);

  await stage.deliver();
  const { messages } = (await (await fetch(`${t.outside.hub}/v1/messages?lot=${lotCode}`)).json()) as {
    messages: { message: { dataset: string; body: Record<string, string> } }[];
  };
  const of = (dataset: string) => messages.filter(({ message }) => message.dataset === dataset);
  expect(of("503").map(({ message }) => message.body.NOTICE_NATURE)).toEqual(["1", "9"]);
  expect(of("517")).toHaveLength(1);
  expect(JSON.stringify(of("517"))).not.toContain(jia.orgName);
});

test("CLK-08: at the deadline itself a notice is not withdrawn any more", async () => {
  const { stage } = t;
  const { lotId, deadline } = await receivingLot(stage, "太晚");
  const tenderer = stage.person("tenderer");
  await stage.setClock(deadline);
  expect(await codeOf(withdraw(tenderer, lotId, WHY, true))).toBe("notice.withdraw_too_late");
  expect((await stage.lot(lotId)).state).toBe("T1");
});

test("R-5.3.1: what was previewed is what is published, in page and twin, and what was signed", async () => {
  const { stage } = t;
  const agency = stage.person("agency");
  const { lotId } = await draftLot(stage, { name: "预览（演示）", content: "教室 12 间", estimateFen: 500_000_000n });
  const view = await asPerson(stage, agency, async (tx) =>
    publishView(tx, actorOf(agency, stage.app.site.id), stage.app.site, lotId, await stage.now()),
  );
  await publish(stage, lotId);
  const twin = await asStranger(stage, (tx) => noticeTwin(tx, view.twin.number));
  const {
    publishedAt: _p,
    statement,
    authority,
    mediaPublishedAt: _m,
    mediaUrl: _u,
    ...rest
  } = twin as typeof twin & {
    mediaPublishedAt?: string;
    mediaUrl?: string;
  };
  expect(rest).toEqual(view.twin);
  const payload = JSON.parse(Buffer.from(statement!.payload, "base64url").toString()) as { digest: string };
  expect(payload.digest).toBe(view.toSign.digest);
  expect(authority).toMatchObject({ basis: "authorised", person: agency.name });
});

/** Publishes as the page does, and does not wait for the medium. */
async function publishOnly(lotId: string): Promise<void> {
  const { stage } = t;
  const agency = stage.person("agency");
  const view = await asPerson(stage, agency, async (tx) =>
    publishView(tx, actorOf(agency, stage.app.site.id), stage.app.site, lotId, await stage.now()),
  );
  const statement = await signActAs(agency, stage.app, view.toSign);
  await stage.act(agency, publishNotice, { lotId, statement, tendererNonce: "0".repeat(64) });
}

/** A fault of one of the outside programs, from here on. */
const fails = (url: string, mode: "none" | "down" | "slow") =>
  fetch(`${url}/faults`, { method: "PUT", body: JSON.stringify({ mode }) });
const messagesOf = (lotId: string) =>
  asService(t.stage, (tx) =>
    tx.execute<{
      id: string;
      dataset: string;
      state: string;
      body: Record<string, string>;
      ack: unknown;
      xmin: string;
    }>(sql`select id, dataset, state, body, ack, xmin::text from outbox where lot_id = ${lotId} order by seq`),
  );

test("R-O.17b R-O.7b R-N.2: page and medium get a notice in one commit with one content, field by field, and the medium's number is kept", async () => {
  const { stage, database } = t;
  const { lotId } = await draftLot(stage, {
    name: "同时发布（演示）",
    content: "教室 8 间",
    estimateFen: 500_000_000n,
  });
  await publishOnly(lotId);
  const [notice] = await asStranger(stage, (tx) => noticesOfLot(tx, lotId));
  const sent = (await messagesOf(lotId)).filter(({ dataset }) => dataset === "503");
  expect(sent).toHaveLength(1);
  const [stored] = await database.owner.db.execute<{ same: boolean }>(sql`
    select n.xmin = o.xmin and n.published_at = o.occurred_at as same from notices n, outbox o where n.id = ${notice!.id} and o.id = ${sent[0]!.id}`);
  expect(stored!.same).toBe(true);
  expect(sent[0]!.body.NOTICE_CONTENT).toBe(notice!.body);
  expect(sent[0]!.body.NOTICE_NAME).toBe(notice!.title);
  // Page text and structured twin are the same fields, each in its line, and both are what the hash is of.
  const twin = await asStranger(stage, (tx) => noticeTwin(tx, notice!.number));
  expect(twin.fields).toEqual(notice!.fields);
  const linesOf = (text: string) => text.split("\n").sort();
  expect(linesOf(notice!.body)).toEqual(linesOf(noticeBody(twin.fields)));
  expect(contentHash(notice!.title, notice!.fields)).toBe(notice!.contentHash);
  // Nobody, not even the owner of the database, changes the notice afterwards.
  for (const change of [
    "body = body || ' '",
    "title = 'x'",
    "fields = '{}'",
    "content_hash = ''",
    "published_at = null",
  ])
    await expect(database.owner.sql.unsafe(`update notices set ${change} where id = '${notice!.id}'`)).rejects.toThrow(
      /never changed/,
    );
  // The medium prints it and says under which number and where.
  const printed = await eventually(async () => {
    await database.owner.db.execute(sql`update outbox set next_try_at = clock_timestamp() where lot_id = ${lotId}`);
    await stage.deliver();
    const [row] = (await messagesOf(lotId)).filter(({ dataset }) => dataset === "503");
    return row!.state === "published" && row!;
  });
  const { media } = printed.ack as { media: { mediaId: string; url: string; at: string } };
  expect(media.mediaId).toMatch(/./);
  const [after] = await asStranger(stage, (tx) => noticesOfLot(tx, lotId));
  expect(after).toMatchObject({ mediaUrl: media.url, mediaPublishedAt: new Date(media.at) });
});

test("R-N.6: two people answer for a notice by name; one of them is not enough", async () => {
  const { stage } = t;
  const agency = stage.person("agency");
  const { lotId } = await draftLot(stage, { name: "责任人（演示）", content: "教室 2 间", estimateFen: 500_000_000n });
  const view = () =>
    asPerson(stage, agency, async (tx) =>
      publishView(tx, actorOf(agency, stage.app.site.id), stage.app.site, lotId, await stage.now()),
    );
  const both = await view();
  expect(both.rows.find(({ id }) => id === "NOTICE-responsible")).toMatchObject({ verdict: "pass" });
  expect(both.twin.fields.responsible).toMatch(/^发布：.+；平台验证：.+$/);
  const draft = (await asPerson(stage, agency, (tx) => draftNoticeOf(tx, lotId)))!.fields as never as NoticeDraftInput;
  for (const missing of ["responsiblePublisher", "responsibleVerifier"] as const) {
    await stage.act(agency, saveNotice, { lotId, draft: { ...draft, [missing]: " " } });
    expect((await view()).rows.find(({ id }) => id === "NOTICE-responsible")).toMatchObject({ verdict: "fail" });
    expect(await codeOf(publishOnly(lotId))).toBe("tender.publish_check_failed");
  }
});

test("R-8.4.4: with the hub and the authorities away nothing is lost: notices wait, bids are received with a flag, and all goes out afterwards", async () => {
  const { stage, outside } = t;
  await fails(outside.hub, "down");
  const { lotId } = await draftLot(stage, {
    name: "对接中断（演示）",
    content: "教室 6 间",
    estimateFen: 500_000_000n,
  });
  await publishOnly(lotId);
  await stage.deliver();
  const waiting = await messagesOf(lotId);
  expect(waiting.map(({ dataset }) => dataset)).toContain("503");
  expect(new Set(waiting.map(({ state }) => state))).toEqual(new Set(["queued"]));
  await fails(outside.ca, "down");
  const blind = { ...stage, receiver: { ...stage.receiver, ports: { ...t.ports, revocation: httpRevocation() } } };
  const { receipt } = await submit(blind, stage.person("jia"), lotId, { priceFen: 480_000_000n });
  expect(payloadOf(receipt.receipt).value).toMatchObject({ flags: ["revocation-unknown"] });
  await fails(outside.ca, "none");
  await fails(outside.hub, "none");
  await eventually(async () => {
    await t.database.owner.db.execute(sql`update outbox set next_try_at = clock_timestamp() where lot_id = ${lotId}`);
    await stage.deliver();
    const states = (await messagesOf(lotId)).map(({ state }) => state);
    return states.every((state) => state === "accepted" || state === "published");
  });
  const [bid] = await asService(stage, (tx) => standingBids(tx, lotId));
  expect(bid!.receiptNumber).toBe(receipt.number);
});

test("R-8.4.4: a clock that is moved while messages are on their way stops no tender: they are sent again", async () => {
  const { stage, outside } = t;
  const { lotId } = await draftLot(stage, {
    name: "途中改时（演示）",
    content: "教室 4 间",
    estimateFen: 500_000_000n,
  });
  await publishOnly(lotId);
  await fails(outside.hub, "slow");
  const sending = stage.deliver();
  const sent = async () =>
    (await messagesOf(lotId)).length > 0 &&
    (
      await asService(stage, (tx) =>
        tx.execute(sql`select 1 from outbox where lot_id = ${lotId} and next_try_at > clock_timestamp()`),
      )
    ).length > 0;
  await eventually(sent);
  await stage.setClock(addDays(await stage.now(), 1));
  await sending;
  await fails(outside.hub, "none");
  const put = await asService(stage, (tx) =>
    tx.execute<{ state: string; last_error: string }>(
      sql`select state, last_error from outbox where lot_id = ${lotId} and attempts > 0`,
    ),
  );
  expect(put.length).toBeGreaterThan(0);
  expect(put.every((row) => row.state === "queued" && row.last_error.startsWith("CLOCK_SKEW"))).toBe(true);
  await eventually(async () => {
    await t.database.owner.db.execute(sql`update outbox set next_try_at = clock_timestamp() where lot_id = ${lotId}`);
    await stage.deliver();
    return (await messagesOf(lotId)).every(({ state }) => state === "accepted" || state === "published");
  });
});

test("R-N.5: after the end a notice stays readable at its old address with its history, ten years on", async () => {
  const { stage, database } = t;
  const { lotId } = await receivingLot(stage, "长期可查");
  const tenderer = stage.person("tenderer");
  await withdraw(tenderer, lotId, WHY, true);
  const [first] = await asStranger(stage, (tx) => noticesOfLot(tx, lotId));
  await stage.setClock(addDays(await stage.now(), 3653));
  const twin = await asStranger(stage, (tx) => noticeTwin(tx, first!.number));
  expect(twin).toMatchObject({ number: first!.number, title: first!.title, fields: first!.fields });
  const history = await asStranger(stage, (tx) => noticesOfLot(tx, lotId));
  expect(history.map(({ kind }) => kind)).toEqual(["tender", "withdrawal"]);
  expect(history[0]).toEqual(first);
  expect(await asStranger(stage, (tx) => noticeByNumber(tx, first!.number))).toEqual(first);
  await expect(database.owner.sql.unsafe(`delete from notices where id = '${first!.id}'`)).rejects.toThrow(
    /never deleted/,
  );
});
