import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { shake256 } from "@noble/hashes/sha3.js";
import { type Bytes, concat, hex, u32be, utf8 } from "@/core/bytes";
import { toPem } from "@/crypto/certificate";
import { chunkKeys, decryptChunked, encryptChunked, KEY_BYTES, SALT_BYTES } from "@/crypto/chunked";
import type { CmsSigner } from "@/crypto/cms";
import { gather } from "@/crypto/pieces";
import { sha256 } from "@/crypto/sha256";
import {
  aFile,
  aReceiptContext,
  aSealInput,
  RECOVERY_SECRET,
  type SealedPackage,
  seal,
  sealBody,
  someBytes,
} from "@/crypto/testing/package";
import { testPki } from "@/crypto/testing/pki";
import { blobContext, blobOffsets } from "@/crypto/xbid/context";
import { prepareSeal, type SealInput } from "@/crypto/xbid/write";

/** Writes the vectors of `public/specs/vectors`: `npx tsx src/cli/conformance/make-vectors.ts`. Keys are new each time. */
const TARGET = "public/specs/vectors";
const save = (name: string, content: Bytes | string) => writeFile(join(TARGET, name), content);
const json = (value: unknown) => `${JSON.stringify(value, null, 1)}\n`;

async function chunkedCases() {
  const pattern = (length: number, seed: number): Bytes => Uint8Array.from({ length }, (_, i) => (i * 7 + seed) & 0xff);
  const cases = [];
  for (const [index, msgLength] of [0, 1, 16_383, 16_384, 16_385, 50_000].entries()) {
    const [key, salt, context] = [pattern(KEY_BYTES, index), pattern(SALT_BYTES, 99 + index), pattern(index * 5, 3)];
    const message = shake256(concat(u32be(msgLength), key), { dkLen: msgLength }) as Bytes;
    const keys = await chunkKeys(key, salt, context);
    const sealed = await gather(encryptChunked(keys, [message]));
    cases.push({
      aead: "AEAD_AES_256_GCM",
      hash: "SHA-512",
      key: hex(key),
      salt: hex(salt),
      context: hex(context),
      msgLength,
      msg: "shake256(u32be(msgLength)||key)",
      msgSha256: hex(sha256(message)),
      baseNonce: hex(keys.baseNonce),
      commitment: hex(keys.head.subarray(SALT_BYTES)),
      ctLength: sealed.length,
      ctSha256: hex(sha256(sealed)),
    });
  }
  return cases;
}

interface Made {
  readonly file: string;
  readonly why: string;
  readonly expect: "accept" | "reject";
  readonly stage: "receive" | "open";
  readonly sealed: Pick<SealedPackage, "bytes" | "prepared">;
  readonly context?: object;
}

