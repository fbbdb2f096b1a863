import { concat } from "@/core/bytes";
import { formatInstant } from "@/core/time";
import { parseCertificate } from "@/crypto/certificate";
import { headLength } from "@/crypto/xbid/read";
import { checkAtReceipt, usableEncryptionCertificates } from "@/crypto/xbid/receive";
import { PackageRefused } from "@/crypto/xbid/refusal";
import type { Header } from "@/crypto/xbid/schema";
import type { Actor, Runtime } from "@/kit/command";
import { inContext } from "@/kit/db/context";
import { isSecured } from "@/lifecycle/bid-security/queries";
import { readLot } from "@/lifecycle/lot/queries";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { trustOf } from "@/platform/identity/signer-check";
import { certificateEnd, encryptionCertificatesOf, organisationOf } from "@/platform/party/queries";
import { readAll } from "@/ports/storage";
import { isPurpose } from "./purpose";
import { ownPackages, ownUpload, unitsOf } from "./queries";
import { RECEIVABLES } from "./receivable";

export type PackageVerdict =
  | {
      readonly ok: true;
      readonly header: Header;
      readonly headerBytes: Uint8Array<ArrayBuffer>;
      readonly signerFingerprint: string;
      readonly flags: readonly string[];
    }
  | { readonly ok: false; readonly code: string; readonly reason: string };

/** Magic and length stand in the first 24 bytes; the header they announce has at most 262,144. */
const FRAME_BYTES = 24;

/** All checks at receipt, in their order, on what is stored: nothing is read again but the head. */
export async function checkPackage(
  runtime: Runtime,
  actor: Actor,
  pass: { lotId: string; uploadId: string; seal: Uint8Array; signature: Uint8Array; receivedAt: Date },
): Promise<PackageVerdict> {
  const { db, site, ports } = runtime;
  const facts = await inContext(db, actor, async (tx) => {
    const lot = await readLot(tx, pass.lotId);
    const upload = await ownUpload(tx, actor, pass.uploadId);
    const purpose = isPurpose(upload.purpose) ? upload.purpose : "bid";
    // One after the other on the wire, without a wait between them.
    const [document, [last], tender, organisation, encryption, units] = await Promise.all([
      RECEIVABLES[purpose].documentOf(tx, lot.id),
      ownPackages(tx, actor, lot.id, purpose),
      tenderProjectOf(tx, lot.tenderProjectId),
      organisationOf(tx, actor.orgId),
      encryptionCertificatesOf(tx, actor.orgId),
      unitsOf(tx, pass.uploadId),
    ]);
    return { lot, document, last, tender, organisation, encryption, upload, units };
  });
  const [first] = facts.units;
  const start = async (length: number) =>
    readAll(await ports.storage.get(first!.storageKey, { start: 0, length: Math.min(length, first!.sizeBytes) }));
  const frame = await start(FRAME_BYTES);
  const head = await headOf(frame, start);
  const all = concat(...facts.units.map((unit) => unit.leafHashes));
  const leaves = Array.from({ length: all.length / 32 }, (_, i) => all.subarray(32 * i, 32 * i + 32));
  const { content } = facts.document;
  const trust = { ...(await trustOf(site, ports.revocation, pass.receivedAt)), time: pass.receivedAt };
  const registered = facts.encryption.map(({ der }) => parseCertificate(new Uint8Array(der)));
  const verdict = await checkAtReceipt({
    head,
    sealBytes: new Uint8Array(pass.seal),
    signature: new Uint8Array(pass.signature),
    leaves,
    bodyLength: facts.upload.bodyLength,
    context: {
      tender: facts.tender.code,
      lot: facts.lot.code,
      ...(facts.last ? { bid: facts.last.bidUuid } : {}),
      suites: content.suites,
      policy: content.keyPolicy,
      envelopes: content.envelopes,
      tenderDigest: facts.document.digest,
      olderDigests: facts.document.older,
      refusedDigests: facts.document.refused,
      account: facts.organisation.creditCode,
      encryptionFingerprints: await usableEncryptionCertificates(registered, facts.organisation.creditCode, trust),
      expectedSeq: (facts.last?.seq ?? 0) + 1,
      ...trust,
    },
  });
  if (!verdict.ok) return { ok: false, code: verdict.code, reason: verdict.reason };
  const ended = await inContext(db, actor, (tx) => certificateEnd(tx, verdict.signer.fingerprint));
  if (ended && ended <= pass.receivedAt)
    return { ok: false, code: "RF-08", reason: `签名证书已挂失或已更换，自 ${formatInstant(ended)} 起不能再使用` };
  if (content.security?.receiptCondition && !(await securedAt(runtime, actor, pass, BigInt(content.securityFen))))
    return {
      ok: false,
      code: "RF-14",
      reason: "招标文件规定未提交投标保证金的不予接收：递交时保证金没有足额到账，也没有标记保函",
    };
  return {
    ok: true,
    header: verdict.header,
    headerBytes: verdict.headerBytes,
    signerFingerprint: verdict.signer.fingerprint,
    flags: verdict.flags,
  };
}

/** Whether the security was there when the package came (RF-14). */
const securedAt = (
  { db }: Runtime,
  actor: Actor,
  { lotId, receivedAt }: { lotId: string; receivedAt: Date },
  requiredFen: bigint,
): Promise<boolean> => inContext(db, actor, (tx) => isSecured(tx, actor, lotId, requiredFen, receivedAt));

/** The head that the frame announces; a frame that cannot be read is judged by the check itself (RF-06). */
async function headOf(
  frame: Uint8Array<ArrayBuffer>,
  start: (length: number) => Promise<Uint8Array<ArrayBuffer>>,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await start(headLength(frame));
  } catch (error) {
    if (error instanceof PackageRefused) return frame;
    throw error;
  }
}
