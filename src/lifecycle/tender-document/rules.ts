import { hex } from "@/core/bytes";
import { type CanonicalValue, encodeCanonical } from "@/core/canonical-json";
import { type Refusal, refuse } from "@/core/refusal";
import { sha256 } from "@/crypto/sha256";
import { GATHERING_PROBLEMS, gatheringProblem } from "@/lifecycle/law/gatherings";
import { GATHERING_KINDS, type Gathering, type TenderDocumentContent } from "./schema";

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

/** A visit is for all together, or it is not arranged (IR28); nobody is listed (BL22), nobody must come (O20 art. 20). */
export function refusalOfGatherings(gatherings: readonly Gathering[] = []): Refusal | undefined {
  for (const { kind, place, note } of gatherings) {
    const problem = gatheringProblem(`${place}${note}`);
    if (problem)
      return refuse("invalid", "document.gathering_not_for_all", {
        title: GATHERING_KINDS[kind],
        problem: GATHERING_PROBLEMS[problem],
      });
  }
  return undefined;
}