async function xbidCases(): Promise<{ context: object; cases: Made[] }> {
  const pki = await testPki();
  const small: Partial<SealInput> = {
    segments: [
      {
        id: "tech",
        form: {},
        files: [aFile("技术标/方案.txt", someBytes(20_000)), aFile("空.txt", new Uint8Array(0))],
      },
      { id: "price", form: { price: "12800000.00" }, files: [aFile("报价.txt", utf8("12800000.00"))] },
    ],
  };
  const make = (changes: Partial<SealInput> = {}, signer: CmsSigner = pki.signer) =>
    seal(aSealInput(pki, { ...small, ...changes }), signer);
  const good = await make();
  const changed = (offset: number) => ({
    ...good,
    bytes: Uint8Array.from(good.bytes, (byte, i) => (i === offset ? byte ^ 1 : byte)),
  });
  const atReceipt = (file: string, why: string, sealed: Made["sealed"], context?: object): Made => ({
    file,
    why,
    expect: "reject",
    stage: "receive",
    sealed,
    ...(context ? { context } : {}),
  });

  // Sealed and signed by the bidder over whatever stands in the body: right at receipt, wrong at the opening.
  const resealed = async (alter: (body: Bytes, prepared: SealedPackage["prepared"]) => Promise<void>) => {
    const prepared = await prepareSeal(aSealInput(pki, small));
    const body = await gather(prepared.body());
    await alter(body, prepared);
    return sealBody(prepared, body);
  };
  const placeOf = ({ header, headerBytes }: SealedPackage["prepared"], s: number, b: number) =>
    blobOffsets(header, headerBytes)[s]![b]!;
  const twoKeys = await resealed(async (body, prepared) => {
    const { start, length } = placeOf(prepared, 1, 0);
    const blob = body.slice(start, start + length);
    const context = blobContext(prepared.headerBytes, 1, 0);
    const plain = await gather(decryptChunked(prepared.segments[1]!.cek, context, [blob]));
    const twin = await chunkKeys(new Uint8Array(32).fill(1), blob.slice(0, SALT_BYTES), context);
    body.set((await gather(encryptChunked(twin, [plain]))).subarray(56), start + 56);
  });
  const flipped = (offset: number) =>
    resealed(async (body, prepared) => {
      body[placeOf(prepared, 0, 1).start + offset]! ^= 1;
    });
  const [flipCommitment, flipChunk] = [await flipped(30), await flipped(60)];

  const cases: Made[] = [
    { file: "ok-two-envelopes.xbid", why: "control", expect: "accept", stage: "open", sealed: good },
    {
      file: "ok-recovery-only.xbid",
      why: "policy recovery-only",
      expect: "accept",
      stage: "open",
      sealed: await make({ policy: "recovery-only", encryptionCertificates: [] }),
      context: { policy: "recovery-only" },
    },
    atReceipt("bad-magic.xbid", "another magic", changed(3)),
    atReceipt("bad-trailing.xbid", "a trailing byte", { ...good, bytes: concat(good.bytes, Uint8Array.of(0)) }),
    atReceipt("bad-cut.xbid", "cut off", { ...good, bytes: good.bytes.slice(0, -100) }),
    atReceipt("bad-body.xbid", "one bit of a blob changed after sealing", changed(good.bodyLength - 5)),
    atReceipt("bad-lot.xbid", "sealed for another lot", await make({ lot: "L2" })),
    atReceipt("bad-envelopes.xbid", "an envelope missing", await make({ segments: small.segments!.slice(0, 1) })),
    atReceipt(
      "bad-stanza-certificate.xbid",
      "sealed for a certificate that is not registered",
      await make({ encryptionCertificates: [pki.spare.certificate.der] }),
    ),
    atReceipt("bad-other-company.xbid", "signed by another company", await make({}, pki.otherCompany)),
    atReceipt("bad-expired.xbid", "signed with an expired certificate", await make({}, pki.expired)),
    atReceipt("bad-revoked.xbid", "signed with a revoked certificate", await make({}, pki.revoked)),
    atReceipt(
      "bad-untrusted.xbid",
      "signed with a certificate of an authority that is not trusted",
      await make({}, pki.untrusted),
    ),
    {
      file: "open-commitment.xbid",
      why: "a commitment of another key",
      expect: "reject",
      stage: "open",
      sealed: flipCommitment,
    },
    {
      file: "open-two-keys.xbid",
      why: "chunks of one key under the commitment of another",
      expect: "reject",
      stage: "open",
      sealed: twoKeys,
    },
    {
      file: "open-chunk.xbid",
      why: "a chunk changed before sealing",
      expect: "reject",
      stage: "open",
      sealed: flipChunk,
    },
  ];
  const { tender, lot, tenderDigest, suites, policy, envelopes, account, time } = aReceiptContext(pki);
  for (const [i, certificate] of pki.trust.entries()) await save(`xbid/trust-${i}.crt.pem`, toPem(certificate.der));
  for (const [i, crl] of pki.crls.entries()) await save(`xbid/list-${i}.crl.pem`, toPem(crl.der, "X509 CRL"));
  await save("xbid/bidder-encryption.crt.pem", toPem(pki.encryption.certificate.der));
  const context = {
    trust: pki.trust.map((_, i) => `trust-${i}.crt.pem`),
    crls: pki.crls.map((_, i) => `list-${i}.crl.pem`),
    time: time.toISOString(),
    ...{ account, tender, lot, tenderDigest, suites, policy, envelopes },
    encryptionCertificate: "bidder-encryption.crt.pem",
    verifyCheckDigit: false,
  };
  return { context, cases };
}

await mkdir(join(TARGET, "xbid"), { recursive: true });
await save("chunked.json", json(await chunkedCases()));
const { context, cases } = await xbidCases();
const described = [];
for (const { file, why, expect, stage, sealed, context: own } of cases) {
  await save(`xbid/${file}`, sealed.bytes);
  const opening =
    stage === "open"
      ? {
          segmentKeys: Object.fromEntries(sealed.prepared.segments.map(({ id, cek }) => [id, hex(cek)])),
          recoverySecret: hex(RECOVERY_SECRET),
        }
      : {};
  described.push({
    file,
    sha256: hex(sha256(sealed.bytes)),
    bytes: sealed.bytes.length,
    expect,
    stage,
    why,
    ...opening,
    ...(own ? { context: own } : {}),
  });
}
await save("xbid/expected.json", json({ context, cases: described }));
