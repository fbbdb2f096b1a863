import { type Bytes, concat, u32be, utf8 } from "@/core/bytes";
import { partLeaves, rootOf } from "../merkle";
import { gather } from "../pieces";
import { blobOffsets } from "../xbid/context";
import type { PackageParts } from "../xbid/read";
import type { ReceiptContext } from "../xbid/receive";
import { type FileToSeal, type PreparedSeal, prepareSeal, type SealInput } from "../xbid/write";
import { TEST_TIME, type TestPki } from "./pki";

export const DIGEST = "04f9f28a6f84ca5f8e7b22e3adce0519f16cbafe4c68bc256f37a6c9187b3669";
export const BID = "0192f0c0-7e57-4000-8000-000000000001";
export const RECOVERY_SECRET: Bytes = new Uint8Array(32).fill(7);
export const SECRET_NAME = "投标函及投标报价.pdf";
export const SECRET_PRICE = "12800000.00";

export const aFile = (name: string, content: Bytes): FileToSeal => ({
  name,
  size: content.length,
  async *open() {
    // Uneven pieces, as a disk gives them.
    for (let i = 0; i < content.length; i += 50_001) yield content.subarray(i, i + 50_001);
  },
});

export const someBytes = (length: number): Bytes =>
  Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8) * 7) & 0xff);

/** A two-envelope package, unless the test says otherwise. */
export function aSealInput(pki: TestPki, changes: Partial<SealInput> = {}): SealInput {
  return {
    suite: "XB-RSA-1",
    tender: "T-2026-0001",
    lot: "L1",
    bid: BID,
    seq: 1,
    tenderDigest: DIGEST,
    policy: "bidder",
    segments: [
      {
        id: "tech",
        form: {},
        files: [aFile("技术标/施工组织设计.pdf", someBytes(70_000)), aFile("空.txt", new Uint8Array(0))],
      },
      {
        id: "price",
        form: { price: SECRET_PRICE, bidder: "黔山建设" },
        files: [aFile(SECRET_NAME, utf8("报价 12800000.00 元"))],
      },
    ],
    encryptionCertificates: [pki.encryption.certificate.der],
    recoverySecret: RECOVERY_SECRET,
    signer: pki.signer,
    tool: "xinbiao-test/1",
    ...changes,
  };
}

export interface SealedPackage extends PackageParts {
  readonly prepared: PreparedSeal;
  readonly body: Bytes;
  readonly leaves: Bytes[];
  /** The whole `.xbid` file. */
  readonly bytes: Bytes;
}

export async function seal(input: SealInput, signer = input.signer): Promise<SealedPackage> {
  const prepared = await prepareSeal({ ...input, signer });
  return sealBody(prepared, await gather(prepared.body()));
}

/** Seals whatever body is given, as a bidder with tools of its own could. */
export async function sealBody(prepared: PreparedSeal, body: Bytes): Promise<SealedPackage> {
  const leaves: Bytes[] = [];
  for await (const leaf of partLeaves([body])) leaves.push(leaf);
  const { sealBytes, signature } = await prepared.finish(rootOf(leaves), "2026-05-18T00:00:00Z");
  const { header, headerBytes, bodyLength } = prepared;
  const bytes = concat(body, u32be(sealBytes.length), sealBytes, u32be(signature.length), signature);
  const head = body.subarray(0, 24 + headerBytes.length);
  return { prepared, header, headerBytes, head, body, bodyLength, leaves, sealBytes, signature, bytes };
}

export const blobsOf = ({ header, headerBytes, body }: SealedPackage): Bytes[][] =>
  blobOffsets(header, headerBytes).map((blobs) =>
    blobs.map(({ start, length }) => body.subarray(start, start + length)),
  );

export function aReceiptContext(pki: TestPki, changes: Partial<ReceiptContext> = {}): ReceiptContext {
  return {
    tender: "T-2026-0001",
    lot: "L1",
    bid: BID,
    expectedSeq: 1,
    suites: ["XB-RSA-1"],
    policy: "bidder",
    envelopes: ["tech", "price"],
    tenderDigest: DIGEST,
    olderDigests: [],
    refusedDigests: [],
    account: pki.account,
    encryptionFingerprints: [pki.encryption.certificate.fingerprint, pki.spare.certificate.fingerprint],
    trust: pki.trust,
    crls: pki.crls,
    time: TEST_TIME,
    ...changes,
  };
}
