import { mkdtempSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { parseCertificate, pemToDer } from "@/crypto/certificate";
import type { CmsSigner } from "@/crypto/cms";
import { payloadOf, type Statement, signStatement, verifyStatement } from "@/crypto/statement";
import { certificationAuthorities } from "../ca/program";
import { type Served, serve } from "../http";
import { openIdentity } from "../identity";
import { type BankProgram, bank } from "./program";

const folder = mkdtempSync(join(tmpdir(), "xb-bank-"));
const now = new Date("2026-05-18T01:02:03Z");
const clock = { now: async () => now, close: async () => {} };
const MERCHANT = "E5200000001";
let ca: Served;
let served: Served;
let teller: BankProgram;
let [merchant, stranger]: CmsSigner[] = [];
let taker: Server;
let notifyUrl: string;
/** Statements that the bank posted. */
let taken: Statement[] = [];

beforeAll(async () => {
  ca = await serve(await certificationAuthorities({ folder: join(folder, "ca"), clock }), 0);
  const order = (name: string) =>
    openIdentity({ caUrl: ca.url, folder: join(folder, name), use: "platform", cn: name, o: name });
  const signer = await order("bank");
  [merchant, stranger] = [await order("merchant"), await order("stranger")];
  teller = bank({ folder: join(folder, "bank"), clock, signer, baseUrl: () => served.url });
  served = await serve(teller.program, 0);
  taker = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      taken.push((JSON.parse(Buffer.concat(parts).toString()) as { statement: Statement }).statement);
      response.end("{}");
    });
  });
  await new Promise<void>((done) => taker.listen(0, "127.0.0.1", done));
  notifyUrl = `http://127.0.0.1:${(taker.address() as { port: number }).port}/notice`;
});
afterAll(async () => {
  taker.close();
  await served.close();
  await ca.close();
});
const put = (path: string, mode: string) =>
  fetch(`${served.url}${path}`, { method: "PUT", body: JSON.stringify({ mode }) });
beforeEach(async () => {
  await put("/faults", "none");
  await put("/notices", "once");
  await teller.settled();
  taken = [];
});

let count = 0;
async function post(path: string, payload: Record<string, string>, signer: CmsSigner = merchant!) {
  const statement = await signStatement(payload, signer);
  return fetch(`${served.url}${path}`, { method: "POST", body: JSON.stringify({ statement }) });
}
const orderOf = (set: Record<string, string> = {}) => ({
  format: "xb-pay-order/1",
  merchant: MERCHANT,
  orderNo: `TEST${String(++count).padStart(8, "0")}`,
  amountFen: "30000",
  payee: "招标代理（演示）",
  payeeAccount: "5200000000000001",
  subject: "招标文件费",
  notifyUrl,
  returnUrl: "http://localhost:3000/",
  until: "2026-05-25T09:00:00Z",
  ...set,
});
async function placed(set: Record<string, string> = {}) {
  const order = orderOf(set);
  const answer = await post("/v1/orders", order);
  expect(answer.status).toBe(200);
  return { ...order, ...((await answer.json()) as { payUrl: string }) };
}
async function paid() {
  const order = await placed();
  await fetch(order.payUrl, { method: "POST" });
  await teller.settled();
  return order;
}
const said = (statement: Statement) => payloadOf(statement).value as Record<string, string>;
const stateOf = async (orderNo: string) => {
  const answer = await fetch(`${served.url}/v1/orders/${orderNo}`);
  return ((await answer.json()) as { statement: Statement }).statement;
};

/** Certificates of the authority that issued the bank's. */
async function trusted() {
  const roots = await Promise.all(
    ["root", "issuing"].map(async (name) => (await fetch(`${ca.url}/v1/ca/1/${name}.pem`)).text()),
  );
  return roots.map((pem) => parseCertificate(pemToDer(pem)));
}

