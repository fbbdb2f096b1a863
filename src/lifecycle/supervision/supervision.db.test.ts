import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { and, eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addDays, addHours, addMinutes } from "@/core/time";
import { creditCodeOf, parseCertificate, pemToDer } from "@/crypto/certificate";
import type { CmsSigner } from "@/crypto/cms";
import { payloadOf, type Statement, signStatement, statementHash, verifyStatement } from "@/crypto/statement";
import { obtain, seal, submit, upload } from "@/dev/scenarios/bidding";
import { decrypt, reachOpening, signIn } from "@/dev/scenarios/opening";
import { actorOf } from "@/dev/scenarios/person";
import { executeAsService } from "@/kit/command";
import { trailOf } from "@/kit/trail-queries";
import { ownBids } from "@/lifecycle/bidding/queries";
import { noticesOfLot } from "@/lifecycle/notice/queries";
import { closeLot } from "@/lifecycle/opening/commands/close";
import { decryptBid } from "@/lifecycle/opening/commands/decrypt";
import { settleOpening } from "@/lifecycle/opening/commands/settle";
import { hallView } from "@/lifecycle/opening/hall-view";
import { openingsOf } from "@/lifecycle/opening/queries";
import { outsideClock } from "@/outside/clock";
import { type Served, serve } from "@/outside/http";
import { openIdentity } from "@/outside/identity";
import { AUTHORITY } from "@/outside/supervision/authority";
import { supervision } from "@/outside/supervision/program";
import { ownLetters } from "@/platform/inbox/queries";
import { hallStreams } from "@/server/receiver/hall-stream";
import { receiverHandler } from "@/server/receiver/routes";
import { supervisionView } from "@/server/web/views/supervision";
import { deliver, finish, withdraw } from "@/testing/deliver";
import { asPerson, asService, asStranger, receivingLot } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { instructionsOf } from "./queries";
import { instructions } from "./tables";

let t: TestStage;
let office: Served;
let signer: CmsSigner;
let platformUrl: string;
const closers: (() => Promise<void> | void)[] = [];

/** The receiver itself, over its socket, and the supervising body's own program that talks to it. */
beforeAll(async () => {
  t = await testStage();
  const { database, ports, dataDir, outside, stage } = t;
  const receiver = {
    connection: database.as.xb_receiver,
    ports,
    dataDir,
    databaseUrl: database.urls.xb_receiver,
    runtime: () => stage.receiver,
  };
  const streams = hallStreams(receiver);
  const server = createServer(receiverHandler(receiver, streams));
  await new Promise<void>((done) => server.listen(0, "localhost", done));
  platformUrl = `http://localhost:${(server.address() as AddressInfo).port}`;
  const clock = outsideClock(database.urls.xb_operator);
  const folder = join(dataDir, "supervision");
  const { name: cn, creditCode } = AUTHORITY;
  signer = await openIdentity({ caUrl: outside.ca, folder, use: "platform", cn, o: cn, creditCode });
  office = await serve(supervision({ folder, clock, signer: signer as never, platformUrl }), 0);
  closers.push(
    () => office.close(),
    () => clock.close(),
    () => streams.close(),
    () => new Promise<void>((done) => server.close(() => done())),
    () => t.close(),
  );
}, 120_000);
afterAll(async () => {
  for (const close of closers) await close();
});

interface Answer {
  readonly no: string;
  readonly state: string;
  readonly text: string;
  readonly ack?: Statement;
}
const post = async (path: string, body: unknown, method = "POST"): Promise<Answer> => {
  const answer = await fetch(`${office.url}${path}`, { method, body: JSON.stringify(body) });
  return (await answer.json()) as Answer;
};
const order = (lot: string, type: string, more: object = {}) =>
  post("/v1/instructions", { type, lot, ground: "实施条例第六十二条", text: "核查投诉", ...more });
const sayOf = ({ ack }: Answer) => payloadOf(ack!).value;

