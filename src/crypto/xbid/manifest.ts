import type { Bytes } from "@/core/bytes";
import { type CanonicalValue, exactMembers, NotCanonical, parseCanonical } from "@/core/canonical-json";
import { ciphertextLength } from "../chunked";
import { isFileName, nameKey } from "./file-name";
import { OpenError } from "./refusal";
import {
  MANIFEST_UNIT_BYTES,
  MAX_MANIFEST_BYTES,
  type ManifestFile,
  readBytes,
  readCount,
  readHash,
  readList,
  SECRET_BYTES,
} from "./schema";

/** What a segment says about itself once it is open. */
export interface Manifest {
  readonly files: readonly ManifestFile[];
  /** Printed items of the opening and the like, as the bidder sealed them. */
  readonly form: Readonly<Record<string, CanonicalValue>>;
  /** The bidder's 32 bytes in the draws. */
  readonly draw?: Bytes;
}

const SPACE = 0x20;

/**
 * Reads the plain bytes of blob 0.
 *
 * @param blobs - ciphertext lengths of the segment, as the header has them.
 * @param draws - must `draw` be there, must it not, or is that not known here?
 * @throws OpenError `manifest`
 */
export function readManifest(plain: Bytes, blobs: readonly number[], draws: boolean | undefined): Manifest {
  try {
    return read(plain, blobs, draws);
  } catch (error) {
    if (error instanceof NotCanonical) throw new OpenError("manifest", `文件清单不符合规定（${error.message}）`);
    throw error;
  }
}

function read(plain: Bytes, blobs: readonly number[], draws: boolean | undefined): Manifest {
  if (plain.length > MAX_MANIFEST_BYTES) throw new NotCanonical("longer than 1 MiB");
  let end = plain.length;
  while (end > 0 && plain[end - 1] === SPACE) end--;
  if (plain.length !== Math.ceil(end / MANIFEST_UNIT_BYTES) * MANIFEST_UNIT_BYTES)
    throw new NotCanonical("padded wrongly");
  const value = exactMembers(parseCanonical(plain.subarray(0, end)), ["format", "files", "form"], ["draw"]);
  if (value.format !== "xbid-manifest/1") throw new NotCanonical("unknown format");
  const files = readList(value.files, "files").map(readFile);
  if (files.length !== blobs.length - 1) throw new NotCanonical("another number of files than blobs");
  if (files.some(({ size }, i) => ciphertextLength(size) !== blobs[i + 1]))
    throw new NotCanonical("a size does not fit its blob");
  if (new Set(files.map(({ name }) => nameKey(name))).size !== files.length)
    throw new NotCanonical("a file name occurs twice");
  const { form } = value;
  if (typeof form !== "object" || Array.isArray(form)) throw new NotCanonical("form is not an object");
  if (draws !== undefined && draws !== "draw" in value)
    throw new NotCanonical(draws ? "draw is missing" : "draw has no place here");
  const draw = "draw" in value ? readBytes(value.draw, "draw") : undefined;
  if (draw && draw.length !== SECRET_BYTES) throw new NotCanonical("draw must have 32 bytes");
  return { files, form: form as Record<string, CanonicalValue>, ...(draw ? { draw } : {}) };
}

function readFile(value: CanonicalValue): ManifestFile {
  const { name, size, sha256 } = exactMembers(value, ["name", "size", "sha256"]);
  if (typeof name !== "string" || !isFileName(name)) throw new NotCanonical("a file name is not allowed");
  return { name, size: readCount(size, "size", 0), sha256: readHash(sha256, "sha256") };
}