test("an order is paid once, however often the button is pressed, and told with the bank's signature", async () => {
  const order = await placed();
  expect(await (await fetch(order.payUrl)).text()).toContain("确认付款 ¥300.00");
  expect(said(await stateOf(order.orderNo))).toMatchObject({ state: "open" });
  const pages = await Promise.all([1, 2, 3].map(async () => (await fetch(order.payUrl, { method: "POST" })).text()));
  expect(new Set(pages.map((page) => /流水号 (B[0-9A-F]+)/.exec(page)![1])).size).toBe(1);
  await teller.settled();
  expect(taken).toHaveLength(1);
  expect(said(taken[0]!)).toMatchObject({ orderNo: order.orderNo, paidFen: "30000", paidAt: now.toISOString() });
  expect(said(await stateOf(order.orderNo))).toMatchObject({ state: "paid", paidFen: "30000" });
  // What it says is signed by the certificate that it shows, which an authority issued.
  const { certificate } = (await (await fetch(`${served.url}/v1/bank`)).json()) as { certificate: string };
  const trust = await trusted();
  const verdict = await verifyStatement(taken[0]!, { trust, crls: [], time: now });
  expect(verdict).toMatchObject({ ok: true, signer: parseCertificate(pemToDer(certificate)) });
});

test("notices: twice, differing, late, never; payments: short and over", async () => {
  await put("/notices", "twice");
  await paid();
  expect(new Set(taken.map(({ payload }) => payload)).size).toBe(1);
  expect(taken).toHaveLength(2);
  taken = [];
  await put("/notices", "differs");
  await paid();
  expect(taken.map((each) => said(each).paidFen)).toEqual(["30000", "30001"]);
  taken = [];
  await put("/notices", "never");
  const untold = await paid();
  expect(taken).toEqual([]);
  expect(said(await stateOf(untold.orderNo))).toMatchObject({ state: "paid" });
  await put("/notices", "late");
  await paid();
  expect(taken).toEqual([]);
  await put("/notices", "once");
  await teller.settled();
  expect(taken).toHaveLength(1);
  taken = [];
  await put("/notices", "short");
  await paid();
  await put("/notices", "over");
  await paid();
  expect(taken.map((each) => said(each).paidFen)).toEqual(["27000", "40000"]);
});

test("requests: forged, of another merchant's certificate, with another amount, of nothing", async () => {
  const order = await placed();
  expect((await post("/v1/orders", orderOf({ orderNo: order.orderNo }))).status).toBe(200);
  expect((await post("/v1/orders", orderOf({ orderNo: order.orderNo, amountFen: "1" }))).status).toBe(409);
  expect((await post("/v1/orders", orderOf(), stranger!)).status).toBe(403);
  expect((await post("/v1/orders", orderOf({ amountFen: "0" }))).status).toBe(400);
  const statement = await signStatement(orderOf(), merchant!);
  const forged = { ...(await signStatement(orderOf({ amountFen: "1" }), merchant!)), cms: statement.cms };
  const body = JSON.stringify({ statement: forged });
  expect((await fetch(`${served.url}/v1/orders`, { method: "POST", body })).status).toBe(403);
});

test("refunds: once by number, never more than was paid; the day's statement of account adds up", async () => {
  const order = await paid();
  const refund = {
    format: "xb-pay-refund/1",
    merchant: MERCHANT,
    refundNo: "REFUND0001",
    orderNo: order.orderNo,
    principalFen: "30000",
    interestFen: "2",
  };
  for (let i = 0; i < 2; i++) {
    const answer = (await (await post("/v1/refunds", refund)).json()) as { statement: Statement };
    expect(said(answer.statement)).toMatchObject({ refundNo: "REFUND0001", at: now.toISOString() });
  }
  expect((await post("/v1/refunds", { ...refund, refundNo: "REFUND0002", principalFen: "1" })).status).toBe(409);
  const day = await (await fetch(`${served.url}/v1/statements/2026-05-18?merchant=${MERCHANT}`)).text();
  const lines = day.split("\n");
  expect(lines.filter((line) => line.includes(order.orderNo))).toHaveLength(2);
  const sum = lines.slice(1, -1).reduce((total, line) => total + Number(line.split(",")[4]), 0);
  expect(lines.at(-1)).toBe(`合计,,,,${sum}`);
});

