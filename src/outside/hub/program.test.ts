import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { base64url, utf8 } from "@/core/bytes";
import { type CanonicalValue, encodeCanonical } from "@/core/canonical-json";
import { parseCertificate, pemToDer } from "@/crypto/certificate";
import { parseCrl } from "@/crypto/crl";
import { type Statement, verifyStatement } from "@/crypto/statement";
import { certificationAuthorities } from "../ca/program";
import { type Served, serve } from "../http";
import { openIdentity } from "../identity";
import { HUB } from "./content";
import catalogue from "./datasets.json";
import { hub } from "./program";

const folder = mkdtempSync(join(tmpdir(), "xb-hub-"));
const PLATFORM = "E5200000001";
const OPERATOR = "91520100MA6ABCD10B";
const PROJECT = `${PLATFORM}000001`;
const TENDER = `${PROJECT}001`;
const LOT = `${TENDER}001`;
let now = new Date("2026-05-18T00:00:00Z");
const clock = { now: async () => now, close: async () => {} };
let ca: Served;
let served: Served;
let key: KeyObject;

const start = async () => {
  const signer = await openIdentity({
    caUrl: ca.url,
    folder: join(folder, "hub"),
    use: "platform",
    cn: HUB.name,
    o: HUB.name,
  });
  let url = "";
  const server = await serve(
    hub({ folder: join(folder, "hub"), clock, signer, baseUrl: () => url, faults: { mode: "none", slowMs: 20 } }),
    0,
  );
  url = server.url;
  return server;
};
beforeAll(async () => {
  ca = await serve(await certificationAuthorities({ folder: join(folder, "ca"), clock }), 0);
  served = await start();
  const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
  key = pair.privateKey;
  const spki = pair.publicKey.export({ type: "spki", format: "pem" });
  const answer = await fetch(`${ca.url}/v1/ca/1/issue`, {
    method: "POST",
    body: JSON.stringify({ spki, cn: "信标(演示)", o: "信标(演示)", use: "platform" }),
  });
  const { certificate } = (await answer.json()) as { certificate: string };
  await fetch(`${served.url}/v1/platforms/${PLATFORM}`, { method: "PUT", body: JSON.stringify({ certificate }) });
});
afterAll(async () => {
  await served.close();
  await ca.close();
});
const put = (path: string, body: unknown) =>
  fetch(`${served.url}${path}`, { method: "PUT", body: JSON.stringify(body) });
const fault = (mode: string) => put("/faults", { mode });
beforeEach(async () => {
  await fault("none");
  await put("/media", { delay: 0 });
});

interface Answer {
  key: string;
  state: string;
  statement: Statement;
  bodyHash: string;
  version?: number;
  rejection?: { code: string; field: string };
  media?: { url: string; at: string };
}
const COMMON = {
  PLATFORM_CODE: OPERATOR,
  PUB_SERVICE_PLAT_CODE: HUB.creditCode,
  DATA_TIMESTAMP: "20260518080000",
  TRADE_PLAT: PLATFORM,
  PUB_SERVICE_PLAT: HUB.code,
};
const message = (dataset: string, subject: string, body: Record<string, string>, extra: object = {}) => ({
  spec: "XB-HUB/1",
  key: `${PLATFORM}-${dataset}-${subject}`,
  dataset,
  op: "upsert",
  seq: 1,
  lot: LOT,
  occurredAt: now.toISOString(),
  sentAt: now.toISOString(),
  platform: { tradePlat: PLATFORM, operator: OPERATOR },
  ruleset: "2026.1",
  body: { ...body, ...COMMON },
  ...extra,
});
const signed = (value: object, by = key) => {
  const header = base64url(utf8('{"alg":"RS256"}'));
  const payload = base64url(encodeCanonical(value as CanonicalValue));
  return { message: value, jws: `${header}..${base64url(sign("sha256", Buffer.from(`${header}.${payload}`), by))}` };
};
const post = async (...items: object[]) => {
  const answer = await fetch(`${served.url}/v1/messages`, { method: "POST", body: JSON.stringify(items) });
  return ((await answer.json()) as { acks: Answer[] }).acks;
};
const get = async (path: string) => (await fetch(`${served.url}${path}`)).json();

