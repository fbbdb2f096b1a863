import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { equalBytes, fromHex } from "@/core/bytes";
import type { Certificate } from "@/crypto/certificate";
import { HEAD_BYTES } from "@/crypto/chunked";
import { partLeaves } from "@/crypto/merkle";
import { blobOffsets } from "@/crypto/xbid/context";
import { checkCommitments, openFile, openManifest } from "@/crypto/xbid/open";
import { type PackageParts, readPackage } from "@/crypto/xbid/read";
import { checkAtReceipt, usableEncryptionCertificates } from "@/crypto/xbid/receive";
import { OpenError, PackageRefused } from "@/crypto/xbid/refusal";
import { unwrapWithRecovery } from "@/crypto/xbid/wrap";
import { filesOf } from "./pem-file";
import type { CaseRow } from "./types";

interface Context {
  readonly trust: readonly string[];
  readonly crls: readonly string[];
  readonly time: string;
  readonly account: string;
  readonly tender: string;
  readonly lot: string;
  readonly tenderDigest: string;
  readonly olderDigests?: readonly string[];
  readonly olderIsObligatoryRefusal?: boolean;
  readonly suites: readonly string[];
  readonly policy: string;
  readonly envelopes: readonly string[];
  readonly encryptionCertificate?: string;
  readonly encryptionCertificates?: readonly string[];
  readonly seq?: number;
  readonly draws?: boolean;
}

interface XbidCase {
  readonly file: string;
  readonly expect: "accept" | "reject";
  readonly stage: "receive" | "open";
  readonly segmentKeys?: Readonly<Record<string, string>>;
  readonly recoverySecret?: string;
  readonly context?: Partial<Context>;
}

/** Suites that exist but are not built here. */
const SKIPPED_SUITES: readonly string[] = ["XB-GM-1"];
const SKIPPED_POLICIES: readonly string[] = ["bidder+remedy"];

/** Kind `xbid`: packages are judged at receipt and, where the case goes that far, opened. */
export async function runXbidCases(file: string): Promise<CaseRow[]> {
  const suite = JSON.parse(await readFile(file, "utf8")) as { context: Context; cases: XbidCase[] };
  const rows: CaseRow[] = [];
  for (const item of suite.cases) {
    const context = { ...suite.context, ...item.context };
    const notBuilt =
      context.suites.every((name) => SKIPPED_SUITES.includes(name)) || SKIPPED_POLICIES.includes(context.policy);
    if (notBuilt) {
      rows.push({ case: item.file, verdict: "skipped", code: `${context.suites} ${context.policy}`, agrees: true });
      continue;
    }
    const { code, stage } = await judge(item, context, dirname(file));
    const verdict = code ? "reject" : "accept";
    // A package that had to pass receipt and fail at opening has not been understood when it already fails at receipt.
    const agrees = verdict === item.expect && (verdict === "accept" || stage === item.stage);
    rows.push({ case: item.file, verdict, code, agrees });
  }
  return rows;
}

async function judge(
  item: XbidCase,
  context: Context,
  folder: string,
): Promise<{ code: string; stage: XbidCase["stage"] }> {
  const files = filesOf(folder);
  const bytes = await files.bytes(item.file);
  const trust = {
    trust: await Promise.all(context.trust.map(files.certificate)),
    crls: await Promise.all(context.crls.map(files.crl)),
    time: new Date(context.time),
  };
  const registered: Certificate[] = await Promise.all(
    (context.encryptionCertificates ?? (context.encryptionCertificate ? [context.encryptionCertificate] : [])).map(
      files.certificate,
    ),
  );
  let parts: PackageParts;
  try {
    parts = readPackage(bytes);
  } catch (error) {
    if (error instanceof PackageRefused) return { code: error.code, stage: "receive" };
    throw error;
  }
  const leaves = [];
  for await (const leaf of partLeaves([bytes.subarray(0, parts.bodyLength)])) leaves.push(leaf);
  const verdict = await checkAtReceipt({
    ...parts,
    leaves,
    context: {
      ...context,
      ...trust,
      olderDigests: context.olderDigests ?? [],
      refusedDigests: context.olderIsObligatoryRefusal ? (context.olderDigests ?? []) : [],
      encryptionFingerprints: await usableEncryptionCertificates(registered, context.account, trust),
      ...(context.seq === undefined ? {} : { expectedSeq: context.seq }),
    },
  });
  if (!verdict.ok) return { code: verdict.code, stage: "receive" };
  if (item.stage === "receive") return { code: "", stage: "receive" };
  try {
    await open(parts, bytes, item, context.draws);
    return { code: "", stage: "open" };
  } catch (error) {
    if (error instanceof OpenError) return { code: error.problem, stage: "open" };
    throw error;
  }
}

/** Opens every segment with the keys of the case; the recovery secret must give the same keys. */
async function open(
  { header, headerBytes }: PackageParts,
  bytes: Uint8Array<ArrayBuffer>,
  item: XbidCase,
  draws?: boolean,
): Promise<void> {
  const offsets = blobOffsets(header, headerBytes);
  for (const [index, { id }] of header.segments.entries()) {
    const key = item.segmentKeys?.[id];
    const secret = item.recoverySecret;
    if (key === undefined && secret === undefined) continue;
    const recovered = secret === undefined ? undefined : await unwrapWithRecovery(header, id, fromHex(secret));
    const cek = key === undefined ? recovered! : fromHex(key);
    const blobs = offsets[index]!.map(({ start, length }) => bytes.subarray(start, start + length));
    checkCommitments(
      header,
      headerBytes,
      id,
      cek,
      blobs.map((blob) => blob.subarray(0, HEAD_BYTES)),
    );
    if (recovered && !equalBytes(recovered, cek)) throw new OpenError("unwrap", "应急解密码解出的密钥不同");
    const segment = { header, headerBytes, segmentId: id, cek };
    const manifest = await openManifest(segment, [blobs[0]!], draws);
    for (const [f, entry] of manifest.files.entries()) {
      for await (const _ of openFile(segment, entry, f, [blobs[f + 1]!])) {
        // Only that it opens to its hash is of interest.
      }
    }
  }
}