test("R-O.52 R-L.116 R-5.13.6: a signed SUSPEND freezes the lot at once and is answered signed; RESUME lets the clocks go on", async () => {
  const { stage } = t;
  const { lotId, lotCode, deadline } = await receivingLot(stage, "监督");
  const [jia, yi] = [stage.person("jia"), stage.person("yi")];
  await obtain(stage, jia, lotId);
  await submit(stage, jia, lotId, { priceFen: 480_000_000n });
  await stage.setClock(addHours(deadline, -2));
  const uploaded = await seal(stage, yi, lotId, { priceFen: 481_000_000n });
  const uploadId = await upload(stage, yi, lotId, uploaded.body);

  const suspended = await order(lotCode, "SUSPEND");
  expect(suspended).toMatchObject({ state: "executed" });
  expect(await stage.lot(lotId)).toMatchObject({ state: "T1", flags: ["SUSPENDED_ORDER"] });
  // The answer is the platform's, names this instruction, and came in the same transaction.
  const ack = sayOf(suspended);
  expect(ack).toMatchObject({ state: "executed", no: suspended.no, platform: "E5200000001" });
  const { trustList, operatorCreditCode } = stage.app.site;
  const verdict = await verifyStatement(suspended.ack!, {
    trust: trustList.map((pem) => parseCertificate(pemToDer(pem))),
    crls: [],
    time: await stage.now(),
  });
  expect(verdict.ok && creditCodeOf(verdict.signer)).toBe(operatorCreditCode);
  const [kept] = await asService(stage, (tx) => tx.select().from(instructions).where(eq(instructions.lotId, lotId)));
  expect(ack.instruction).toBe(statementHash(kept!.statement));

  // Sent again, as after a lost answer, it is answered the same and acts once.
  const again = await post(`/v1/instructions/${encodeURIComponent(suspended.no)}/again`, {});
  expect(again.ack).toEqual(suspended.ack);
  expect(await order(lotCode, "SUSPEND")).toMatchObject({ state: "refused" });

  // Nothing goes on, whatever the time: no bid in, no closing. Taking one's own bid back goes on.
  expect(await codeOf(finish(stage, yi, uploadId, uploaded))).toBe("RF-13");
  await stage.setClock(addDays(deadline, 3));
  expect(await codeOf(upload(stage, yi, lotId, uploaded.body))).toBe("lot.receiving_suspended");
  expect(await codeOf(executeAsService(stage.worker, closeLot, { lotId }))).toBe("lot.suspended");
  const [bid] = await asPerson(stage, jia, (tx) => ownBids(tx, actorOf(jia, stage.app.site.id), lotId));
  await withdraw(stage, jia, lotId, bid!);

  // Two hours were left: nobody could hear of the resumption in time, so it is three days more.
  const resumedAt = await stage.now();
  const resumed = await order(lotCode, "RESUME", { text: "核查结束" });
  expect(resumed).toMatchObject({ state: "executed" });
  const lot = await stage.lot(lotId);
  expect(lot.flags).toEqual([]);
  expect(lot.bidDeadline!.getTime()).toBeGreaterThanOrEqual(addDays(resumedAt, 3).getTime());
  expect(sayOf(resumed).clocks).toEqual({ bidDeadline: lot.bidDeadline!.toISOString() });
  const [correction] = (await asStranger(stage, (tx) => noticesOfLot(tx, lotId))).filter(
    ({ kind }) => kind === "correction",
  );
  expect(correction?.body).toContain(resumed.no);
  expect(await deliver(stage, yi, lotId, uploaded)).toMatchObject({ seq: 1 });

  // Who holds the document and who runs the tender were told, each of both; the trail says it, the stranger reads no order.
  for (const who of [jia, stage.person("agency"), stage.person("tenderer")]) {
    const letters = await asPerson(stage, who, (tx) => ownLetters(tx, actorOf(who, stage.app.site.id)));
    const told = letters.filter((letter) => letter.lotId === lotId && letter.kind === "instruction");
    expect(told.map(({ subject }) => subject.slice(0, 8)).sort()).toEqual(["监督指令（中止）", "监督指令（恢复）"]);
  }
  const lines = await asService(stage, (tx) => trailOf(tx, `project:${lot.tenderProjectId}`));
  expect(lines.filter(({ action }) => action === "instruction.executed")).toHaveLength(2);
  expect(await asStranger(stage, (tx) => tx.select().from(instructions))).toEqual([]);
  expect(await asPerson(stage, jia, (tx) => instructionsOf(tx, lotId))).toHaveLength(2);
  expect(await asPerson(stage, stage.person("wu"), (tx) => instructionsOf(tx, lotId))).toEqual([]);
});

