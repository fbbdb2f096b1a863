import { beforeAll, expect, test } from "vitest";
import { base64url, fromBase64url, utf8 } from "@/core/bytes";
import { NotCanonical } from "@/core/canonical-json";
import { parseCertificate } from "./certificate";
import {
  payloadOf,
  type Statement,
  signStatement,
  statementHash,
  type TrustContext,
  verifyStatement,
} from "./statement";
import { TEST_TIME, type TestPki, testPki } from "./testing/pki";
import { mayRelease, readRelease, releasePayload } from "./xbid/release";

let pki: TestPki;
let context: TrustContext;
let statement: Statement;
const payload = { format: "test/1", lot: "L1", amount: 3, parts: ["甲", "乙"] };
beforeAll(async () => {
  pki = await testPki();
  context = { trust: pki.trust, crls: pki.crls, time: TEST_TIME };
  statement = await signStatement(payload, pki.signer, { signingTime: TEST_TIME });
});

test("a statement gives back its payload and its signer", async () => {
  const verdict = await verifyStatement(statement, context);
  expect(verdict).toMatchObject({
    ok: true,
    payload,
    revocation: "good",
    signer: { fingerprint: parseCertificate(pki.signer.certificate).fingerprint },
  });
  expect(payloadOf(statement).value).toEqual(payload);
  expect(statementHash(statement)).toMatch(/^[0-9a-f]{64}$/);
});

test("another payload, a payload that is not canonical and broken base64url are refused", async () => {
  const other = await signStatement({ ...payload, amount: 4 }, pki.signer);
  expect((await verifyStatement({ ...statement, payload: other.payload }, context)).ok).toBe(false);
  expect((await verifyStatement({ ...statement, payload: base64url(utf8('{"b":1,"a":2}')) }, context)).ok).toBe(false);
  expect((await verifyStatement({ ...statement, cms: "!" }, context)).ok).toBe(false);
  expect(
    (await verifyStatement({ ...statement, cms: base64url(fromBase64url(statement.cms).slice(0, 100)) }, context)).ok,
  ).toBe(false);
  expect(() => payloadOf({ payload: base64url(utf8("[1]")) })).toThrow(NotCanonical);
});

test("signers that are expired, revoked, untrusted or hold an encryption certificate are refused", async () => {
  for (const signer of [pki.expired, pki.revoked, pki.untrusted, pki.encryptionOnly]) {
    expect((await verifyStatement(await signStatement(payload, signer), context)).ok).toBe(false);
  }
});

test("the time of the act counts, not today: an expired certificate was good while it lasted", async () => {
  const signed = await signStatement(payload, pki.expired);
  const earlier = { ...context, time: new Date("2026-01-15T00:00:00Z") };
  expect((await verifyStatement(signed, earlier)).ok).toBe(true);
});

test("a key release reads back exactly, and nothing else reads as one", () => {
  const release = {
    lot: "L1",
    bid: "0192f0c0-7e57-4000-8000-000000000001",
    seq: 2,
    segment: "price",
    key: new Uint8Array(32).fill(1),
    sealHash: "ab".repeat(32),
    closingHash: "cd".repeat(32),
    nonce: new Uint8Array(32).fill(2),
  };
  const written = releasePayload(release) as Record<string, string>;
  expect(readRelease(written)).toEqual(release);
  expect(() => readRelease({ ...written, more: "1" })).toThrow(NotCanonical);
  expect(() => readRelease({ ...written, key: "AAAA" })).toThrow(NotCanonical);
  expect(() => readRelease({ ...written, format: "xbid-release/2" })).toThrow(NotCanonical);
});

test("a renewed certificate of the same company may release, an older or another company's may not", () => {
  const [own, renewed, other] = [pki.signer, pki.renewed, pki.otherCompany].map(({ certificate }) =>
    parseCertificate(certificate),
  );
  expect(mayRelease(own!, own!)).toBe(true);
  expect(mayRelease(renewed!, own!)).toBe(true);
  expect(mayRelease(own!, renewed!)).toBe(false);
  expect(mayRelease(other!, own!)).toBe(false);
});
