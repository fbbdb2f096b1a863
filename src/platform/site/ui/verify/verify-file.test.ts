import { beforeAll, expect, test } from "vitest";
import { utf8 } from "@/core/bytes";
import { creditCodeOf, parseCertificate } from "@/crypto/certificate";
import { type Statement, signStatement } from "@/crypto/statement";
import { TEST_TIME, type TestPki, testPki } from "@/crypto/testing/pki";
import type { OpenTrust } from "./check";
import { verifyFile } from "./verify-file";

let pki: TestPki;
let open: OpenTrust;
let receipt: Statement;
beforeAll(async () => {
  pki = await testPki();
  const operatorCreditCode = creditCodeOf(parseCertificate(pki.signer.certificate)) ?? "";
  open = { trust: pki.trust, timestampTrust: pki.trust, crls: pki.crls, now: TEST_TIME, operatorCreditCode };
  receipt = await signStatement(
    { format: "xbid-receipt/1", number: "R-1", seq: 1, receivedAt: TEST_TIME.toISOString(), lot: "L1" },
    pki.signer,
  );
});

const file = (value: unknown) => utf8(JSON.stringify(value));
const failed = async (value: unknown) =>
  (await verifyFile(file(value), open)).checks.filter(({ ok }) => ok === false).map(({ title }) => title);

test("an untouched receipt is good, alone and inside what the page hands out", async () => {
  expect(await verifyFile(file(receipt), open)).toMatchObject({ ok: true, kind: "递交回执" });
  expect(await failed({ number: "R-1", seq: 1, receipt })).toEqual([]);
});

test("one flipped byte is red, and it is told where", async () => {
  const bytes = file(receipt);
  const text = JSON.stringify(receipt);
  const at = text.indexOf('"payload":"') + 60;
  bytes[at] = bytes[at] === 0x41 ? 0x42 : 0x41;
  const verdict = await verifyFile(bytes, open);
  expect(verdict.ok).toBe(false);
  expect(verdict.checks.some(({ ok, title }) => ok === false && ["格式", "签名"].includes(title))).toBe(true);
});

test("a number beside the receipt that is not the signed one is red", async () => {
  expect(await failed({ number: "R-2", receipt })).toEqual(["编号"]);
});

test("a receipt that somebody else signed is no receipt of the platform", async () => {
  expect(
    (await verifyFile(file(receipt), { ...open, operatorCreditCode: "91520100MA0000000X" })).checks.at(-1),
  ).toMatchObject({ title: "签发者", ok: false });
});

test("an untrusted signer, a broken file and a PDF without signature are red", async () => {
  const foreign = await signStatement({ format: "xbid-receipt/1", receivedAt: TEST_TIME.toISOString() }, pki.untrusted);
  expect(await failed(foreign)).toContain("签名证书");
  expect((await verifyFile(utf8("{"), open)).ok).toBe(false);
  expect((await verifyFile(utf8("%PDF-1.7\n%%EOF"), open)).ok).toBe(false);
});
