import { spawnSync } from "node:child_process";
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import forge from "node-forge";
import { beforeAll, describe, expect, test } from "vitest";
import { type Bytes, utf8 } from "@/core/bytes";
import { addDays, shanghai } from "@/core/time";
import { type Certificate, parseCertificate } from "@/crypto/certificate";
import { type CmsSigner, signDetachedDigest } from "@/crypto/cms";
import { renderPdf } from "./pdf";
import { digestOfRanges, embedSignature, placeholder } from "./sign-pdf";
import { verifyPdfSignatures } from "./verify-pdf";

const AT = shanghai("2026-03-31 16:00");
const CA_NAME = "演示证书认证中心";
const NAMES = ["张三", "李四", "王五", "赵六", "钱七"];

interface Person {
  readonly name: string;
  readonly signer: CmsSigner;
}

/** A certificate authority with a Chinese name and five experts under it. */
function makePeople(): { ca: Certificate; caPem: string; people: Person[] } {
  const pair = () => generateKeyPairSync("rsa", { modulusLength: 2048 });
  const keyOf = (key: ReturnType<typeof pair>["publicKey"]) =>
    forge.pki.publicKeyFromPem(key.export({ type: "spki", format: "pem" }) as string);
  const subject = (name: string) => [
    { name: "commonName", value: name, valueTagClass: forge.asn1.Type.UTF8 },
    { name: "organizationName", value: "演示", valueTagClass: forge.asn1.Type.UTF8 },
  ];
  const caPair = pair();
  const caKey = forge.pki.privateKeyFromPem(caPair.privateKey.export({ type: "pkcs1", format: "pem" }) as string);
  const issue = (serial: string, name: string, key: ReturnType<typeof pair>["publicKey"], isCa: boolean) => {
    const certificate = forge.pki.createCertificate();
    certificate.publicKey = keyOf(key);
    certificate.serialNumber = serial;
    certificate.validity.notBefore = addDays(AT, -100);
    certificate.validity.notAfter = addDays(AT, 1000);
    certificate.setSubject(subject(name) as unknown as forge.pki.CertificateField[]);
    certificate.setIssuer(subject(CA_NAME) as unknown as forge.pki.CertificateField[]);
    certificate.setExtensions([
      { name: "basicConstraints", cA: isCa, critical: true },
      isCa
        ? { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true }
        : { name: "keyUsage", digitalSignature: true, nonRepudiation: true, critical: true },
    ]);
    certificate.sign(caKey, forge.md.sha256.create());
    const der = forge.asn1.toDer(forge.pki.certificateToAsn1(certificate)).getBytes();
    return { der: Uint8Array.from(der, (c) => c.charCodeAt(0)), pem: forge.pki.certificateToPem(certificate) };
  };
  const ca = issue("01", CA_NAME, caPair.publicKey, true);
  const people = NAMES.map((name, i) => {
    const { publicKey, privateKey } = pair();
    const key = createPrivateKey(privateKey.export({ type: "pkcs8", format: "pem" }));
    expect(createPublicKey(key).asymmetricKeyType).toBe("rsa");
    const signer: CmsSigner = {
      certificate: issue(`1${i}`, name, publicKey, false).der,
      chain: [ca.der],
      algorithm: "RSA-PKCS1-SHA256",
      sign: async (bytes) => new Uint8Array(sign("sha256", bytes, key)),
    };
    return { name, signer };
  });
  return { ca: parseCertificate(ca.der), caPem: ca.pem, people };
}

let world: ReturnType<typeof makePeople>;
let unsigned: Bytes;
let signed: Bytes;

async function signWith(pdf: Bytes, { name, signer }: Person, at = AT): Promise<Bytes> {
  const prepared = placeholder(pdf, { name, reason: "签署评标报告", signingTime: at });
  // The person's program gets 32 bytes and nothing else.
  return embedSignature(prepared.pdf, await signDetachedDigest(prepared.digest, signer));
}

beforeAll(async () => {
  world = makePeople();
  unsigned = await renderPdf({
    title: "评标报告",
    number: "E5200000001000001001001-PB01",
    footer: "演示交易平台",
    createdAt: AT,
    blocks: [{ kind: "paragraph", text: "推荐第一中标候选人：演示建设集团有限公司。" }],
  });
  signed = unsigned;
  for (const [i, person] of world.people.entries()) signed = await signWith(signed, person, addDays(AT, i));
}, 60_000);

