import { createHash } from "node:crypto";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { utf8 } from "@/core/bytes";
import { submit } from "@/dev/scenarios/bidding";
import { signRecord } from "@/dev/scenarios/evaluate";
import { decrypt, reachOpening } from "@/dev/scenarios/opening";
import { actorOf, type Person, signActAs } from "@/dev/scenarios/person";
import { revoke } from "@/dev/scenarios/play";
import { accountFor, transferTo } from "@/dev/scenarios/securities";
import { executeAsService } from "@/kit/command";
import { bidRoom } from "@/lifecycle/bidding/room";
import { closingRecordOf } from "@/lifecycle/opening/queries";
import { securityLines } from "@/lifecycle/opening/securities";
import { ownLetters } from "@/platform/inbox/queries";
import { asPerson, asService, asStranger, receivingLot } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { decideKeeping, keepDigest } from "./commands/keep";
import { markGuarantee } from "./commands/mark";
import { sendSecurity } from "./commands/send";
import { SECURITIES_TO_SETTLE, settleSecurities } from "./commands/settle";
import { askAccount } from "./commands/transfer";
import { encodeSecurity, type Guarantee } from "./guarantee/part";
import { securityAccounts, securityAlarms, securityKeepings, securityPayments, securityPayouts } from "./tables";

const PRICE = { priceFen: 480_000_000n };
let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

const person = (key: string) => t.stage.person(key);
async function pay(who: Person, lotId: string, yuan: string, payer = {}) {
  await transferTo(t.outside.bank, who, await accountFor(t.stage, who, lotId), yuan, payer);
  const [row] = await asService(t.stage, (tx) =>
    tx.select().from(securityAccounts).where(sql`lot_id = ${lotId} and org_id = ${who.orgId}`),
  );
  await askAccount(t.stage.worker, row!.id);
}
const settle = (lotId: string) => executeAsService(t.stage.worker, settleSecurities, { lotId });
const toSettle = async () =>
  (await asService(t.stage, (tx) => tx.execute<{ lot_id: string }>(SECURITIES_TO_SETTLE))).map((row) => row.lot_id);
const linesFor = async (key: string, lotId: string) => {
  const lot = await t.stage.lot(lotId);
  return asPerson(t.stage, person(key), (tx) => securityLines(tx, lot));
};
const pdf = utf8("%PDF-1.7 保函");
const guaranteeOf = async (lotId: string, set: Partial<Guarantee> = {}) => {
  const lot = await t.stage.lot(lotId);
  const [tender] = await asService(t.stage, (tx) =>
    tx.execute<{ code: string }>(sql`select code from tender_projects where id = ${lot.tenderProjectId}`),
  );
  return encodeSecurity({
    format: "xb-bid-security/1",
    tender: tender!.code,
    lot: lot.code,
    kind: "insurance",
    guarantor: "黔江财险（演示）",
    number: "BH-0001",
    amountFen: "5000000",
    beneficiary: person("tenderer").orgName,
    validUntil: "2026-12-31",
    sha256: createHash("sha256").update(pdf).digest("hex"),
    ...set,
  });
};
const plain = () => encodeSecurity(undefined);
const withGuarantee = (security: Uint8Array<ArrayBuffer>) => ({
  ...PRICE,
  security,
  files: [
    { name: "投标函.pdf", bytes: utf8("%PDF-1.7 投标函") },
    { name: "投标保证金保函.pdf", bytes: pdf },
  ],
});