test("R-O.52: a forged, foreign, stale or replayed instruction changes nothing, is kept, and the body it names is told", async () => {
  const { stage, outside, dataDir } = t;
  const { lotId, lotCode } = await receivingLot(stage, "伪造");
  const supervisor = stage.person("supervisor");
  const send = async (statement: Statement) => {
    const answer = await fetch(`${platformUrl}/receive/instructions`, {
      method: "POST",
      body: JSON.stringify({ statement }),
    });
    const { ack } = (await answer.json()) as { ack?: Statement };
    return [answer.status, ack && payloadOf(ack).value.reason];
  };
  const payload = async (more: object = {}) => ({
    format: "xinbiao-instruction/1",
    type: "SUSPEND",
    no: `伪-${Math.random()}`,
    authority: AUTHORITY.creditCode,
    jurisdiction: AUTHORITY.jurisdiction,
    lot: lotCode,
    ground: "依据",
    text: "内容",
    issuedAt: (await stage.now()).toISOString(),
    nonce: crypto.randomUUID(),
    ...more,
  });
  const signed = async (more: object = {}, by = signer) => signStatement((await payload(more)) as never, by);

  await post("/faults", { mode: "wrong" }, "PUT");
  expect(sayOf(await order(lotCode, "SUSPEND"))).toMatchObject({ state: "refused", reason: "SIGNATURE" });
  await post("/faults", { mode: "none" }, "PUT");
  // A true certificate of somebody else; of nobody trusted; another body's own; a region that is not this lot's.
  expect(await send(await signed({}, stage.person("jia").signer))).toEqual([200, "AUTHORITY"]);
  const order3 = {
    folder: join(dataDir, "county"),
    use: "platform",
    cn: "遵义市监督（演示）",
    o: "遵义（演示）",
  } as const;
  const county = await openIdentity({ caUrl: outside.ca, ...order3, creditCode: "11520300MB00000030" });
  expect(await send(await signed({ authority: "11520300MB00000030", jurisdiction: "520300" }, county))).toEqual([
    200,
    "JURISDICTION",
  ]);
  expect(await send(await signed({ jurisdiction: "520300" }))).toEqual([200, "JURISDICTION"]);
  expect(await send(await signed({ issuedAt: addMinutes(await stage.now(), -6).toISOString() }))).toEqual([
    200,
    "STALE",
  ]);
  expect(await send(await signed({ lot: `${lotCode.slice(0, -1)}9` }))).toEqual([200, "UNKNOWN_LOT"]);
  expect(await send(await signed({ until: "明天" }))).toEqual([200, "FORMAT"]);
  const broken = await signed();
  expect(await send({ ...broken, payload: `${broken.payload.slice(0, -3)}!!!` })).toEqual([422, undefined]);
  expect((await stage.lot(lotId)).flags).toEqual([]);
  // A number and a nonce count once.
  const notice = await payload({ type: "NOTICE" });
  expect(await send(await signStatement(notice as never, signer))).toEqual([200, undefined]);
  expect(await send(await signed({ type: "SUSPEND", no: notice.no }))).toEqual([200, "NUMBER"]);
  expect(await send(await signed({ type: "SUSPEND", nonce: notice.nonce }))).toEqual([200, "NONCE"]);
  expect((await stage.lot(lotId)).flags).toEqual([]);

  const mine = and(eq(instructions.lotId, lotId), eq(instructions.state, "refused"));
  const reasons = (await asPerson(stage, supervisor, (tx) => tx.select().from(instructions).where(mine))).map(
    ({ reason }) => reason,
  );
  expect(reasons.sort()).toEqual([
    "AUTHORITY",
    "JURISDICTION",
    "JURISDICTION",
    "NONCE",
    "NUMBER",
    "SIGNATURE",
    "STALE",
  ]);
  expect(await asPerson(stage, stage.person("agency"), (tx) => tx.select().from(instructions).where(mine))).toEqual([]);
  const letters = await asPerson(stage, supervisor, (tx) => ownLetters(tx, actorOf(supervisor, stage.app.site.id)));
  expect(
    letters.filter((letter) => letter.lotId === lotId && letter.subject.startsWith("监督指令未执行")),
  ).toHaveLength(reasons.length);
});

