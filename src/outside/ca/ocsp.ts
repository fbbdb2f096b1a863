import { createHash } from "node:crypto";
import { type Bytes, concat, equalBytes } from "@/core/bytes";
import {
  context,
  DerError,
  der,
  derBits,
  derGeneralizedTime,
  derNull,
  derOctets,
  derOid,
  derSequence,
  expectTag,
  parseDer,
  readBigInt,
  readBits,
  readOid,
  sequenceOf,
  TAG,
} from "@/crypto/der";
import { OID } from "@/crypto/oid";
import { hashOfOid } from "@/crypto/signature";

/** An answer holds this long. */
const LIFE_MS = 5 * 60_000;

export interface OcspIssuer {
  readonly name: Bytes;
  readonly spki: Bytes;
  sign(tbs: Bytes): Bytes;
  /** good: issued here and not revoked; revoked since; unknown: never issued here. */
  statusOf(serial: bigint): { readonly status: "good" | "unknown" } | { readonly status: "revoked"; readonly at: Date };
}

const NODE_HASHES: Readonly<Record<string, string>> = { "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384" };
const digest = (hash: string, bytes: Uint8Array): Bytes =>
  new Uint8Array(
    createHash(NODE_HASHES[hash] ?? "sha256")
      .update(bytes)
      .digest(),
  );

/**
 * Answers a request of the Online Certificate Status Protocol (RFC 6960) for certificates of one issuer, signed by the
 * issuer itself. A request that is none, or about another issuer, gets an answer without content.
 */
export function ocspAnswer(request: Bytes, issuer: OcspIssuer, now: Date): Bytes {
  const failure = (code: number) => derSequence(der(TAG.enumerated, Uint8Array.of(code)));
  let asked: { raw: Bytes; serial: bigint }[];
  const key = readBits(sequenceOf(parseDer(issuer.spki), "public key")[1]!);
  try {
    const [tbs] = sequenceOf(parseDer(request), "request");
    const list = sequenceOf(tbs, "request data").find(({ tag }) => tag === TAG.sequence);
    asked = sequenceOf(list, "requests").map((one) => {
      const [certId] = sequenceOf(one, "request");
      const [algorithm, name, keyHash, serial] = sequenceOf(certId, "certificate id");
      const hash = hashOfOid(readOid(sequenceOf(algorithm, "hash")[0]!)) ?? "";
      const ours =
        equalBytes(expectTag(name, TAG.octetString, "name").content, digest(hash, issuer.name)) &&
        equalBytes(expectTag(keyHash, TAG.octetString, "key").content, digest(hash, key));
      if (!ours) throw new DerError("another issuer");
      return { raw: concat(certId!.raw), serial: readBigInt(expectTag(serial, TAG.integer, "serial")) };
    });
  } catch (error) {
    if (error instanceof DerError) return failure(error.message === "another issuer" ? 6 : 1);
    throw error;
  }
  const second = new Date(Math.floor(now.getTime() / 1000) * 1000);
  const singles = asked.map(({ raw, serial }) => {
    const found = issuer.statusOf(serial);
    const status =
      found.status === "good"
        ? der(context(0, false), new Uint8Array(0))
        : found.status === "revoked"
          ? der(context(1), derGeneralizedTime(new Date(Math.floor(found.at.getTime() / 1000) * 1000)))
          : der(context(2, false), new Uint8Array(0));
    return derSequence(
      raw,
      status,
      derGeneralizedTime(second),
      der(context(0), derGeneralizedTime(new Date(second.getTime() + LIFE_MS))),
    );
  });
  const data = derSequence(
    der(context(2), derOctets(digest("SHA-1", key))),
    derGeneralizedTime(second),
    derSequence(...singles),
  );
  const basic = derSequence(data, derSequence(derOid(OID.sha256WithRsa), derNull()), derBits(issuer.sign(data)));
  return derSequence(
    der(TAG.enumerated, Uint8Array.of(0)),
    der(context(0), derSequence(derOid(OID.ocspBasic), derOctets(basic))),
  );
}
