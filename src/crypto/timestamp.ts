import { type Bytes, equalBytes } from "@/core/bytes";
import type { Certificate } from "./certificate";
import { embeddedContent, verifyDetachedDigest } from "./cms";
import type { Crl } from "./crl";
import {
  context,
  DerError,
  derBoolean,
  derInteger,
  derNull,
  derOctets,
  derOid,
  derSequence,
  expectTag,
  type Node,
  parseDer,
  readBigInt,
  readOid,
  readSmallInt,
  readTime,
  sequenceOf,
  TAG,
} from "./der";
import { OID } from "./oid";
import { validatePath } from "./path";
import { sha256 } from "./sha256";

/** Time stamps (RFC 3161) with SHA-256. How the request travels is the adapter's part. */
const sha256Id = (): Bytes => derSequence(derOid(OID.sha256), derNull());

/** A request for a stamp over `data`. @param nonce - random, at least 8 bytes; the response must repeat it. */
export function timestampRequest(data: Bytes, nonce: Bytes): Bytes {
  const imprint = derSequence(sha256Id(), derOctets(sha256(data)));
  return derSequence(derInteger(1), imprint, derInteger(numberOf(nonce)), derBoolean(true));
}

const numberOf = (bytes: Bytes): bigint => bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);

/** The token in a response. @throws DerError when it is not one, or the authority did not grant it. */
export function readTimestampResponse(response: Bytes): Bytes {
  const [statusInfo, token] = sequenceOf(parseDer(response), "time-stamp response");
  const status = readSmallInt(expectTag(sequenceOf(statusInfo, "status")[0], TAG.integer, "status"));
  // 0 granted, 1 granted with changes; the changes are seen when the token is verified.
  if (status > 1) throw new DerError(`time stamp refused with status ${status}`);
  return expectTag(token, TAG.sequence, "time-stamp token").raw;
}

/** What an authority asserts. */
export interface TimestampInfo {
  readonly policy: string;
  readonly hashAlgorithm: string;
  readonly imprint: Bytes;
  readonly serial: bigint;
  readonly time: Date;
  readonly nonce?: bigint;
}

function readTstInfo(bytes: Bytes): TimestampInfo {
  const [version, policy, imprint, serial, time, ...rest] = sequenceOf(parseDer(bytes), "TSTInfo");
  if (readSmallInt(expectTag(version, TAG.integer, "version")) !== 1) throw new DerError("unknown version");
  const [algorithm, hash] = sequenceOf(imprint, "imprint");
  const nonce = rest.find(({ tag }) => tag === TAG.integer);
  const known: Node["tag"][] = [TAG.sequence, TAG.boolean, TAG.integer, context(0), context(1)];
  if (rest.some(({ tag }) => !known.includes(tag))) throw new DerError("unknown part");
  return {
    policy: readOid(expectTag(policy, TAG.oid, "policy")),
    hashAlgorithm: readOid(expectTag(sequenceOf(algorithm, "hash algorithm")[0], TAG.oid, "hash algorithm")),
    imprint: expectTag(hash, TAG.octetString, "hash").content,
    serial: readBigInt(expectTag(serial, TAG.integer, "serial number")),
    time: readTime(expectTag(time, TAG.generalizedTime, "time")),
    ...(nonce ? { nonce: readBigInt(nonce) } : {}),
  };
}

export type TimestampVerdict =
  | {
      readonly ok: true;
      readonly info: TimestampInfo;
      readonly time: Date;
      readonly signer: Certificate;
      readonly revocation: "good" | "unknown";
    }
  | { readonly ok: false; readonly reason: string };

/**
 * Verifies a token over `data`: imprint, one signature by an authority under the trust list whose certificate may do
 * nothing but stamp, and the nonce if one was sent.
 *
 * @param options.time - when the certificate must have been valid; the stamped time itself when left out.
 */
export async function verifyTimestamp(
  token: Bytes,
  data: Bytes,
  options: { trust: readonly Certificate[]; crls?: readonly Crl[]; time?: Date; nonce?: Bytes },
): Promise<TimestampVerdict> {
  try {
    const content = embeddedContent(token);
    const digestOf = async (hash: string) => new Uint8Array(await globalThis.crypto.subtle.digest(hash, content));
    const cms = await verifyDetachedDigest(token, digestOf, { contentType: OID.tstInfo, detached: false });
    if (!cms.ok) return cms;
    const info = readTstInfo(content);
    if (info.hashAlgorithm !== OID.sha256 || !equalBytes(info.imprint, sha256(data)))
      return { ok: false, reason: "时间戳不是对这一内容签发的" };
    if (options.nonce && info.nonce !== numberOf(options.nonce))
      return { ok: false, reason: "时间戳不是对本次请求的答复" };
    const { trust, crls = [], time = info.time } = options;
    const path = await validatePath(cms.signer, { trust, crls, time, use: "timestamp" });
    if (!path.ok) return path;
    return { ok: true, info, time: info.time, signer: cms.signer, revocation: path.revocation };
  } catch (error) {
    if (error instanceof DerError) return { ok: false, reason: `时间戳的格式不正确：${error.message}` };
    throw error;
  }
}
