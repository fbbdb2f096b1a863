import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { type Bytes, fromBase64url, fromHex, hex } from "@/core/bytes";
import { pemToDers } from "@/crypto/certificate";
import { HEAD_BYTES, isCommittedTo } from "@/crypto/chunked";
import { parseRecoveryCode } from "@/crypto/recovery-code";
import { valueContext } from "@/crypto/sealed-value";
import { checkCommitments } from "@/crypto/xbid/open";
import { OpenError } from "@/crypto/xbid/refusal";
import { type Header, readHeader } from "@/crypto/xbid/schema";
import { unwrapWithKey, unwrapWithRecovery } from "@/crypto/xbid/wrap";
import { type Delivery, obtain, submit } from "@/dev/scenarios/bidding";
import { draftLot, publish, sealEstimateAs } from "@/dev/scenarios/tendering";
import { unitsOf } from "@/lifecycle/bidding/queries";
import { blobHeads } from "@/lifecycle/bidding/stored-body";
import { bids } from "@/lifecycle/bidding/tables";
import { estimateContext, openEstimate, sealEstimate } from "@/lifecycle/tender-document/base-estimate";
import { baseEstimates } from "@/lifecycle/tender-document/tables";
import { asService } from "@/testing/lots";
import { type TestStage, testStage } from "@/testing/stage";

let t: TestStage;
let lotId: string;
let deliveries: Map<string, Delivery>;
const BASE_ESTIMATE = 476_543_218n;
const PRICES = { jia: 481_234_567n, yi: 472_345_678n, bing: 463_456_789n };
beforeAll(async () => {
  t = await testStage();
  ({ lotId } = await draftLot(t.stage, { name: "在投标段（演示）", content: "教室 12 间", estimateFen: 500_000_000n }));
  await sealEstimateAs(t.stage, lotId, BASE_ESTIMATE);
  await publish(t.stage, lotId);
  deliveries = new Map();
  for (const key of ["jia", "yi", "bing"] as const) {
    await obtain(t.stage, t.stage.person(key), lotId);
    deliveries.set(key, await submit(t.stage, t.stage.person(key), lotId, { priceFen: PRICES[key] }));
  }
}, 120_000);
afterAll(() => t?.close());

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/** Every row of every table and of the queue, as text, and every value of every byte column. */
async function everythingStored(): Promise<{ text: string; bytes: Bytes[] }> {
  const { owner } = t.database;
  const tables = await owner.db.execute<{ name: string }>(sql`
    select format('%I.%I', table_schema, table_name) as name from information_schema.tables
    where table_schema in ('public', 'graphile_worker', 'drizzle') and table_type = 'BASE TABLE'`);
  const parts: string[] = [];
  for (const { name } of tables) {
    const rows = await owner.sql.unsafe(`select row_to_json(r)::text as row from ${name} r`);
    parts.push(...rows.map((row) => String(row.row)));
  }
  const columns = await owner.db.execute<{ table: string; column: string }>(sql`
    select table_name as "table", column_name as "column" from information_schema.columns where table_schema = 'public' and data_type = 'bytea'`);
  expect(columns.length).toBeGreaterThan(5);
  const bytes: Bytes[] = [];
  for (const { table, column } of columns) {
    const rows = await owner.sql.unsafe(`select ${column} as value from ${table} where ${column} is not null`);
    bytes.push(...rows.map((row) => new Uint8Array(row.value as Buffer)));
  }
  return { text: parts.join("\n"), bytes };
}

