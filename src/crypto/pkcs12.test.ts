import { beforeAll, expect, test } from "vitest";
import { type Bytes, hex, utf8 } from "@/core/bytes";
import { joinPairs, pairFile } from "@/testing/p12";
import { parseCertificate } from "./certificate";
import { signDetached, verifyDetached, webCryptoSigner } from "./cms";
import { derInteger, derSequence } from "./der";
import { openPkcs12, Pkcs12Error } from "./pkcs12";
import { type TestPki, testPki } from "./testing/pki";

let pki: TestPki;
let pair: { sign: Bytes; encrypt: Bytes };
const PASSWORD = "demo-2026";
beforeAll(async () => {
  pki = await testPki();
  pair = {
    sign: await pairFile(pki.signer.certificate, pki.signingKey, PASSWORD),
    encrypt: await pairFile(pki.encryption.certificate.der, pki.encryption.privateKey, PASSWORD),
  };
});

const codeOf = (attempt: Promise<unknown>) =>
  attempt.then(
    () => "opened",
    (error: unknown) => (error instanceof Pkcs12Error ? error.code : String(error)),
  );

test("R-K.1: a file with both pairs signs and decrypts, its keys cannot be taken out, and a change of content or signature is seen", async () => {
  const opened = await openPkcs12(joinPairs(pair.sign, pair.encrypt), PASSWORD);
  expect(hex(opened.signing.certificate)).toBe(hex(pki.signer.certificate));
  expect(hex(opened.encryption.certificate)).toBe(hex(pki.encryption.certificate.der));
  expect([opened.signing.key.extractable, opened.encryption.key.extractable]).toEqual([false, false]);
  const cms = await signDetached(utf8("signed"), webCryptoSigner(opened.signing.key, opened.signing.certificate));
  expect((await verifyDetached(cms, utf8("signed"))).ok).toBe(true);
  await expect(crypto.subtle.exportKey("pkcs8", opened.signing.key)).rejects.toThrow();
  expect((await verifyDetached(cms, utf8("Signed"))).ok).toBe(false);
  for (const at of [cms.length - 1, cms.length - 200]) {
    const changed = new Uint8Array(cms);
    changed[at]! ^= 1;
    expect((await verifyDetached(changed, utf8("signed"))).ok, `byte ${at}`).toBe(false);
  }
  const { spki } = parseCertificate(opened.encryption.certificate);
  const { subtle } = globalThis.crypto;
  const publicKey = await subtle.importKey("spki", spki, { name: "RSA-OAEP", hash: "SHA-256" }, false, ["encrypt"]);
  const sealed = await subtle.encrypt("RSA-OAEP", publicKey, utf8("secret"));
  expect(new Uint8Array(await subtle.decrypt("RSA-OAEP", opened.encryption.key, sealed))).toEqual(utf8("secret"));
});

test("R-8.2.2: neither the file without its password nor the password without its file opens a key, and they are told apart", async () => {
  expect(await codeOf(openPkcs12(pair.sign, "wrong"))).toBe("password");
  expect(await codeOf(openPkcs12(joinPairs(pair.sign, pair.encrypt), "wrong"))).toBe("password");
  expect(await codeOf(openPkcs12(utf8("%PDF-1.7"), PASSWORD))).toBe("not-pkcs12");
  expect(await codeOf(openPkcs12(derSequence(derInteger(3)), PASSWORD))).toBe("not-pkcs12");
  expect(await codeOf(openPkcs12(pair.sign.slice(0, 200), PASSWORD))).toBe("not-pkcs12");
  expect(await codeOf(openPkcs12(pair.sign, PASSWORD))).toBe("missing-pair");
  expect(await codeOf(openPkcs12(pair.encrypt, PASSWORD))).toBe("missing-pair");
});

test("R-8.2.2: a file without a seal over all: among a thousand wrong passwords some give padding that looks right, and each is told as wrong", async () => {
  const quick = await Promise.all([
    pairFile(pki.signer.certificate, pki.signingKey, PASSWORD, 1),
    pairFile(pki.encryption.certificate.der, pki.encryption.privateKey, PASSWORD, 1),
  ]);
  const file = joinPairs(...quick);
  const told = new Set<string>();
  for (let i = 0; i < 1000; i++) told.add(await codeOf(openPkcs12(file, `wrong ${i}`)));
  expect([...told]).toEqual(["password"]);
});
