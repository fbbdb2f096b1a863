import { beforeAll, describe, expect, test } from "vitest";
import { type Bytes, concat, fromHex, hex, utf8 } from "@/core/bytes";
import { type CanonicalValue, encodeCanonical, parseCanonical } from "@/core/canonical-json";
import { type CmsSigner, signDetached } from "../cms";
import { rootOf } from "../merkle";
import { sha256 } from "../sha256";
import { aReceiptContext, aSealInput, DIGEST, type SealedPackage, seal } from "../testing/package";
import { type TestPki, testPki } from "../testing/pki";
import { headLength, readPackage } from "./read";
import { checkAtReceipt, type ReceiptContext, usableEncryptionCertificates } from "./receive";
import { PackageRefused } from "./refusal";

let pki: TestPki;
let good: SealedPackage;
beforeAll(async () => {
  pki = await testPki();
  good = await seal(aSealInput(pki));
});

type Json = Record<string, CanonicalValue>;
const jsonOf = (bytes: Bytes): Json => structuredClone(parseCanonical(bytes) as Json);
const headOf = (headerBytes: Bytes): Bytes => {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, headerBytes.length);
  return concat(utf8("xinbiao.org/xbid/v1\n"), length, headerBytes);
};

/** The good package with another header, sealed and signed anew: a bidder's own tool can do that. */
async function withHeader(change: (header: Json) => void): Promise<Partial<SealedPackage>> {
  const header = jsonOf(good.headerBytes);
  change(header);
  const headerBytes = encodeCanonical(header);
  const head = headOf(headerBytes);
  const bodyLength = good.bodyLength + head.length - good.head.length;
  const body = concat(head, good.body.subarray(good.head.length));
  const leaves = [sha256(concat(Uint8Array.of(0), body))];
  const { seq, suite, bid } = header;
  const bodyRoot = hex(rootOf(leaves));
  return {
    head,
    bodyLength,
    leaves,
    ...(await withSeal({
      headerHash: hex(sha256(headerBytes)),
      bodyLength,
      bodyRoot,
      seq: seq!,
      suite: suite!,
      bid: bid!,
    })),
  };
}

async function withSeal(changes: Json, signer: CmsSigner = pki.signer): Promise<Partial<SealedPackage>> {
  const sealBytes = encodeCanonical({ ...jsonOf(good.sealBytes), ...changes });
  return { sealBytes, signature: await signDetached(sealBytes, signer) };
}

const judge = async (changes: Partial<SealedPackage> = {}, context: Partial<ReceiptContext> = {}) => {
  const verdict = await checkAtReceipt({ ...good, ...changes, context: aReceiptContext(pki, context) });
  return verdict.ok ? `received ${verdict.flags.join(" ")}`.trim() : `${verdict.code} ${verdict.check}`;
};
type Segments = { id: string; stanzas: Json[]; blobs: number[] }[];
const segmentsOf = (header: Json) => header.segments as unknown as Segments;

test("a package as the tool seals it is received, whole or in parts", async () => {
  expect(await judge()).toBe("received");
  const parts = readPackage(good.bytes);
  expect(await judge({ ...parts })).toBe("received");
  expect(headLength(good.bytes.subarray(0, 24))).toBe(good.head.length);
});