const text = (pdf: Uint8Array) => Buffer.from(pdf).toString("latin1");
const bytesOf = (latin1: string): Bytes => new Uint8Array(Buffer.from(latin1, "latin1"));
const check = (pdf: Uint8Array, set = {}) =>
  verifyPdfSignatures(pdf, { trust: [world.ca], time: AT, required: 5, ...set });

describe("signing", () => {
  test("five people sign one after another, and each signature stays valid", async () => {
    const fingerprints = world.people.map(({ signer }) => parseCertificate(signer.certificate).fingerprint);
    const verdict = await check(signed, { signers: fingerprints });
    expect(verdict.problems).toEqual([]);
    expect(verdict.signatures.map(({ ok, coversWholeFile }) => [ok, coversWholeFile])).toEqual([
      [true, false],
      [true, false],
      [true, false],
      [true, false],
      [true, true],
    ]);
    expect(verdict.signatures.map(({ signer }) => signer!.subject.attributes[0]!.value)).toEqual(NAMES);
  });

  test("every update keeps all bytes that were there", async () => {
    expect(text(signed).startsWith(text(unsigned))).toBe(true);
  });

  test("the same file, name and instant give the same digest; anything else another one", () => {
    const options = { name: "张三", reason: "签署", signingTime: AT };
    const first = placeholder(unsigned, options);
    expect(placeholder(unsigned, options).pdf).toEqual(first.pdf);
    expect(first.digest).toEqual(digestOfRanges(first.pdf, first.byteRange));
    expect(first.byteRange[0]).toBe(0);
    expect(first.byteRange[2] + first.byteRange[3]).toBe(first.pdf.length);
    expect(placeholder(unsigned, { ...options, name: "李四" }).digest).not.toEqual(first.digest);
  });

  test("a signature that does not fit, or has no place, is refused", () => {
    const small = placeholder(unsigned, { name: "张三", reason: "签署", signingTime: AT, signatureLength: 100 });
    expect(() => embedSignature(small.pdf, new Uint8Array(101))).toThrow("does not fit");
    expect(() => embedSignature(unsigned, new Uint8Array(10))).toThrow("no place");
    expect(() => embedSignature(signed, new Uint8Array(10))).toThrow("no place");
  });
});

