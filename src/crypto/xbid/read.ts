import { type Bytes, equalBytes, readU32, utf8 } from "@/core/bytes";
import { NotCanonical } from "@/core/canonical-json";
import { isPossibleCiphertextLength } from "../chunked";
import { bodyLengthOf } from "./context";
import { PackageRefused } from "./refusal";
import {
  type Header,
  MAGIC,
  MAX_HEADER_BYTES,
  MAX_SEAL_BYTES,
  MAX_SIGNATURE_BYTES,
  PREAMBLE_BYTES,
  readHeader,
  readSeal,
  type Seal,
} from "./schema";

const MAGIC_BYTES = utf8(MAGIC);

/**
 * How many bytes magic and header take up, from the first 24 bytes of a package.
 *
 * @throws PackageRefused RF-06
 */
export function headLength(first: Uint8Array): number {
  if (first.length < PREAMBLE_BYTES || !equalBytes(first.subarray(0, MAGIC_BYTES.length), MAGIC_BYTES)) {
    throw new PackageRefused("RF-06", "magic", "不是本平台规定格式的加密投标文件，或格式版本不受支持");
  }
  const length = readU32(first, MAGIC_BYTES.length);
  if (length === 0 || length > MAX_HEADER_BYTES) throw new PackageRefused("RF-06", "framing", "文件头的长度超出规定");
  return PREAMBLE_BYTES + length;
}

/** The header of a package whose magic and header are exactly `head`. @throws PackageRefused RF-06 */
export function headerOf(head: Bytes): { header: Header; headerBytes: Bytes } {
  if (headLength(head) !== head.length) throw new PackageRefused("RF-06", "framing", "文件头不完整");
  const headerBytes = head.subarray(PREAMBLE_BYTES);
  return { header: parsed(() => readHeader(headerBytes), "header", "文件头的格式不正确"), headerBytes };
}

/** The seal in its bytes. @throws PackageRefused RF-06 */
export function sealOf(sealBytes: Bytes): Seal {
  if (sealBytes.length === 0 || sealBytes.length > MAX_SEAL_BYTES)
    throw new PackageRefused("RF-06", "framing", "封条的长度超出规定");
  return parsed(() => readSeal(sealBytes), "seal", "封条的格式不正确");
}

/** @throws PackageRefused RF-06 */
export function refuseSignatureLength(signature: Bytes): void {
  if (signature.length === 0 || signature.length > MAX_SIGNATURE_BYTES) {
    throw new PackageRefused("RF-06", "framing", "签名数据的长度超出规定");
  }
}

/** Every blob length must be one a message can have: RF-02. */
export function refuseBlobLengths(header: Header): void {
  const lengths = header.segments.flatMap(({ blobs }) => blobs);
  if (
    !lengths.every(isPossibleCiphertextLength) ||
    !Number.isSafeInteger(lengths.reduce((sum, length) => sum + length, 0))
  ) {
    throw new PackageRefused("RF-02", "lengths", "密文长度不符合规定");
  }
}

function parsed<T>(read: () => T, check: "header" | "seal", reason: string): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof NotCanonical) throw new PackageRefused("RF-06", check, `${reason}（${error.message}）`);
    throw error;
  }
}

export interface PackageParts {
  readonly header: Header;
  readonly headerBytes: Bytes;
  /** Magic, header length and header. */
  readonly head: Bytes;
  readonly bodyLength: number;
  readonly sealBytes: Bytes;
  readonly signature: Bytes;
}

/** Takes a whole package apart. Says only that its framing holds: see `checkAtReceipt`. @throws PackageRefused */
export function readPackage(bytes: Bytes): PackageParts {
  const length = headLength(bytes.subarray(0, PREAMBLE_BYTES));
  const { header, headerBytes } = headerOf(bytes.subarray(0, length));
  refuseBlobLengths(header);
  const bodyLength = bodyLengthOf(header, headerBytes);
  const tail = readTail(bytes, bodyLength);
  return { header, headerBytes, head: bytes.subarray(0, length), bodyLength, ...tail };
}

function readTail(bytes: Bytes, bodyLength: number): { sealBytes: Bytes; signature: Bytes } {
  let offset = bodyLength;
  const next = (most: number): Bytes => {
    if (offset + 4 > bytes.length) throw new PackageRefused("RF-06", "framing", "投标文件不完整");
    const length = readU32(bytes, offset);
    if (length === 0 || length > most) throw new PackageRefused("RF-06", "framing", "封条或签名的长度超出规定");
    const start = offset + 4;
    if (start + length > bytes.length) throw new PackageRefused("RF-06", "framing", "投标文件不完整");
    offset = start + length;
    return bytes.subarray(start, offset);
  };
  const sealBytes = next(MAX_SEAL_BYTES);
  const signature = next(MAX_SIGNATURE_BYTES);
  if (offset !== bytes.length) throw new PackageRefused("RF-06", "framing", "投标文件末尾有多余的内容");
  return { sealBytes, signature };
}