describe("each wrong package is refused with its own reason code", () => {
  const digest = "11".repeat(32);
  const rows: [string, string, () => Promise<string>][] = [
    ["another magic", "RF-06 magic", () => judge({ head: concat(utf8("%PDF-1.7 plain upload......."), good.head) })],
    [
      "another version of the format",
      "RF-06 header",
      async () => judge(await withHeader((h) => Object.assign(h, { format: "xbid/2" }))),
    ],
    [
      "an unnamed member in the header",
      "RF-06 header",
      async () => judge(await withHeader((h) => Object.assign(h, { bidder: "黔山" }))),
    ],
    [
      "a header that is not canonical",
      "RF-06 header",
      () => judge({ head: headOf(utf8(`${new TextDecoder().decode(good.headerBytes)} `)) }),
    ],
    [
      "a suite nobody knows",
      "RF-06 suite",
      async () => judge(await withHeader((h) => Object.assign(h, { suite: "XB-ROT13" }))),
    ],
    [
      "a suite the tender does not allow",
      "RF-02 suite",
      async () => judge(await withHeader((h) => Object.assign(h, { suite: "XB-GM-1" }))),
    ],
    ["another tender", "RF-03 tender", () => judge({}, { tender: "T-2026-0002" })],
    ["another lot", "RF-03 lot", () => judge({}, { lot: "L2" })],
    ["another bid", "RF-03 bid", () => judge({}, { bid: "0192f0c0-7e57-4000-8000-000000000002" })],
    ["a number already received", "RF-03 seq", () => judge({}, { expectedSeq: 2 })],
    ["documents nobody published", "RF-03 document", () => judge({}, { tenderDigest: digest })],
    [
      "an older version that the clarification refuses",
      "RF-09 document",
      () => judge({}, { tenderDigest: digest, olderDigests: [DIGEST], refusedDigests: [DIGEST] }),
    ],
    ["another key policy", "RF-02 policy", () => judge({}, { policy: "recovery-only" })],
    ["an envelope missing", "RF-02 segments", () => judge({}, { envelopes: ["tech", "price", "credit"] })],
    ["envelopes in another order", "RF-02 segments", () => judge({}, { envelopes: ["price", "tech"] })],
    ["an encryption certificate of somebody else", "RF-02 stanzas", () => judge({}, { encryptionFingerprints: [] })],
    [
      "no stanza for the recovery code",
      "RF-02 stanzas",
      async () => judge(await withHeader((h) => segmentsOf(h)[0]!.stanzas.pop())),
    ],
    [
      "a stanza twice",
      "RF-02 stanzas",
      async () => judge(await withHeader((h) => segmentsOf(h)[0]!.stanzas.unshift(segmentsOf(h)[0]!.stanzas[0]!))),
    ],
    [
      "a stanza of a kind that is reserved",
      "RF-02 stanzas",
      async () => judge(await withHeader((h) => segmentsOf(h)[1]!.stanzas.push({ t: "tlock", alg: "BLS", k: "" }))),
    ],
    [
      "a length no message has",
      "RF-02 lengths",
      async () => judge(await withHeader((h) => segmentsOf(h)[0]!.blobs.splice(1, 1, 71))),
    ],
    ["fewer bytes than listed", "RF-02 lengths", () => judge({ bodyLength: good.bodyLength - 1 })],
    ["a seal that is no seal", "RF-06 seal", () => judge({ sealBytes: utf8("{}") })],
    ["a seal with another part size", "RF-06 seal", async () => judge(await withSeal({ partSize: 4096 }))],
    ["no signature", "RF-06 framing", () => judge({ signature: new Uint8Array(0) })],
    [
      "a header changed after sealing",
      "RF-04 binding",
      async () =>
        judge(
          { ...(await withHeader((h) => Object.assign(h, { seq: 2 }))), ...(await withSeal({})) },
          { expectedSeq: 2 },
        ),
    ],
    [
      "another length in the seal",
      "RF-04 binding",
      async () => judge(await withSeal({ bodyLength: good.bodyLength + 1 })),
    ],
    ["a part changed on the way", "RF-04 root", () => judge({ leaves: [fromHex("00".repeat(32))] })],
    ["a part missing", "RF-04 root", () => judge({ leaves: [] })],
    ["a seal of another number", "RF-04 binding", async () => judge(await withSeal({ seq: 9 }))],
    [
      "a signature over another seal",
      "RF-05 signature",
      async () => judge({ signature: await signDetached(utf8("other"), pki.signer) }),
    ],
    ["a signature that is not one", "RF-05 signature", () => judge({ signature: utf8("signed") })],
    [
      "a certificate that came along and is not trusted",
      "RF-05 company",
      async () => judge(await withSeal({}, { ...pki.signer, chain: [pki.untrusted.certificate] })),
    ],
    [
      "a certificate of a stranger's authority",
      "RF-08 certificate",
      async () => judge(await withSeal({}, pki.untrusted)),
    ],
    ["an expired certificate", "RF-08 certificate", async () => judge(await withSeal({}, pki.expired))],
    ["a revoked certificate", "RF-08 certificate", async () => judge(await withSeal({}, pki.revoked))],
    [
      "an encryption certificate that signs",
      "RF-08 certificate",
      async () => judge(await withSeal({}, pki.encryptionOnly)),
    ],
    [
      "a valid certificate of another company",
      "RF-08 credit-code",
      async () => judge(await withSeal({}, pki.otherCompany)),
    ],
  ];
  test.each(rows)("%s: %s", async (_, expected, verdict) => {
    expect(await verdict()).toBe(expected);
  });
});

