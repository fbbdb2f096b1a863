import { hex } from "@/core/bytes";
import { type CanonicalValue, encodeCanonical } from "@/core/canonical-json";
import { sha256 } from "@/crypto/sha256";
import type { TenderDocumentContent } from "./schema";

export interface DocumentFile {
  readonly name: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** The manifest whose hash a bid names as `tenderDigest`: machine-readable parts and the hash of every file. */
export function documentManifest(
  lotCode: string,
  version: number,
  content: TenderDocumentContent,
  files: readonly DocumentFile[],
): CanonicalValue {
  return {
    format: "xinbiao-tender/1",
    lot: lotCode,
    version,
    content: JSON.parse(JSON.stringify(content)) as CanonicalValue,
    files: files.map(({ name, sha256: hash, sizeBytes }) => ({ name, sha256: hash, size: sizeBytes })),
  };
}

export const documentDigest = (manifest: CanonicalValue): string => hex(sha256(encodeCanonical(manifest)));