test("who forges without end fills neither table nor trail, and keeps no true order out", async () => {
  const { stage, database } = t;
  const { lotCode } = await receivingLot(stage, "伪造不断");
  await database.owner.db.execute(sql`insert into instructions
    (site_id, type, no, authority, ground, text, nonce, state, reason, hash, statement, ack, received_at)
    select ${stage.app.site.id}, 'SUSPEND', 'x' || i, '', '', '', '', 'refused', 'SIGNATURE', 'h' || i, '{}', '{}', xb_now()
    from generate_series(1, 100) i`);
  const counted = async () =>
    (
      await database.owner.db.execute<{
        n: string;
      }>(sql`select count(*) || '/' || (select count(*) from trail_lines) as n
      from instructions`)
    )[0]!.n;
  const before = await counted();
  await post("/faults", { mode: "wrong" }, "PUT");
  expect(await order(lotCode, "SUSPEND")).toMatchObject({ state: "unknown" });
  await post("/faults", { mode: "none" }, "PUT");
  expect(await counted()).toBe(before);
  expect(await order(lotCode, "SUSPEND")).toMatchObject({ state: "executed" });
});

test("a suspension in the middle of the decryption holds keys, opening and window; after it the window goes on", async () => {
  const { stage } = t;
  const { lotId, lotCode, deadline } = await receivingLot(stage, "解密中止");
  const bidders = ["jia", "yi", "bing"].map((key) => stage.person(key));
  for (const bidder of bidders) await submit(stage, bidder, lotId, { priceFen: 480_000_000n });
  await stage.setClock(deadline);
  await reachOpening(stage, lotId, "O1");
  for (const bidder of bidders) await signIn(stage, bidder, lotId);
  const [jia, yi, bing] = bidders as [(typeof bidders)[0], (typeof bidders)[0], (typeof bidders)[0]];
  await decrypt(stage, jia, lotId);
  // The second key is there and not used yet when the order comes.
  await decrypt({ ...stage, serve: async () => {} }, yi, lotId);
  const { windowEndsAt } = await stage.lot(lotId);
  await stage.setClock(addMinutes(windowEndsAt!, -10));
  expect(await order(lotCode, "SUSPEND")).toMatchObject({ state: "executed" });
  expect(await codeOf(decrypt(stage, bing, lotId))).toBe("opening.suspended");
  const stateOf = async (orgId: string) =>
    (await asService(stage, (tx) => openingsOf(tx, lotId))).find((row) => row.orgId === orgId)!;
  const { bidId, segment, state } = await stateOf(yi.orgId);
  expect(state).toBe("released");
  expect(await codeOf(executeAsService(stage.worker, decryptBid, { bidId, segment }))).toBe("opening.suspended");
  // Long after the end of the window nobody has lost anything.
  await stage.setClock(addDays(windowEndsAt!, 2));
  await executeAsService(stage.worker, settleOpening, { lotId });
  expect((await stateOf(bing.orgId)).state).toBe("waiting");
  const view = await asPerson(stage, bing, (tx) => hallView(tx, actorOf(bing, stage.app.site.id), lotId));
  expect(view.lot.flags).toEqual(["SUSPENDED_ORDER"]);
  expect(view.events.at(-1)?.kind).toBe("suspended");

  const resumedAt = await stage.now();
  expect(await order(lotCode, "RESUME")).toMatchObject({ state: "executed" });
  expect((await stage.lot(lotId)).windowEndsAt).toEqual(addMinutes(resumedAt, 30));
  await executeAsService(stage.worker, decryptBid, { bidId, segment });
  await decrypt(stage, bing, lotId);
  const states = (await asService(stage, (tx) => openingsOf(tx, lotId))).map(({ state }) => state);
  expect(states).toEqual(["decrypted", "decrypted", "decrypted"]);
});