test("R-5.5.12 R-5.9.4 R-5.9.6: after the opening those who run and supervise the lot read each security with what does not hold of it, and before it nobody", {
  timeout: 120_000,
}, async () => {
  const { stage } = t;
  const { lotId, lotCode, deadline } = await receivingLot(stage, "保证金清单");
  const bidders = ["jia", "yi", "bing", "ding", "wu"].map(person) as [Person, Person, Person, Person, Person];
  const [jia, yi, bing, ding, wu] = bidders;
  const together = { payerName: "乙水集团（演示）", payerAccount: "6230 001" };
  await pay(jia, lotId, "50000");
  await pay(yi, lotId, "50000", together);
  await pay(bing, lotId, "30000", { ...together, payerAccount: "6230001" });
  await submit(stage, jia, lotId, { ...PRICE, security: plain() });
  await submit(stage, yi, lotId, { ...PRICE, security: plain() });
  await submit(stage, bing, lotId, { ...PRICE, security: plain() });
  await submit(
    stage,
    ding,
    lotId,
    withGuarantee(await guaranteeOf(lotId, { amountFen: "1", validUntil: "2026-04-01" })),
  );
  await submit(stage, wu, lotId, { ...PRICE, security: plain() });
  // Paid, and did not bid: never in any list.
  await pay(person("ji"), lotId, "50000");

  const tables = [securityAccounts, securityPayments, securityPayouts, securityKeepings, securityAlarms];
  const readers = ["tenderer", "agency", "supervisor", "operator", "expert-01", "jia"] as const;
  const foreign = async (key: string) =>
    (await Promise.all(tables.map((table) => asPerson(stage, person(key), (tx) => tx.select().from(table)))))
      .flat()
      .filter((row) => row.lotId === lotId && !("orgId" in row && row.orgId === person(key).orgId));
  for (const key of readers) {
    expect(await foreign(key), key).toEqual([]);
    expect(await linesFor(key, lotId), key).toEqual([]);
  }
  expect(await asStranger(stage, (tx) => tx.select().from(securityPayments))).toEqual([]);
  // The bidder itself knows at once what does not hold of its transfer.
  const room = await asPerson(stage, yi, (tx) => bidRoom(tx, actorOf(yi, stage.app.site.id), lotId));
  expect(room.security).toMatchObject({ heldFen: "5000000", arrived: [{ amount: "¥50,000.00" }] });

  await stage.setClock(deadline);
  await reachOpening(stage, lotId, "O1");
  for (const bidder of bidders) await decrypt(stage, bidder, lotId);
  for (const key of ["tenderer", "agency", "supervisor"]) {
    const of = new Map((await linesFor(key, lotId)).map((line) => [line.orgId, line]));
    expect(of.size, key).toBe(5);
    expect(of.get(jia.orgId)).toMatchObject({ form: "银行转账", amount: "¥50,000.00", findings: [] });
    expect(of.get(yi.orgId)!.findings.join()).toContain(bing.orgName);
    expect(of.get(yi.orgId)!.findings.join()).toContain("基本账户");
    expect(of.get(bing.orgId)!.findings.join()).toContain("少于招标文件要求的 ¥50,000.00");
    expect(of.get(ding.orgId)).toMatchObject({ form: "保险保函", amount: "¥0.01" });
    expect(of.get(ding.orgId)!.findings).toHaveLength(2);
    expect(of.get(wu.orgId)!.findings.join()).toContain("没有缴纳");
  }
  expect(
    JSON.stringify(await linesFor("tenderer", lotId), (_, v) => (typeof v === "bigint" ? `${v}` : v)),
  ).not.toContain(person("ji").orgName);
  for (const key of ["operator", "jia", "expert-01"])
    expect(
      (await linesFor(key, lotId)).filter(({ facts }) => facts.length && key !== "jia"),
      key,
    ).toEqual([]);
  // told once.
  expect(await toSettle()).toContain(lotId);
  for (let i = 0; i < 2; i++) await settle(lotId);
  expect(await toSettle()).not.toContain(lotId);
  for (const key of ["tenderer", "agency", "supervisor"]) {
    const told = await asPerson(stage, person(key), (tx) => ownLetters(tx, actorOf(person(key), stage.app.site.id)));
    const alarms = told.filter((letter) => letter.lotId === lotId && letter.kind === "security-alarm");
    expect(alarms, key).toHaveLength(1);
    expect(alarms[0]!.body).toContain(yi.orgName);
  }
  for (const key of ["operator", "yi"])
    expect(await asPerson(stage, person(key), (tx) => tx.select().from(securityAlarms)), key).toEqual([]);
  // The record is signed: 9011, 523 and the fields of 507.
  await signRecord(stage, lotId, []);
  const messages = await asService(stage, (tx) =>
    tx.execute<{ dataset: string; body: Record<string, string> }>(
      sql`select dataset, body from outbox where lot_id = ${lotId} and dataset in ('507', '523', '9011')`,
    ),
  );
  const of = (dataset: string, who: Person) =>
    messages.find((one) => one.dataset === dataset && one.body.BIDDER_ORG_CODE === who.creditCode)?.body;
  expect(of("9011", jia)).toMatchObject({ BID_SECTION_CODE: lotCode, MARGIN_PAY_FORM: "1", MARGIN_PAY: "50000.00" });
  expect(of("523", ding)).toMatchObject({ GUARANTEE_NO: "BH-0001", END_TIME: "20260401235959" });
  expect([jia, ding, wu].map((who) => of("507", who)?.MARGIN_PAY_FORM)).toEqual(["1", "7", "9"]);
  expect(messages.filter(({ body }) => body.BIDDER_NAME === person("ji").orgName)).toEqual([]);
  // Who did not bid has its money back, and the lot's parties see nothing of it.
  const back = await asService(stage, (tx) => tx.select().from(securityPayouts).where(sql`lot_id = ${lotId}`));
  expect(back).toMatchObject([{ orgId: person("ji").orgId, reason: "no-bid" }]);
  expect(await asPerson(stage, person("tenderer"), (tx) => tx.select().from(securityPayouts))).toEqual([]);
});

