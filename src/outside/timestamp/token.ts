import { type Bytes, concat } from "@/core/bytes";
import { type CmsSigner, signDetachedDigest } from "@/crypto/cms";
import {
  children,
  context,
  DerError,
  der,
  derGeneralizedTime,
  derInteger,
  derNamedBits,
  derOid,
  derSequence,
  expectTag,
  parseDer,
  readOid,
  readSmallInt,
  sequenceOf,
  TAG,
} from "@/crypto/der";
import { OID } from "@/crypto/oid";
import { sha256 } from "@/crypto/sha256";

/** Policy of the demonstration's time stamps, below an arc for examples (RFC 5612). */
export const POLICY = "1.3.6.1.4.1.32473.1";
/** PKIFailureInfo (RFC 3161 2.4.2). */
export const FAILURE = {
  badAlg: 0,
  badRequest: 2,
  badDataFormat: 5,
  unacceptedPolicy: 15,
  unacceptedExtension: 16,
} as const;

/** What is asked to be stamped. */
export interface TimestampQuery {
  /** Encoded MessageImprint, copied into the answer as it came. */
  readonly imprint: Bytes;
  readonly nonce?: Bytes;
  readonly certificateWanted: boolean;
}

export class BadQuery extends Error {
  constructor(readonly failure: number) {
    super(`bad query: ${failure}`);
  }
}

/** Reads a TimeStampReq (RFC 3161 2.4.1) for SHA-256. @throws BadQuery with the failure that the answer names. */
export function readQuery(bytes: Bytes): TimestampQuery {
  try {
    const [version, imprint, ...rest] = sequenceOf(parseDer(bytes), "query");
    if (readSmallInt(expectTag(version, TAG.integer, "version")) !== 1) throw new BadQuery(FAILURE.badRequest);
    const [algorithm, hash] = sequenceOf(imprint, "imprint");
    if (readOid(sequenceOf(algorithm, "algorithm")[0]!) !== OID.sha256) throw new BadQuery(FAILURE.badAlg);
    if (expectTag(hash, TAG.octetString, "hash").content.length !== 32) throw new BadQuery(FAILURE.badDataFormat);
    let nonce: Bytes | undefined;
    let certificateWanted = false;
    for (const part of rest) {
      if (part.tag === TAG.oid && readOid(part) !== POLICY) throw new BadQuery(FAILURE.unacceptedPolicy);
      else if (part.tag === TAG.integer) nonce = part.raw;
      else if (part.tag === TAG.boolean) certificateWanted = part.content[0] !== 0;
      else if (part.tag === context(0)) throw new BadQuery(FAILURE.unacceptedExtension);
    }
    return { imprint: imprint!.raw, certificateWanted, ...(nonce ? { nonce } : {}) };
  } catch (error) {
    if (error instanceof DerError) throw new BadQuery(FAILURE.badDataFormat);
    throw error;
  }
}

/** A granted answer: TimeStampResp with a token over the imprint. */
export async function grant(query: TimestampQuery, signer: CmsSigner, serial: bigint, time: Date): Promise<Bytes> {
  const halfSecond = derSequence(der(context(0, false), Uint8Array.of(0x01, 0xf4)));
  const info = derSequence(
    derInteger(1),
    derOid(POLICY),
    query.imprint,
    derInteger(serial),
    derGeneralizedTime(time),
    halfSecond,
    ...(query.nonce ? [query.nonce] : []),
  );
  const token = await signDetachedDigest(sha256(info), signer, { contentType: OID.tstInfo, embed: info });
  return derSequence(derSequence(derInteger(0)), query.certificateWanted ? token : withoutCertificates(token));
}

/** RFC 3161 2.4.1: without certReq the token must not carry certificates. */
function withoutCertificates(token: Bytes): Bytes {
  const [type, outer] = sequenceOf(parseDer(token), "CMS");
  const parts = sequenceOf(children(outer!)[0], "signed data").filter((part) => part.tag !== context(0));
  return derSequence(type!.raw, der(context(0), der(TAG.sequence, concat(...parts.map((part) => part.raw)))));
}

/** A refused answer. */
export const refuseQuery = (failure: number): Bytes => derSequence(derSequence(derInteger(2), derNamedBits([failure])));
