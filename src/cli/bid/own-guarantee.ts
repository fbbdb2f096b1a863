import { parseCertificate } from "@/crypto/certificate";
import { gather } from "@/crypto/pieces";
import { blobOffsets } from "@/crypto/xbid/context";
import { openFile, openManifest } from "@/crypto/xbid/open";
import { unwrapWithKey } from "@/crypto/xbid/wrap";
import { readSecurity, securityFileOf } from "@/lifecycle/bid-security/guarantee/part";
import { fileBytes } from "./disk";
import type { BidderKey } from "./key";
import type { SealedFile } from "./sealed-file";

/**
 * SHA-256 of the guarantee that a package brings (`public/specs/bid-security.md`), read as nobody but its owner can; undefined where it
 * brings none.
 *
 * @throws OpenError when the certificate is not the one that it was sealed for.
 */
export async function guaranteeIn(
  { path, header, headerBytes }: SealedFile,
  { certificate, key }: BidderKey["opened"]["encryption"],
): Promise<string | undefined> {
  const { id: segmentId } = header.segments[0]!;
  const privateKey = { fingerprint: parseCertificate(certificate).fingerprint, privateKey: key };
  const segment = { header, headerBytes, segmentId, cek: await unwrapWithKey(header, segmentId, privateKey) };
  const places = blobOffsets(header, headerBytes)[0]!;
  const blob = (i: number) => fileBytes(path, places[i]!.start, places[i]!.length);
  const { files } = await openManifest(segment, blob(0));
  const file = securityFileOf(files);
  if (!file) return undefined;
  const index = files.indexOf(file);
  const part = readSecurity(await gather(openFile(segment, file, index, blob(index + 1))));
  return part.kind === "guarantee" ? part.guarantee.sha256 : undefined;
}
