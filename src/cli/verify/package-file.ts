import { type Bytes, concat, readU32 } from "@/core/bytes";
import { type Certificate, creditCodeOf } from "@/crypto/certificate";
import { partLeaves } from "@/crypto/merkle";
import { type ByteSource, gather } from "@/crypto/pieces";
import type { TrustContext } from "@/crypto/statement";
import { bodyLengthOf } from "@/crypto/xbid/context";
import { headerOf, headLength } from "@/crypto/xbid/read";
import { checkAtReceipt } from "@/crypto/xbid/receive";
import { type Header, MAX_SEAL_BYTES, MAX_SIGNATURE_BYTES, PREAMBLE_BYTES } from "@/crypto/xbid/schema";
import { Unproved } from "./judge";

/** A package somewhere, read in parts of any place. */
export interface PackageSource {
  readonly size: number;
  read(start: number, length: number): ByteSource;
}

export interface PackageFile {
  readonly header: Header;
  readonly headerBytes: Bytes;
  readonly head: Bytes;
  readonly bodyLength: number;
  readonly sealBytes: Bytes;
  readonly signature: Bytes;
}

/** Takes the package apart without reading its blobs. @throws PackageRefused, Unproved */
export async function framesOf({ size, read }: PackageSource): Promise<PackageFile> {
  const part = (start: number, length: number) => gather(read(start, Math.max(0, Math.min(length, size - start))));
  const length = headLength(await part(0, PREAMBLE_BYTES));
  const head = await part(0, length);
  const { header, headerBytes } = headerOf(head);
  const bodyLength = bodyLengthOf(header, headerBytes);
  const tailLength = size - bodyLength;
  if (tailLength < 10 || tailLength > MAX_SEAL_BYTES + MAX_SIGNATURE_BYTES + 8)
    throw new Unproved("投标文件的总长度与文件头所列不符");
  const tail = await part(bodyLength, tailLength);
  const sealLength = readU32(tail, 0);
  if (sealLength > tail.length - 8) throw new Unproved("封条不完整");
  const signatureLength = readU32(tail, 4 + sealLength);
  if (8 + sealLength + signatureLength !== tail.length) throw new Unproved("签名之后有多余的内容或不完整");
  return {
    header,
    headerBytes,
    head,
    bodyLength,
    sealBytes: concat(tail.subarray(4, 4 + sealLength)),
    signature: concat(tail.subarray(8 + sealLength)),
  };
}

/** Is the package one that was received lawfully, as far as the package itself tells? Reads all of its body once. */
export async function checkSealed(
  source: PackageSource,
  frames: PackageFile,
  context: TrustContext & { readonly account?: string; readonly digests?: readonly string[] },
) {
  const { header, head, bodyLength, sealBytes, signature } = frames;
  const leaves: Bytes[] = [];
  for await (const leaf of partLeaves(source.read(0, bodyLength))) leaves.push(leaf);
  const digests = context.digests ?? [header.tenderDigest];
  return checkAtReceipt({
    head,
    sealBytes,
    signature,
    leaves,
    bodyLength,
    context: {
      ...{ trust: context.trust, crls: context.crls, time: context.time },
      ...{ tender: header.tender, lot: header.lot, suites: [header.suite], policy: header.policy },
      envelopes: header.segments.map(({ id }) => id),
      tenderDigest: digests.at(-1) ?? "",
      olderDigests: digests.slice(0, -1),
      refusedDigests: [],
      account: context.account ?? "",
      // Which certificates were registered at the receipt is the platform's knowledge of that hour.
      encryptionFingerprints: header.segments.flatMap(({ stanzas }) =>
        stanzas.flatMap((stanza) => (stanza.t === "bidder" ? [stanza.cert] : [])),
      ),
    },
  });
}

/** Name and credit code for a line of print. */
export const signerText = (signer: Certificate): string =>
  `${signer.subject.display}${creditCodeOf(signer) ? `，${creditCodeOf(signer)}` : ""}`;