/** Every 32 bytes that could be a key: hex and base64url words of the texts, and all of the short byte columns. */
function candidates(text: string, bytes: readonly Bytes[]): Bytes[] {
  const found = new Map<string, Bytes>();
  const add = (value: Bytes) => found.set(hex(value), value);
  for (const [word] of text.matchAll(/(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g)) add(fromHex(word));
  for (const [word] of text.matchAll(/(?<![\w-])[\w-]{43}(?![\w-])/g)) {
    try {
      add(fromBase64url(word));
    } catch {
      // A word of that length that is no base64url.
    }
  }
  for (const value of bytes)
    if (value.length % 32 === 0 && value.length <= 4096)
      for (let i = 0; i < value.length; i += 32) add(value.slice(i, i + 32));
  return [...found.values()];
}

async function opens(attempt: () => Promise<unknown>): Promise<boolean> {
  try {
    await attempt();
    return true;
  } catch (error) {
    if (error instanceof OpenError) return false;
    throw error;
  }
}

const decryptionKey = (pkcs8: Bytes, hash: string) =>
  crypto.subtle.importKey("pkcs8", pkcs8, { name: "RSA-OAEP", hash }, false, ["decrypt"]);

interface StoredBid {
  readonly header: Header;
  readonly headerBytes: Bytes;
  readonly heads: Bytes[];
}

/** Does any of these secrets open the package: as a private key, as a recovery secret, as the content key itself? */
async function opensWith(bid: StoredBid, privateKeys: readonly Bytes[], secrets: readonly Bytes[]): Promise<string[]> {
  const { header, headerBytes, heads } = bid;
  const found: string[] = [];
  for (const { id, stanzas } of header.segments) {
    for (const stanza of stanzas) {
      if (stanza.t !== "bidder") continue;
      for (const pkcs8 of privateKeys) {
        const privateKey = await decryptionKey(pkcs8, "SHA-256");
        if (await opens(() => unwrapWithKey(header, id, { fingerprint: stanza.cert, privateKey })))
          found.push(`${id} private key`);
      }
    }
    for (const secret of secrets) {
      if (await opens(() => unwrapWithRecovery(header, id, secret))) found.push(`${id} recovery`);
      if (await opens(async () => checkCommitments(header, headerBytes, id, secret, heads)))
        found.push(`${id} content key`);
    }
  }
  return found;
}

/** Everything in clear that the server holds: its files, its configuration, its tables. */
async function everythingHeld(): Promise<{ text: string; secrets: Bytes[]; privateKeys: Bytes[] }> {
  // The certificate files of the cast lie in the data folder of a demonstration only; they are the parties', not the server's.
  const files = filesBelow(t.dataDir).filter((path) => !path.startsWith(join(t.dataDir, "demo")));
  const texts = [
    ...files.filter((path) => !path.includes("/objects/")).map((path) => readFileSync(path, "utf8")),
    readFileSync(join(inject("testDataDir"), "database-roles.json"), "utf8"),
    JSON.stringify(process.env),
  ];
  const { text, bytes } = await everythingStored();
  const everything = [...texts, text].join("\n");
  return {
    text: everything,
    secrets: candidates(everything, bytes),
    privateKeys: pemToDers(everything, "PRIVATE KEY"),
  };
}

test("R-O.27e R-8.2.10 R-L.41: every secret of the server tried on every package of a lot that receives bids opens nothing (TR-01)", {
  timeout: 120_000,
}, async () => {
  const rows = await t.database.owner.db.select().from(bids);
  expect(rows).toHaveLength(3);
  const stored: StoredBid[] = await Promise.all(
    rows.map(async (row) => {
      const headerBytes = new Uint8Array(row.header);
      const header = readHeader(headerBytes);
      const units = await asService(t.stage, (tx) => unitsOf(tx, row.uploadId));
      return {
        header,
        headerBytes,
        heads: await blobHeads(t.ports.storage, units, headerBytes, header.segments[0]!.id),
      };
    }),
  );
  const { privateKeys, secrets } = await everythingHeld();
  expect(privateKeys.length).toBeGreaterThanOrEqual(2);
  expect(secrets.length).toBeGreaterThan(100);
  for (const bid of stored) {
    expect(bid.header.segments[0]!.stanzas.map(({ t: type }) => type)).toEqual(["bidder", "recovery"]);
    expect(await opensWith(bid, privateKeys, secrets)).toEqual([]);
  }

  // The same search finds the key when it is there: with what the bidder keeps, each package opens.
  const found = await Promise.all(
    stored.map((bid) =>
      opensWith(
        bid,
        [],
        [...deliveries.values()].map(({ recoverySecret }) => recoverySecret),
      ),
    ),
  );
  expect(found).toEqual([["main recovery"], ["main recovery"], ["main recovery"]]);
});

test("R-5.5.5: nothing stored for a lot that receives bids holds a price or a file name in clear", async () => {
  const { text } = await everythingStored();
  const objects = filesBelow(join(t.dataDir, "objects"))
    .filter((path) => path.includes("/sealed/"))
    .map((path) => readFileSync(path));
  expect(objects.length).toBeGreaterThanOrEqual(3);
  const names = [
    "投标函.pdf",
    "甲一（演示）项目经理",
    ...["jia", "yi", "bing"].map((key) => t.stage.person(key).orgName),
  ];
  for (const word of [...Object.values(PRICES).map(String), "投标函.pdf", "甲一（演示）项目经理"])
    expect(text).not.toContain(word);
  for (const object of objects) {
    for (const word of [...Object.values(PRICES).map(String), ...names])
      expect(object.includes(Buffer.from(word))).toBe(false);
  }
});

test("R-5.4.9: every secret of the server tried on a sealed base estimate opens nothing; its amount and length are nowhere", async () => {
  const [row] = await t.database.owner.db.select().from(baseEstimates);
  const { sealed } = row!;
  const { code } = await t.stage.lot(lotId);
  const { text, secrets, privateKeys } = await everythingHeld();
  expect(text).not.toContain(String(BASE_ESTIMATE));
  for (const pkcs8 of privateKeys) {
    const privateKey = await decryptionKey(pkcs8, "SHA-256");
    expect(await opens(() => openEstimate(code, sealed, { fingerprint: sealed.cert, privateKey }))).toBe(false);
  }
  const head = fromBase64url(sealed.body).slice(0, HEAD_BYTES);
  const context = valueContext(estimateContext(code));
  expect(secrets.filter((secret) => isCommittedTo(head, secret, context))).toEqual([]);
  // An amount of one fen is as long.
  const certificate = t.stage.person("tenderer").opened.encryption.certificate;
  expect((await sealEstimate(code, 1n, certificate)).kept.sealed.body).toHaveLength(sealed.body.length);
  // Its recovery code opens it without a certificate, and that of another sealing does not.
  const again = await sealEstimate(code, BASE_ESTIMATE, certificate);
  const kept = parseRecoveryCode(again.recoveryCode);
  if (!kept.ok) throw new Error(kept.problem);
  expect((await openEstimate(code, again.kept.sealed, kept)).amountFen).toBe(String(BASE_ESTIMATE));
  await expect(openEstimate(code, sealed, kept)).rejects.toThrow("not committed to this key");
  // With the author's certificate it opens.
  const key = { fingerprint: sealed.cert, privateKey: t.stage.person("tenderer").opened.encryption.key };
  expect((await openEstimate(code, sealed, key)).amountFen).toBe(String(BASE_ESTIMATE));
});