async function decide(who: Person, keepingId: string, bidId: string, decision: "keep" | "return", lotCode: string) {
  const decided = { keepingId, decision, reason: "依招标文件第 3.4.4 项，不予退还投标保证金" };
  const digest = await keepDigest(bidId, decided);
  const statement = await signActAs(who, t.stage.app, { act: "security.decide", subject: lotCode, digest });
  return t.stage.act(who, decideKeeping, { ...decided, statement });
}

test("R-L.102 R-O.31a: what the document lets the tenderer keep is its signed decision, once and nobody else's; it goes to its own account", {
  timeout: 120_000,
}, async () => {
  const { stage } = t;
  const security = { receiptCondition: false, keptOnFailure: true };
  const { lotId, lotCode, deadline } = await receivingLot(stage, "不予退还", { security });
  const bidders = ["jia", "yi", "bing", "ding", "wu"].map(person);
  for (const bidder of bidders) {
    await pay(bidder, lotId, "50000");
    await submit(stage, bidder, lotId, { ...PRICE, security: plain() });
  }
  await stage.setClock(deadline);
  await reachOpening(stage, lotId, "O1");
  for (const bidder of bidders.slice(0, 3)) await decrypt(stage, bidder, lotId);
  const [ding, wu] = [person("ding"), person("wu")];
  await revoke(stage, ding, lotId, "项目负责人突发疾病，无法履约");
  await settle(lotId);
  const keepings = (key: string) => asPerson(stage, person(key), (tx) => tx.select().from(securityKeepings));
  // Nothing is told before all is announced.
  expect(await keepings("tenderer")).toEqual([]);
  await stage.setClock((await stage.lot(lotId)).windowEndsAt!);
  await signRecord(stage, lotId, []);
  await settle(lotId);
  const open = await keepings("tenderer");
  const byOrg = (who: Person) => open.find(({ orgId }) => orgId === who.orgId)!;
  expect(open).toHaveLength(2);
  expect(byOrg(ding)).toMatchObject({ ground: "revoked", facts: "项目负责人突发疾病，无法履约", decision: null });
  expect(byOrg(wu)).toMatchObject({ ground: "not-opened", facts: "DF-1", decision: null });
  // Who revoked stays counted.
  const closing = await asService(stage, (tx) => closingRecordOf(tx, lotId));
  expect(closing!.payload).toMatchObject({ count: 5 });
  for (const key of ["agency", "operator", "ding", "supervisor"])
    expect(await codeOf(decide(person(key), byOrg(ding).id, byOrg(ding).bidId, "keep", lotCode)), key).toBe(
      "general.forbidden",
    );
  // Another bid, another word: the signature fits nothing.
  expect(await codeOf(decide(person("tenderer"), byOrg(ding).id, byOrg(wu).bidId, "keep", lotCode))).toBe(
    "identity.act_mismatch",
  );
  await decide(person("tenderer"), byOrg(ding).id, byOrg(ding).bidId, "keep", lotCode);
  expect(await codeOf(decide(person("tenderer"), byOrg(ding).id, byOrg(ding).bidId, "return", lotCode))).toBe(
    "security.decided_before",
  );
  await decide(person("tenderer"), byOrg(wu).id, byOrg(wu).bidId, "return", lotCode);
  expect(await toSettle()).toContain(lotId);
  await Promise.all([settle(lotId), settle(lotId)]);
  expect(await toSettle()).not.toContain(lotId);
  const payouts = await asService(stage, (tx) => tx.select().from(securityPayouts).where(sql`lot_id = ${lotId}`));
  expect(payouts.map(({ orgId, kind, reason }) => [orgId, kind, reason]).sort()).toEqual(
    [
      [ding.orgId, "forfeit", "revoked"],
      [wu.orgId, "refund", "returned"],
    ].sort(),
  );
  for (const { id } of payouts) await sendSecurity(stage.worker, id);
  const page = await (await fetch(t.outside.bank)).text();
  expect(page).toContain("不予退还　¥50,000.00");
  // The ledger of an ended lot closes, and the operator reads that it does.
  const balance = () =>
    asPerson(stage, person("operator"), (tx) =>
      tx.execute<{ settled: boolean; kept_fen: string; in_fen: string; code: string }>(
        sql`select * from xb_security_balance() where lot_id = ${lotId}`,
      ),
    );
  expect(await balance()).toEqual([]);
  await t.database.owner.db.execute(sql`update lots set state = 'C1' where id = ${lotId}`);
  expect((await balance())[0]).toMatchObject({ settled: false, kept_fen: "5000000", in_fen: "25000000" });
  const contractAt = (await stage.now()).toISOString();
  await executeAsService(stage.worker, settleSecurities, { lotId, contractAt });
  const rest = await asService(stage, (tx) =>
    tx.select().from(securityPayouts).where(sql`lot_id = ${lotId} and state = 'due'`),
  );
  expect(rest).toHaveLength(3);
  for (const { id } of rest) await sendSecurity(stage.worker, id);
  expect((await balance())[0]).toMatchObject({ settled: true });
  for (const key of ["agency", "tenderer", "jia"])
    expect(
      await asPerson(stage, person(key), (tx) => tx.execute(sql`select * from xb_security_balance()`)),
      key,
    ).toEqual([]);
});

test("RF-14: a package without a credited security or a marked guarantee is refused where the tender document says so, and received where it does not", {
  timeout: 60_000,
}, async () => {
  const { stage } = t;
  const security = { receiptCondition: true, keptOnFailure: false };
  const { lotId } = await receivingLot(stage, "接收条件", { security });
  const [jia, yi] = [person("jia"), person("yi")];
  expect(await codeOf(submit(stage, jia, lotId, PRICE))).toBe("RF-14");
  await pay(jia, lotId, "49999.99");
  expect(await codeOf(submit(stage, jia, lotId, PRICE))).toBe("RF-14");
  await pay(jia, lotId, "0.01");
  await submit(stage, jia, lotId, PRICE);
  await stage.act(yi, markGuarantee, { lotId, sha256: "a".repeat(64) });
  await submit(stage, yi, lotId, PRICE);
  const free = await receivingLot(stage, "不是接收条件");
  await submit(stage, person("bing"), free.lotId, PRICE);
});