type Catalogue = Record<string, { fields: { name: string; type: string; mandatory: boolean }[] }>;
/** A value for every mandatory field, then what is known. */
function full(dataset: string, known: Record<string, string>): Record<string, string> {
  const fill = (type: string) => {
    if (type === "ts14") return "20260518080000";
    if (type === "d8") return "20260518";
    const exact = /^C(\d+)$/.exec(type);
    return exact ? "1".repeat(Number(exact[1])) : "1";
  };
  const mandatory = (catalogue as Catalogue)[dataset]!.fields.filter((field) => field.mandatory);
  return { ...Object.fromEntries(mandatory.map(({ name, type }) => [name, fill(type)])), ...known };
}
const project = (known: Record<string, string> = {}) =>
  message("500", PROJECT, full("500", { PROJECT_CODE: PROJECT, PROJECT_NAME: "人民医院门诊楼（演示）", ...known }));
const tender = () => message("501", TENDER, full("501", { PROJECT_CODE: PROJECT, TENDER_PROJECT_CODE: TENDER }));

test("a message without registration, with a wrong signature or an old clock is refused and forgotten", async () => {
  const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  const foreign = message("500", "1", {}, { platform: { tradePlat: "E5200000009", operator: OPERATOR } });
  const old = message("500", PROJECT, {}, { sentAt: "2026-05-17T23:54:59.000Z" });
  const { jws } = signed(project());
  const changed = { message: { ...project(), seq: 2 }, jws };
  const codes = (await post(signed(foreign), signed(project(), stranger), changed, signed(old), { nothing: 1 })).map(
    (ack) => ack.rejection?.code,
  );
  expect(codes).toEqual(["UNREGISTERED", "SIGNATURE", "SIGNATURE", "CLOCK_SKEW", "ENVELOPE"]);
  expect(await get("/v1/messages")).toEqual({ messages: [] });
});

test("a message whose parent is not accepted waits, and goes on when it is", async () => {
  const [waiting] = await post(signed(tender()));
  expect(waiting).toMatchObject({ state: "RECEIVED" });
  const [first] = await post(signed(project()));
  expect(first).toMatchObject({ state: "ACCEPTED" });
  expect(await get(`/v1/messages/${waiting!.key}`)).toMatchObject({ state: "ACCEPTED", version: 1 });
});

test("same key and body has no second effect; another body is a new version", async () => {
  const [again] = await post(signed({ ...project(), seq: 99 }));
  expect(again).toMatchObject({ state: "ACCEPTED" });
  const [changed] = await post(signed(project({ PROJECT_NAME: "人民医院门诊楼二期（演示）" })));
  expect(changed?.bodyHash).not.toBe(again?.bodyHash);
  expect(await get(`/v1/messages/${again!.key}`)).toMatchObject({ version: 2 });
  const { messages } = (await get("/v1/messages?dataset=500")) as { messages: unknown[] };
  expect(messages).toHaveLength(2);
});

test("missing, misshapen and foreign fields are named", async () => {
  const reject = async (change: Record<string, string>) => {
    const value = message("500", `x${Object.keys(change)[0]}`, { ...project().body, ...change });
    Object.assign(value.body, change);
    return (await post(signed(value)))[0]?.rejection;
  };
  expect(await reject({ PROJECT_NAME: "" })).toMatchObject({ code: "REQUIRED", field: "PROJECT_NAME" });
  expect(await reject({ REGION_CODE: "5201" })).toMatchObject({ code: "FIELD", field: "REGION_CODE" });
  expect(await reject({ DATA_TIMESTAMP: "2026-05-18" })).toMatchObject({ code: "FIELD", field: "DATA_TIMESTAMP" });
  expect(await reject({ PUB_SERVICE_PLAT: "E0000000000" })).toMatchObject({ code: "FIELD", field: "PUB_SERVICE_PLAT" });
  expect((await post(signed(message("999", "1", {}))))[0]?.rejection).toMatchObject({ code: "DATASET" });
});

const log = (subject: string, extra: object = {}) => message("LOG", subject, {}, extra);

test("a message waits for the attachment that it names, which is what its hash says", async () => {
  const bytes = utf8("开标记录");
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const attachments = [{ type: "BID_OPEN_RECORD_PDF_FILE", name: "开标记录.pdf", sha256, size: bytes.length }];
  const [waiting] = await post(signed(log("a", { attachments })));
  expect(waiting).toMatchObject({ state: "RECEIVED" });
  const upload = (body: Uint8Array<ArrayBuffer>) =>
    fetch(`${served.url}/v1/attachments/${sha256}`, { method: "PUT", body });
  expect((await upload(utf8("别的"))).status).toBe(400);
  expect((await upload(bytes)).status).toBe(201);
  expect(await get(`/v1/messages/${waiting!.key}`)).toMatchObject({ state: "ACCEPTED" });
});