test("faults: answers after storing; a wrong answer does not verify; the book is on disk", async () => {
  const order = await placed();
  await put("/faults", "answer-lost");
  await expect(fetch(order.payUrl, { method: "POST" })).rejects.toThrow();
  await put("/faults", "down");
  await expect(stateOf(order.orderNo)).rejects.toThrow();
  await put("/faults", "wrong");
  expect(await verifyStatement(await stateOf(order.orderNo), { trust: [], crls: [], time: now })).toMatchObject({
    ok: false,
  });
  await put("/faults", "none");
  expect(said(await stateOf(order.orderNo))).toMatchObject({ state: "paid" });
  await teller.settled();
  const again = bank({
    folder: join(folder, "bank"),
    clock,
    signer: { ...merchant!, pem: "" },
    baseUrl: () => "",
  });
  expect(await again.program.page()).toContain(order.orderNo);
});

test("a day's statement of account is signed, sums up its lines, and shows a wrong book when it is told to", async () => {
  const code = "E5200000009";
  const order = await placed({ merchant: code });
  await fetch(order.payUrl, { method: "POST" });
  const fetched = async () => {
    const answer = await fetch(`${served.url}/v1/statements/2026-05-18/signed?merchant=${code}`);
    return ((await answer.json()) as { statement: Statement }).statement;
  };
  const statement = await fetched();
  expect(await verifyStatement(statement, { trust: await trusted(), crls: [], time: now })).toMatchObject({ ok: true });
  expect(payloadOf(statement).value).toMatchObject({
    format: "xb-bank-statement/1",
    merchant: code,
    day: "2026-05-18",
    lines: [{ kind: "paid", orderNo: order.orderNo, fen: "30000", at: now.toISOString() }],
    totalFen: "30000",
  });
  await put("/faults", "wrong");
  expect(payloadOf(await fetched()).value).toMatchObject({ lines: [{ fen: "30001" }], totalFen: "30001" });
});

test("a sub-account knows a pseudonym; what any payer transfers is told and kept, and leaves once, back or to one payee", async () => {
  const reference = `REF${String(++count).padStart(10, "0")}`;
  const request = { format: "xb-account-request/1", merchant: MERCHANT, reference, notifyUrl };
  const open = async () => {
    const { statement } = (await (await post("/v1/accounts", request)).json()) as { statement: Statement };
    return payloadOf(statement).value as { account: string };
  };
  const { account } = await open();
  expect(await open()).toMatchObject({ account, reference });
  const transfer = (typed: Record<string, string>) =>
    fetch(`${served.url}/transfer`, { method: "POST", body: new URLSearchParams(typed) });
  const typed = { account, payerName: "甲山建设（演示）", payerAccount: "5201", yuan: "1000.5" };
  expect((await transfer({ ...typed, account: "1" })).status).toBe(404);
  expect((await transfer({ ...typed, yuan: "1.234" })).status).toBe(400);
  expect((await transfer(typed)).status).toBe(200);
  await teller.settled();
  const told = payloadOf(taken[0]!).value as Record<string, string>;
  expect(told).toMatchObject({ format: "xb-bank-transfer/1", reference, paidFen: "100050", payerAccount: "5201" });
  const state = (await (await fetch(`${served.url}/v1/accounts/${reference}`)).json()) as { statement: Statement };
  expect(payloadOf(state.statement).value).toMatchObject({ transfers: [{ transaction: told.transaction }] });
  const out = {
    format: "xb-account-out/1",
    merchant: MERCHANT,
    number: `OUT${String(++count).padStart(10, "0")}`,
    reference,
    transaction: told.transaction!,
    kind: "refund",
    principalFen: "100000",
    interestFen: "7",
    payeeName: "",
    payeeAccount: "",
  };
  expect((await post("/v1/outs", { ...out, kind: "transfer" })).status).toBe(400);
  expect((await post("/v1/outs", { ...out, payeeAccount: "99" })).status).toBe(400);
  expect((await post("/v1/outs", out, stranger)).status).toBe(403);
  expect((await post("/v1/outs", out)).status).toBe(200);
  expect((await post("/v1/outs", out)).status).toBe(200);
  expect((await post("/v1/outs", { ...out, principalFen: "1" })).status).toBe(409);
  const more = { ...out, number: `${out.number}B`, kind: "forfeit", payeeName: "招标人", payeeAccount: "99" };
  expect((await post("/v1/outs", { ...more, principalFen: "51" })).status).toBe(409);
  expect((await post("/v1/outs", { ...more, principalFen: "50" })).status).toBe(200);
});
