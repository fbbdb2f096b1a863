import { beforeAll, expect, test } from "vitest";
import { base64url, fromBase64url, fromUtf8, utf8 } from "@/core/bytes";
import { openBySecret, openValue, type SealedValue, sealRecoverable, sealValue } from "./sealed-value";
import { type TestPki, testPki } from "./testing/pki";

let pki: TestPki;
let sealed: SealedValue;
beforeAll(async () => {
  pki = await testPki();
  sealed = await sealValue(utf8("4765432.18"), pki.encryption.certificate.der, "lot-1");
});
const own = () => ({ fingerprint: pki.encryption.certificate.fingerprint, privateKey: pki.encryption.privateKey });
const flipped = (text: string): string => {
  const bytes = fromBase64url(text);
  bytes[bytes.length - 1]! ^= 1;
  return base64url(bytes);
};

test("a sealed value opens with its certificate's key and in its context alone", async () => {
  expect(fromUtf8(await openValue(sealed, own(), "lot-1"))).toBe("4765432.18");
  await expect(openValue(sealed, own(), "lot-2")).rejects.toThrow();
  const { fingerprint } = pki.spare.certificate;
  await expect(openValue(sealed, { ...own(), fingerprint }, "lot-1")).rejects.toThrow("不是用这张证书加密的");
  const foreign = { fingerprint: own().fingerprint, privateKey: pki.spare.privateKey };
  await expect(openValue(sealed, foreign, "lot-1")).rejects.toThrow();
});

test("its secret opens one value without the certificate, and no other", async () => {
  const { der } = pki.encryption.certificate;
  const { sealed: one, secret } = await sealRecoverable(utf8("4765432.18"), der, "lot-1");
  expect(fromUtf8(await openBySecret(one, secret, "lot-1"))).toBe("4765432.18");
  expect(fromUtf8(await openValue(one, own(), "lot-1"))).toBe("4765432.18");
  await expect(openBySecret(one, secret, "lot-2")).rejects.toThrow();
  await expect(openBySecret(sealed, secret, "lot-1")).rejects.toThrow();
  expect(JSON.stringify(one)).not.toContain(base64url(secret));
});

test("an altered one does not open, and the same value sealed twice is never the same", async () => {
  await expect(openValue({ ...sealed, body: flipped(sealed.body) }, own(), "lot-1")).rejects.toThrow();
  await expect(openValue({ ...sealed, key: flipped(sealed.key) }, own(), "lot-1")).rejects.toThrow();
  const again = await sealValue(utf8("4765432.18"), pki.encryption.certificate.der, "lot-1");
  expect(again.body).not.toBe(sealed.body);
  expect(again.body).toHaveLength(sealed.body.length);
});