test("every acknowledgement is a statement signed by the hub, and the inbox tells them all in order", async () => {
  const pem = async (path: string) => (await fetch(`${ca.url}${path}`)).text();
  const crl = async (path: string) => parseCrl(new Uint8Array(await (await fetch(`${ca.url}${path}`)).arrayBuffer()));
  const trust = [await pem("/v1/ca/1/root.pem"), await pem("/v1/ca/1/issuing.pem")].map((text) =>
    parseCertificate(pemToDer(text)),
  );
  const crls = [await crl("/v1/ca/1/crl.der"), await crl("/v1/ca/1/root.crl.der")];
  const { items } = (await get(`/v1/inbox?after=0&platform=${PLATFORM}`)) as { items: (Answer & { seq: number })[] };
  expect(items.length).toBeGreaterThan(4);
  expect(items.map(({ seq }) => seq)).toEqual([...items.map(({ seq }) => seq)].sort((a, b) => a - b));
  for (const { statement, key: of, state } of items) {
    expect(await verifyStatement(statement, { trust, crls, time: now })).toMatchObject({
      ok: true,
      payload: { key: of, state },
    });
  }
  const last = items[items.length - 1]!.seq;
  expect(await get(`/v1/inbox?after=${last}&platform=${PLATFORM}`)).toEqual({ items: [] });
});

const LOT_BODY = { TENDER_PROJECT_CODE: TENDER, BID_SECTION_CODE: LOT };
test("a notice is accepted, published by legal time, and then cannot be deleted", async () => {
  expect((await post(signed(message("502", LOT, full("502", LOT_BODY)))))[0]).toMatchObject({ state: "ACCEPTED" });
  await put("/media", { delay: 30 });
  const notice = message(
    "503",
    "ZB-001",
    full("503", {
      ...LOT_BODY,
      BID_SECTION_CODES: LOT,
      NOTICE_NAME: "招标公告（演示）",
      NOTICE_CONTENT: "第一章 <招标条件>",
    }),
  );
  const [accepted] = await post(signed(notice));
  expect(accepted).toMatchObject({ state: "ACCEPTED" });
  now = new Date(now.getTime() + 30 * 60_000);
  const published = (await get(`/v1/messages/${accepted!.key}`)) as Answer;
  expect(published).toMatchObject({ state: "PUBLISHED", media: { at: now.toISOString() } });
  const page = await (await fetch(published.media!.url)).text();
  expect(page).toContain("招标公告（演示）");
  expect(page).toContain("第一章 &#60;招标条件&#62;");
  const deletion = { ...notice, op: "delete", body: { ...notice.body, NOTICE_NAME: "x" }, sentAt: now.toISOString() };
  expect((await post(signed(deletion)))[0]?.rejection).toMatchObject({ code: "PUBLIC" });
});

test("answer-lost keeps the message: sending it again gets the same acknowledgement", async () => {
  await fault("answer-lost");
  await expect(post(signed(log("lost")))).rejects.toThrow();
  await fault("none");
  const [again] = await post(signed(log("lost")));
  expect(again).toMatchObject({ state: "ACCEPTED" });
  expect(await get(`/v1/messages/${again!.key}`)).toMatchObject({ version: 1 });
});

test("the fault `wrong` refuses and forgets; everything survives a restart", async () => {
  await fault("wrong");
  expect((await post(signed(log("wrong"))))[0]).toMatchObject({ state: "REJECTED", rejection: { code: "E999" } });
  await fault("none");
  const before = await get("/v1/messages");
  await served.close();
  served = await start();
  expect(await get("/v1/messages")).toEqual(before);
  expect((await post(signed(log("wrong"))))[0]).toMatchObject({ state: "ACCEPTED" });
  expect(await (await fetch(served.url)).text()).toContain("招标公告与资格预审公告");
});

test("a batch of more than a hundred is refused whole", async () => {
  const answer = await fetch(`${served.url}/v1/messages`, {
    method: "POST",
    body: JSON.stringify(Array(101).fill({})),
  });
  expect(answer.status).toBe(400);
});