test("EXTEND moves the deadline and is published; what cannot be carried out is told to those who can; nobody else writes one", async () => {
  const { stage, database } = t;
  const { lotId, lotCode, deadline } = await receivingLot(stage, "延期");
  const until = addDays(deadline, 5);
  expect(await order(lotCode, "EXTEND", { until: until.toISOString() })).toMatchObject({ state: "executed" });
  expect((await stage.lot(lotId)).bidDeadline).toEqual(until);
  const notices = await asStranger(stage, (tx) => noticesOfLot(tx, lotId));
  expect(notices.filter(({ kind }) => kind === "correction")).toHaveLength(1);
  expect(sayOf(await order(lotCode, "REPLACE_MEMBER"))).toMatchObject({ state: "refused", reason: "STATE" });
  const supervisor = stage.person("supervisor");
  const letters = await asPerson(stage, supervisor, (tx) => ownLetters(tx, actorOf(supervisor, stage.app.site.id)));
  expect(letters.find(({ lotId: of, subject }) => of === lotId && subject.startsWith("监督指令未执行"))).toBeDefined();
  // Neither the web process nor a later hand writes or changes an instruction.
  const { db } = database.as.xb_app;
  await expect(db.execute(sql`insert into instructions (id) values (gen_random_uuid())`)).rejects.toThrow();
  await expect(database.as.xb_receiver.db.execute(sql`update instructions set state = 'executed'`)).rejects.toThrow();
  await expect(database.as.xb_receiver.db.execute(sql`delete from instructions`)).rejects.toThrow();
});

test("R-5.13.1 R-5.13.2: the supervisor of a lot sees each step, reads its trail, reminds, instructs, suspends and resumes by signature; of others' lots there is nothing", async () => {
  const { stage } = t;
  const { lotId, lotCode, deadline } = await receivingLot(stage, "监督功能");
  const supervisor = stage.person("supervisor");
  const own = actorOf(supervisor, stage.app.site.id);
  const view = () => asPerson(stage, supervisor, (tx) => supervisionView(tx, own, lotId));
  expect((await view()).lot).toMatchObject({ code: lotCode, state: "T1" });
  // Another body, and this one's people in another role: nothing.
  const foreign = { ...supervisor, orgId: stage.person("jia").orgId };
  for (const [who, actor] of [
    [foreign, { ...own, orgId: foreign.orgId }],
    [
      { ...supervisor, role: "bidder" as const },
      { ...own, role: "bidder" as const },
    ],
  ] as const)
    expect(await codeOf(asPerson(stage, who, (tx) => supervisionView(tx, actor, lotId)))).toBe("general.not_found");

  for (const type of ["NOTICE", "REMIND", "SUSPEND", "RESUME"]) {
    const answer = await order(lotCode, type);
    expect(answer, type).toMatchObject({ state: "executed" });
    expect(sayOf(answer)).toMatchObject({ no: answer.no, state: "executed" });
  }
  const after = await view();
  expect(after.instructions.map(({ title }) => title).sort()).toEqual(["中止", "恢复", "督促", "通知"].sort());
  const said = after.trail.filter(({ action }) => action === "instruction.executed");
  expect(said.map(({ facts }) => facts.type)).toEqual(["NOTICE", "REMIND", "SUSPEND", "RESUME"]);

  // Live: the opening as everybody in the hall sees it, names at once and no price before all are announced.
  for (const key of ["jia", "yi", "bing"]) await submit(stage, stage.person(key), lotId, { priceFen: 480_000_000n });
  await stage.setClock((await stage.lot(lotId)).bidDeadline ?? deadline);
  await reachOpening(stage, lotId, "O1");
  const { hall } = await view();
  expect(hall).toMatchObject({ as: "supervisor", step: 2 });
  expect(hall!.names).toHaveLength(3);
  expect([hall!.record, hall!.own]).toEqual([undefined, undefined]);
});
