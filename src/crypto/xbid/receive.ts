import { type Bytes, equalBytes, fromHex, hex } from "@/core/bytes";
import { type Certificate, creditCodeOf } from "../certificate";
import { plaintextLength } from "../chunked";
import { verifyDetached } from "../cms";
import { partCount, rootOf } from "../merkle";
import { validatePath } from "../path";
import { sha256 } from "../sha256";
import { onlyTrustedCompany, type TrustContext } from "../statement";
import { bodyLengthOf } from "./context";
import { headerOf, refuseBlobLengths, refuseSignatureLength, sealOf } from "./read";
import { type PackageCheck, type PackageCode, PackageRefused } from "./refusal";
import {
  type Header,
  KNOWN_SUITES,
  MANIFEST_UNIT_BYTES,
  MAX_MANIFEST_BYTES,
  type Seal,
  type Segment,
  SUITES,
} from "./schema";

/** What the lot, the account and the trust list say at the instant of receipt. */
export interface ReceiptContext extends TrustContext {
  readonly tender: string;
  readonly lot: string;
  /** The bid this package is for, where one exists already. */
  readonly bid?: string;
  /** 1 + the highest ever received for this bid. */
  readonly expectedSeq?: number;
  /** Suites the tender allows. */
  readonly suites: readonly string[];
  /** Name of the tender's key policy. */
  readonly policy: string;
  /** Segment ids of the tender's envelope plan, in order. */
  readonly envelopes: readonly string[];
  /** Hash of the document version in force. */
  readonly tenderDigest: string;
  readonly olderDigests: readonly string[];
  /** The clarification said that older versions are refused. */
  readonly refusedDigests: readonly string[];
  /** Unified social credit code of the uploading account. */
  readonly account: string;
  /** Encryption certificates registered for the account and valid now: see `usableEncryptionCertificates`. */
  readonly encryptionFingerprints: readonly string[];
}

export interface ReceivedPackage {
  /** Magic, header length and header. */
  readonly head: Bytes;
  readonly sealBytes: Bytes;
  readonly signature: Bytes;
  /** Leaf hashes of the 1 MiB parts as they were stored. */
  readonly leaves: readonly Bytes[];
  /** Bytes that were stored before the seal. */
  readonly bodyLength: number;
  readonly context: ReceiptContext;
}

/** What is received and shown beside the receipt, without being a reason to refuse. */
export type ReceiptFlag = "older-document" | "revocation-unknown";

export type ReceiptVerdict =
  | {
      readonly ok: true;
      readonly header: Header;
      readonly headerBytes: Bytes;
      readonly seal: Seal;
      /** Name of the package in receipt, closing record and release: SHA-256 of the seal bytes. */
      readonly sealHash: string;
      readonly signer: Certificate;
      readonly revocation: "good" | "unknown";
      readonly flags: readonly ReceiptFlag[];
    }
  | { readonly ok: false; readonly code: PackageCode; readonly check: PackageCheck; readonly reason: string };

/**
 * Judges a package at receipt by everything that can be seen while it is sealed, in the published order; the first
 * failure names code and reason. Late and standing (RF-01, RF-10 to RF-14) are judged by the lot, before this.
 */
export async function checkAtReceipt(input: ReceivedPackage): Promise<ReceiptVerdict> {
  try {
    return await check(input);
  } catch (error) {
    if (!(error instanceof PackageRefused)) throw error;
    return { ok: false, code: error.code, check: error.check, reason: error.reason };
  }
}

async function check({
  head,
  sealBytes,
  signature,
  leaves,
  bodyLength,
  context,
}: ReceivedPackage): Promise<ReceiptVerdict> {
  const flags: ReceiptFlag[] = [];
  const { header, headerBytes } = headerOf(head);
  refuseSuite(header, context);
  if (refuseAddress(header, context) === "older") flags.push("older-document");
  refuseKeys(header, context);
  refuseLengths(header, headerBytes, bodyLength);
  const seal = sealOf(sealBytes);
  refuseSignatureLength(signature);
  refuseOtherBody(seal, header, headerBytes, bodyLength, leaves);
  const { signer, revocation } = await checkSignature(sealBytes, signature, context);
  if (revocation === "unknown") flags.push("revocation-unknown");
  return { ok: true, header, headerBytes, seal, sealHash: hex(sha256(sealBytes)), signer, revocation, flags };
}

function refuseSuite({ suite }: Header, { suites }: ReceiptContext): void {
  if (!KNOWN_SUITES.includes(suite)) throw new PackageRefused("RF-06", "suite", "加密套件无法识别");
  if (!suites.includes(suite)) throw new PackageRefused("RF-02", "suite", "加密套件不是招标文件允许的套件");
  if (!(SUITES as readonly string[]).includes(suite))
    throw new PackageRefused("RF-06", "suite", "本平台不支持该加密套件");
}

