import { readFile } from "node:fs/promises";
import { fromUtf8 } from "@/core/bytes";
import { type Certificate, parseCertificate, pemToDers } from "@/crypto/certificate";
import { parseCrl } from "@/crypto/crl";
import type { ZipReader } from "@/documents/zip-read";
import type { TrustMaterial } from "./judge";

const MAX_TRUST_BYTES = 4 * 1024 * 1024;

export const certificatesIn = (pem: string): Certificate[] => pemToDers(pem).map(parseCertificate);

/** Certificates of a PEM file that the caller trusts. */
export const trustFile = async (path: string): Promise<Certificate[]> => certificatesIn(await readFile(path, "utf8"));

/**
 * What signatures in an archive are judged by. With `given`, only its self-signed certificates are anchors; the archive's
 * own list then supplies intermediates alone, which prove nothing without an anchor.
 */
export async function archiveTrust(
  zip: ZipReader,
  listedAt: Date,
  given?: readonly Certificate[],
): Promise<TrustMaterial> {
  const list = async (path: string) =>
    zip.entries.has(path) ? certificatesIn(fromUtf8(await zip.bytes(path, MAX_TRUST_BYTES))) : [];
  const with_ = (own: readonly Certificate[]) =>
    given ? [...given, ...own.filter(({ selfIssued }) => !selfIssued)] : own;
  const lists = [...zip.entries.keys()].filter((path) => /^trust\/[^/]+\.crl$/.test(path));
  return {
    trust: with_(await list("trust/site.pem")),
    timestampTrust: with_(await list("trust/timestamp.pem")),
    crls: await Promise.all(lists.map(async (path) => parseCrl(await zip.bytes(path, MAX_TRUST_BYTES)))),
    listedAt,
  };
}
