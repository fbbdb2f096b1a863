import { randomInt } from "node:crypto";
import { type Bytes, equalBytes } from "@/core/bytes";
import { PART_BYTES, partLeaves } from "@/crypto/merkle";
import { aFile, aReceiptContext, aSealInput, type SealedPackage, seal, someBytes } from "@/crypto/testing/package";
import { type TestPki, testPki } from "@/crypto/testing/pki";
import { readPackage } from "@/crypto/xbid/read";
import { checkAtReceipt, type ReceiptVerdict } from "@/crypto/xbid/receive";
import { type PackageCheck, PackageRefused } from "@/crypto/xbid/refusal";
import type { Report } from "./ground";

/** Whole parts of the test package, and a bit. */
const FILE_BYTES = 3 * 1_048_576 + 70_000;

type Region = "magic" | "header" | "parts" | "seal" | "signature";

/** What the checks say of a change in each region: nowhere may they name another. */
const NAMED: Readonly<Record<Region, readonly PackageCheck[]>> = {
  magic: ["magic"],
  // A header that is still one is judged by what it says; whatever it says, its hash is not the one of the seal.
  header: [
    "framing",
    "header",
    "suite",
    "tender",
    "lot",
    "bid",
    "seq",
    "document",
    "policy",
    "segments",
    "stanzas",
    "lengths",
    "binding",
  ],
  parts: ["root"],
  // A seal that is still one is judged by what it binds, then by its signature.
  seal: ["framing", "seal", "binding", "root", "signature"],
  signature: ["framing", "signature", "certificate", "company", "credit-code"],
};

interface Range {
  readonly region: Region;
  readonly start: number;
  readonly end: number;
}

function rangesOf({ bytes, head, bodyLength, sealBytes }: SealedPackage): Range[] {
  const sealEnd = bodyLength + 4 + sealBytes.length;
  return [
    { region: "magic", start: 0, end: 20 },
    { region: "header", start: 20, end: head.length },
    { region: "parts", start: head.length, end: bodyLength },
    { region: "seal", start: bodyLength, end: sealEnd },
    { region: "signature", start: sealEnd, end: bytes.length },
  ];
}

/** Judges a whole file as it would be received. */
async function judge(pki: TestPki, bytes: Bytes, leaves: readonly Bytes[]): Promise<ReceiptVerdict> {
  try {
    const parts = readPackage(bytes);
    return await checkAtReceipt({ ...parts, leaves, context: aReceiptContext(pki) });
  } catch (error) {
    if (!(error instanceof PackageRefused)) throw error;
    return { ok: false, code: error.code, check: error.check, reason: error.reason };
  }
}

/** Hashes of the parts, of which only the one with the changed byte is computed anew. */
async function leavesWith(
  good: SealedPackage,
  bytes: Bytes,
  at: number,
): Promise<{ leaves: Bytes[]; changed: number[] }> {
  const leaves = [...good.leaves];
  const part = Math.floor(at / PART_BYTES);
  if (at < good.bodyLength) {
    const within = bytes.subarray(part * PART_BYTES, Math.min((part + 1) * PART_BYTES, good.bodyLength));
    for await (const leaf of partLeaves([within])) leaves[part] = leaf;
  }
  return { leaves, changed: leaves.flatMap((leaf, n) => (equalBytes(leaf, good.leaves[n]!) ? [] : [n])) };
}

/**
 * Flips single bits of a sealed package: each must be refused, by a check that names the region it lies in, and one in the
 * parts must be found in exactly its part.
 *
 * @param count - flips; a fifth of them in each region, or every bit of a region that has fewer.
 */
export async function bits(report: Report, count: number): Promise<void> {
  const pki = await testPki();
  const input = aSealInput(pki);
  const [first, ...others] = input.segments;
  const large = { ...first!, files: [aFile("技术标/图纸.bin", someBytes(FILE_BYTES)), ...first!.files] };
  const good = await seal({ ...input, segments: [large, ...others] });
  const whole = await judge(pki, good.bytes, good.leaves);
  report.check(
    `the package as it was sealed is received (${good.bytes.length} bytes, ${good.leaves.length} parts)`,
    whole.ok,
  );
  for (const { region, start, end } of rangesOf(good)) {
    const all = (end - start) * 8;
    const wanted = Math.min(all, Math.ceil(count / 5));
    const counts = { accepted: 0, elsewhere: 0, misplaced: 0 };
    const said = new Map<string, number>();
    for (let n = 0; n < wanted; n++) {
      const bit = wanted === all ? n : randomInt(all);
      const at = start + Math.floor(bit / 8);
      const bytes = good.bytes.slice();
      bytes[at]! ^= 1 << (bit % 8);
      const { leaves, changed } = await leavesWith(good, bytes, at);
      const verdict = await judge(pki, bytes, leaves);
      if (verdict.ok) {
        counts.accepted++;
        report.say(`   received with bit ${bit % 8} of byte ${at} flipped (${region})`);
        continue;
      }
      said.set(verdict.check, (said.get(verdict.check) ?? 0) + 1);
      if (!NAMED[region].includes(verdict.check)) {
        counts.elsewhere++;
        report.say(`   byte ${at} (${region}) is told as ${verdict.check}: ${verdict.reason}`);
      }
      const part = Math.floor(at / PART_BYTES);
      if (region === "parts" && !(changed.length === 1 && changed[0] === part)) counts.misplaced++;
    }
    const checks = [...said].map(([check, n]) => `${check} ${n}`).join(", ");
    const { accepted, elsewhere, misplaced } = counts;
    report.check(
      `${region}: ${wanted}${wanted === all ? " (every bit)" : ` of ${all}`} flipped, ${accepted} received, ${elsewhere} told as elsewhere, ${misplaced} in another part (${checks})`,
      accepted + elsewhere + misplaced === 0,
    );
  }
}