/** Is it for this tender, lot and bid, and made against a version of the documents that exists? */
function refuseAddress(header: Header, context: ReceiptContext): "current" | "older" {
  const no = (check: PackageCheck, reason: string) => new PackageRefused("RF-03", check, reason);
  if (header.tender !== context.tender) throw no("tender", "投标文件是为其他招标项目封装的");
  if (header.lot !== context.lot) throw no("lot", "投标文件是为其他标段封装的");
  if (context.bid !== undefined && header.bid !== context.bid) throw no("bid", "投标文件的编号与本次递交不符");
  if (context.expectedSeq !== undefined && header.seq !== context.expectedSeq)
    throw no("seq", "投标文件的序号与本次递交不符，请重新封装");
  if (header.tenderDigest === context.tenderDigest) return "current";
  if (!context.olderDigests.includes(header.tenderDigest))
    throw no("document", "投标文件所依据的招标文件不是本项目发布的版本");
  if (context.refusedDigests.includes(header.tenderDigest)) {
    throw new PackageRefused(
      "RF-09",
      "document",
      "投标文件所依据的招标文件版本已被澄清修改文件取代，须按新版本重新封装",
    );
  }
  return "older";
}

function refuseKeys({ policy, segments }: Header, context: ReceiptContext): void {
  const no = (check: PackageCheck, reason: string) => new PackageRefused("RF-02", check, reason);
  if (policy !== context.policy || (policy !== "bidder" && policy !== "recovery-only"))
    throw no("policy", "密钥规则与招标文件规定的不一致");
  if (segments.length !== context.envelopes.length || segments.some(({ id }, i) => id !== context.envelopes[i])) {
    throw no("segments", "信封与招标文件规定的信封不一致");
  }
  for (const segment of segments) {
    const wrong = wrongStanzas(segment, policy, context.encryptionFingerprints);
    if (wrong) throw no("stanzas", wrong);
  }
}

const RECOVERY_K_BYTES = 48;

function wrongStanzas(
  { stanzas }: Segment,
  policy: "bidder" | "recovery-only",
  registered: readonly string[],
): string | undefined {
  const own = stanzas.filter((stanza) => stanza.t === "bidder");
  const recovery = stanzas.filter((stanza) => stanza.t === "recovery");
  if (own.length + recovery.length !== stanzas.length) return "含有不允许的密钥段";
  if (recovery.length !== 1 || recovery[0]!.k.length !== RECOVERY_K_BYTES) return "应急解密码的密钥段缺失或不正确";
  const [least, most] = policy === "bidder" ? [1, 4] : [0, 0];
  if (own.length < least || own.length > most) return "加密证书的数量不符合规定";
  if (new Set(own.map(({ cert }) => cert)).size !== own.length) return "加密证书重复";
  if (own.some(({ cert }) => !registered.includes(cert))) return "加密证书未在本单位名下登记，或现在不可用于加密";
  if (own.some(({ k }) => k.length < 256 || k.length > 1024)) return "密钥段的长度不正确";
  return undefined;
}

function refuseLengths(header: Header, headerBytes: Bytes, bodyLength: number): void {
  refuseBlobLengths(header);
  for (const { blobs } of header.segments) {
    const manifest = blobs[0] === undefined ? 0 : plaintextLength(blobs[0])!;
    if (manifest === 0 || manifest % MANIFEST_UNIT_BYTES !== 0 || manifest > MAX_MANIFEST_BYTES) {
      throw new PackageRefused("RF-02", "lengths", "文件清单的密文长度不符合规定");
    }
  }
  if (bodyLengthOf(header, headerBytes) !== bodyLength)
    throw new PackageRefused("RF-02", "lengths", "密文的总长度与文件头所列不符，文件可能不完整");
}

/** The seal must be about exactly these bytes. */
function refuseOtherBody(
  seal: Seal,
  header: Header,
  headerBytes: Bytes,
  bodyLength: number,
  leaves: readonly Bytes[],
): void {
  const no = (check: PackageCheck, reason: string) => new PackageRefused("RF-04", check, reason);
  if (seal.headerHash !== hex(sha256(headerBytes))) throw no("binding", "文件头在封装后被改动");
  if (seal.bodyLength !== bodyLength) throw no("binding", "文件长度与封条所列不符");
  if (leaves.length !== partCount(bodyLength) || !equalBytes(fromHex(seal.bodyRoot), rootOf(leaves))) {
    throw no("root", "文件内容与封条的哈希值不符");
  }
  if (seal.suite !== header.suite || seal.bid !== header.bid || seal.seq !== header.seq)
    throw no("binding", "封条与文件头不一致");
}

async function checkSignature(sealBytes: Bytes, signature: Bytes, context: ReceiptContext) {
  const cms = await verifyDetached(signature, sealBytes);
  if (!cms.ok) throw new PackageRefused("RF-05", "signature", cms.reason);
  if (!onlyTrustedCompany(cms.certificates, cms.signer, context.trust)) {
    throw new PackageRefused("RF-05", "company", "签名附带了信任列表以外的证书");
  }
  const path = await validatePath(cms.signer, {
    trust: context.trust,
    crls: context.crls,
    time: context.time,
    use: "sign",
  });
  if (!path.ok) throw new PackageRefused("RF-08", "certificate", path.reason);
  if (creditCodeOf(cms.signer) !== context.account)
    throw new PackageRefused("RF-08", "credit-code", "签名证书不属于本单位");
  return { signer: cms.signer, revocation: path.revocation };
}

/** Of the certificates registered for an account, those that are its own and may encrypt now, as fingerprints. */
export async function usableEncryptionCertificates(
  registered: readonly Certificate[],
  account: string,
  context: TrustContext,
): Promise<string[]> {
  const usable: string[] = [];
  for (const certificate of registered) {
    const path = await validatePath(certificate, { ...context, use: "encrypt" });
    if (path.ok && creditCodeOf(certificate) === account) usable.push(certificate.fingerprint);
  }
  return usable;
}