describe("what is refused", () => {
  test("a flipped byte, anywhere in what was signed", async () => {
    for (const at of [20, Math.floor(unsigned.length / 2), unsigned.length - 40]) {
      const bad = new Uint8Array(signed);
      bad[at]! ^= 1;
      expect((await check(bad)).ok, String(at)).toBe(false);
    }
  });

  test("bytes after the last signature, and an update that replaces the page", async () => {
    expect((await check(bytesOf(`${text(signed)}\n`))).ok).toBe(false);
    const page = /(\d+) 0 obj\s*<<\s*\/Type \/Page\b/.exec(text(unsigned))![1]!;
    const offset = signed.length;
    const previous = /startxref\n(\d+)\n%%EOF\n$/.exec(text(signed))![1]!;
    const root = /\/Root (\d+ 0 R)/.exec(text(signed))![1]!;
    const object = `${page} 0 obj\n<</Type/Page/MediaBox[0 0 9 9]>>\nendobj\n`;
    const xref = offset + object.length;
    const update = `${object}xref\n${page} 1\n${String(offset).padStart(10, "0")} 00000 n \ntrailer\n<</Size 99/Root ${root}/Prev ${previous}>>\nstartxref\n${xref}\n%%EOF\n`;
    const verdict = await check(bytesOf(text(signed) + update));
    expect(verdict.ok).toBe(false);
    expect(verdict.problems.join()).toContain("最后一个签名之后文件被改动");
  });

  test("a page that the next signer's update exchanged (shadow attack)", async () => {
    const once = await signWith(unsigned, world.people[0]!);
    const prepared = placeholder(once, { name: "李四", reason: "签署", signingTime: AT });
    // The second signer's own update shows another page: his signature covers it, the first one's reader is deceived.
    const changed = text(prepared.pdf);
    const at = changed.lastIndexOf("/MediaBox [ 0 0 595");
    expect(at).toBeGreaterThan(once.length);
    const shadow = bytesOf(
      `${changed.slice(0, at)}/MediaBox [ 0 0 195${changed.slice(at + "/MediaBox [ 0 0 595".length)}`,
    );
    const digest = digestOfRanges(shadow, prepared.byteRange);
    const resigned = embedSignature(shadow, await signDetachedDigest(digest, world.people[1]!.signer));
    const verdict = await check(resigned, { required: 2 });
    expect(verdict.signatures.map(({ ok }) => ok)).toEqual([true, true]);
    expect(verdict.problems.join()).toContain("改动了页面");
  });

  test("a byte range that begins later, or leaves out more than the signature", async () => {
    const once = await signWith(unsigned, world.people[0]!);
    const range = /\/ByteRange \[0 (\d+) (\d+) (\d+)\]\s*/.exec(text(once))!;
    const replace = (numbers: readonly number[]) =>
      bytesOf(text(once).replace(range[0], `/ByteRange [${numbers.join(" ")}]`.padEnd(range[0].length)));
    const [b, c, d] = [Number(range[1]), Number(range[2]), Number(range[3])];
    const reasons = await Promise.all(
      [
        [1, b - 1, c, d],
        [0, b - 5, c, d],
        [0, b, c + 5, d - 5],
        [0, b, c, d - 2],
      ].map(async (numbers) => (await check(replace(numbers), { required: 1 })).signatures[0]!.reason),
    );
    expect(reasons).toEqual([
      "签名范围不是从文件开头起",
      "签名范围的空缺不等于签名值",
      "签名范围的空缺不等于签名值",
      "签名范围没有到本次更新的结尾",
    ]);
  });

  test("something hidden behind the signature value", async () => {
    const once = await signWith(unsigned, world.people[0]!);
    const end = text(once).lastIndexOf("0>\n>>");
    const bad = new Uint8Array(once);
    bad[end] = "1".charCodeAt(0);
    expect((await check(bad, { required: 1 })).signatures[0]!.reason).toBe("签名值格式不正确");
  });

  test("too few signatures, a missing person, a stranger's authority, an expired certificate", async () => {
    const once = await signWith(unsigned, world.people[0]!);
    expect((await check(once)).problems.join()).toContain("签名不足");
    const second = parseCertificate(world.people[1]!.signer.certificate).fingerprint;
    expect((await check(once, { required: 1, signers: [second] })).problems.join()).toContain("缺少 1 名");
    const other = parseCertificate(world.people[1]!.signer.certificate);
    expect((await check(once, { required: 1, trust: [other] })).ok).toBe(false);
    expect((await check(once, { required: 1, time: addDays(AT, 2000) })).ok).toBe(false);
    expect((await check(unsigned)).ok).toBe(false);
  });

  test("a file that is none, or is built another way", async () => {
    expect((await check(utf8("hello"))).problems[0]).toContain("not a PDF");
    expect((await check(utf8("%PDF-1.7\nstartxref\n3\n%%EOF"))).ok).toBe(false);
    expect((await check(utf8("%PDF-1.7\n<<<<[[((startxref\n9999\n%%EOF"))).ok).toBe(false);
  });
});

const hasPdfsig = spawnSync("pdfsig", ["-v"]).error === undefined && spawnSync("certutil", ["-H"]).error === undefined;

test.runIf(hasPdfsig)(
  "poppler accepts all five signatures and the authority, and finds a flipped byte",
  { timeout: 60_000 },
  () => {
    const folder = mkdtempSync(join(tmpdir(), "xb-sign-"));
    try {
      writeFileSync(join(folder, "ca.pem"), world.caPem);
      writeFileSync(join(folder, "a.pdf"), signed);
      const database = `sql:${folder}`;
      spawnSync("certutil", ["-N", "-d", database, "--empty-password"]);
      spawnSync("certutil", ["-A", "-d", database, "-n", "ca", "-t", "CT,C,C", "-i", join(folder, "ca.pem")]);
      const run = (name: string) =>
        spawnSync("pdfsig", ["-nssdir", folder, join(folder, name)], { encoding: "utf8" }).stdout;
      const good = run("a.pdf");
      expect(good.match(/Signature is Valid/g)).toHaveLength(5);
      expect(good.match(/Certificate is Trusted/g)).toHaveLength(5);
      expect(good.match(/ETSI.CAdES.detached/g)).toHaveLength(5);
      expect(good.match(/Total document signed/g)).toHaveLength(1);
      const bad = new Uint8Array(signed);
      bad[Math.floor(unsigned.length / 2)]! ^= 1;
      writeFileSync(join(folder, "b.pdf"), bad);
      expect(run("b.pdf").match(/Digest Mismatch/g)).toHaveLength(5);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