test("R-O.26c: a plain file, a package for another lot and a cut one are refused with three distinct reasons", async () => {
  const plain = concat(utf8("%PDF-1.7\n"), new Uint8Array(9_000));
  const refusals = [plain, good.bytes.subarray(0, good.bytes.length - 500)].map((bytes) => {
    try {
      readPackage(bytes);
      return undefined;
    } catch (error) {
      return error instanceof PackageRefused ? `${error.code} ${error.reason}` : undefined;
    }
  });
  const otherLot = await checkAtReceipt({ ...good, context: aReceiptContext(pki, { lot: "L2" }) });
  const reasons = [...refusals, otherLot.ok ? undefined : `${otherLot.code} ${otherLot.reason}`];
  expect(reasons.every((reason) => reason !== undefined)).toBe(true);
  expect(new Set(reasons).size).toBe(3);
});

test("an older document version that may still be used is received and flagged", async () => {
  expect(await judge({}, { tenderDigest: "22".repeat(32), olderDigests: [DIGEST] })).toBe("received older-document");
});

test("an authority that cannot be asked does not cost the bidder its right: received and flagged", async () => {
  expect(await judge({}, { crls: [] })).toBe("received revocation-unknown");
});

test("a trailing byte, a cut and every changed byte of seal, signature and header are refused", async () => {
  expect(() => readPackage(concat(good.bytes, Uint8Array.of(0)))).toThrow(PackageRefused);
  for (const length of [0, 10, 24, 100, good.bodyLength, good.bodyLength + 3, good.bytes.length - 1]) {
    expect(() => readPackage(good.bytes.subarray(0, length))).toThrow(PackageRefused);
  }
  for (const part of ["head", "sealBytes", "signature"] as const) {
    // A stride that is prime to the structures walks through every class of byte.
    for (let i = 0; i < good[part].length; i += 7) {
      const changed = good[part].slice();
      changed[i]! ^= 1;
      expect(await judge({ [part]: changed }), `${part} ${i}`).toMatch(/^RF-/);
    }
  }
});

test("recovery-only packages have the recovery stanza and nothing else", async () => {
  const only = await seal(aSealInput(pki, { policy: "recovery-only", encryptionCertificates: [] }));
  expect(await judge(only, { policy: "recovery-only" })).toBe("received");
  expect(await judge(only)).toBe("RF-02 policy");
});

test("only the account's own certificates that may encrypt now count as registered", async () => {
  const { trust, crls } = pki;
  const context = { trust, crls, time: aReceiptContext(pki).time };
  const own = pki.encryption.certificate;
  const verdict = await checkAtReceipt({ ...good, context: aReceiptContext(pki) });
  const signer = verdict.ok ? verdict.signer : own;
  expect(await usableEncryptionCertificates([own, signer], pki.account, context)).toEqual([own.fingerprint]);
  expect(await usableEncryptionCertificates([own], "91520000MA00000X1T", context)).toEqual([]);
});
