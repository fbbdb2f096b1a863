import { beforeAll, expect, test } from "vitest";
import { base64url, fromBase64url, hex } from "@/core/bytes";
import { encodeCanonical } from "@/core/canonical-json";
import { formatRecoveryCode } from "@/crypto/recovery-code";
import { sha256 } from "@/crypto/sha256";
import { statementHash } from "@/crypto/statement";
import { aSealInput, blobsOf, RECOVERY_SECRET, type SealedPackage, seal } from "@/crypto/testing/package";
import { type TestPki, testPki } from "@/crypto/testing/pki";
import { readRelease } from "@/crypto/xbid/release";
import { type UnlockMaterial, unlockOwn } from "./unlock";

let pki: TestPki;
let sealed: SealedPackage;
let material: UnlockMaterial;
const nonce = new Uint8Array(32).fill(5);
beforeAll(async () => {
  pki = await testPki();
  sealed = await seal(aSealInput(pki));
  const sealHash = hex(sha256(sealed.sealBytes));
  const statement = {
    payload: base64url(encodeCanonical({ format: "xb-closing/1", bids: [{ sealHash, receiptHash: "r" }], count: 1 })),
  };
  const [first] = blobsOf(sealed);
  material = {
    lotCode: "L1",
    bid: sealed.header.bid,
    seq: 1,
    sealHash,
    header: base64url(sealed.headerBytes),
    blobHeads: [{ segment: "tech", heads: first!.map((blob) => base64url(blob.subarray(0, 56))) }],
    closing: { hash: statementHash(statement), statement },
  };
});
const byCertificate = () =>
  ({ by: "certificate", certificate: pki.encryption.certificate.der, key: pki.encryption.privateKey }) as const;

test("certificate and recovery code give the same key, bound to this opening", async () => {
  const one = readRelease(await unlockOwn(material, byCertificate(), nonce));
  const two = readRelease(await unlockOwn(material, { by: "code", code: formatRecoveryCode(RECOVERY_SECRET) }, nonce));
  expect(one.key).toEqual(sealed.prepared.segments[0]!.cek);
  expect(two.key).toEqual(one.key);
  expect(one).toMatchObject({
    lot: "L1",
    sealHash: material.sealHash,
    closingHash: material.closing!.hash,
    segment: "tech",
  });
});

test("a renewed certificate is told, and the way out beside it", async () => {
  const way = { by: "certificate", certificate: pki.spare.certificate.der, key: pki.spare.privateKey } as const;
  await expect(unlockOwn(material, way, nonce)).rejects.toThrow(/不是用这张证书加密的.*应急解密码/);
});

test("a mistyped code says what is wrong with it; the code of another version says that", async () => {
  const code = formatRecoveryCode(RECOVERY_SECRET);
  await expect(unlockOwn(material, { by: "code", code: code.slice(0, -3) }, nonce)).rejects.toThrow("长度不对");
  await expect(
    unlockOwn(material, { by: "code", code: `${code[0] === "1" ? "2" : "1"}${code.slice(1)}` }, nonce),
  ).rejects.toThrow("校验字符不符");
  await expect(
    unlockOwn(material, { by: "code", code: formatRecoveryCode(new Uint8Array(32)) }, nonce),
  ).rejects.toThrow("不是这份投标文件的");
});

test("no key leaves when the closing record does not hold the own package", async () => {
  const statement = { payload: base64url(encodeCanonical({ format: "xb-closing/1", bids: [], count: 0 })) };
  await expect(
    unlockOwn({ ...material, closing: { hash: statementHash(statement), statement } }, byCertificate(), nonce),
  ).rejects.toThrow("密钥没有发出");
  await expect(
    unlockOwn({ ...material, closing: { ...material.closing!, hash: "0".repeat(64) } }, byCertificate(), nonce),
  ).rejects.toThrow("密钥没有发出");
  await expect(unlockOwn({ ...material, closing: undefined }, byCertificate(), nonce)).rejects.toThrow(
    "截标记录还没有生成",
  );
});

test("a changed blob head is damage, not a wrong key", async () => {
  const heads = material.blobHeads[0]!.heads.map((head, i) => {
    const bytes = fromBase64url(head);
    if (i === 1) bytes[40]! ^= 1;
    return base64url(bytes);
  });
  await expect(
    unlockOwn({ ...material, blobHeads: [{ segment: "tech", heads }] }, byCertificate(), nonce),
  ).rejects.toThrow("可能已损坏");
});
