import { type Bytes, base64url } from "@/core/bytes";
import { type CanonicalValue, exactMembers, NotCanonical } from "@/core/canonical-json";
import { type Certificate, creditCodeOf } from "../certificate";
import { readBytes, readCount, readHash, SECRET_BYTES } from "./schema";

/** Release of one segment's content key at the opening, signed by the bidder. The private key stays where it is. */
export interface Release {
  readonly lot: string;
  readonly bid: string;
  readonly seq: number;
  readonly segment: string;
  /** The content key. */
  readonly key: Bytes;
  /** SHA-256 of the seal bytes of the package. */
  readonly sealHash: string;
  /** SHA-256 of the closing record's bytes: the release is for this opening only. */
  readonly closingHash: string;
  /** 32 random bytes: two releases never look alike. */
  readonly nonce: Bytes;
}

/** The payload to sign with `signStatement`. */
export function releasePayload(release: Release): CanonicalValue {
  const { key, nonce, lot, bid, seq, segment, sealHash, closingHash } = release;
  if (key.length !== SECRET_BYTES || nonce.length !== SECRET_BYTES) throw new RangeError("key and nonce have 32 bytes");
  const bytes = { key: base64url(key), nonce: base64url(nonce) };
  return { format: "xbid-release/1", lot, bid, seq, segment, sealHash, closingHash, ...bytes };
}

/** Reads a payload. Says nothing about whether the key is right. @throws NotCanonical */
export function readRelease(value: CanonicalValue): Release {
  const names = ["format", "lot", "bid", "seq", "segment", "key", "sealHash", "closingHash", "nonce"];
  const { format, lot, bid, seq, segment, key, sealHash, closingHash, nonce } = exactMembers(value, names);
  if (format !== "xbid-release/1") throw new NotCanonical("unknown format");
  const release = {
    lot: nonEmpty(lot, "lot"),
    bid: nonEmpty(bid, "bid"),
    seq: readCount(seq, "seq", 1),
    segment: nonEmpty(segment, "segment"),
    key: readBytes(key, "key"),
    sealHash: readHash(sealHash, "seal hash"),
    closingHash: readHash(closingHash, "closing hash"),
    nonce: readBytes(nonce, "nonce"),
  };
  if (release.key.length !== SECRET_BYTES || release.nonce.length !== SECRET_BYTES)
    throw new NotCanonical("key and nonce have 32 bytes");
  return release;
}

function nonEmpty(value: CanonicalValue | undefined, what: string): string {
  if (typeof value !== "string" || !value) throw new NotCanonical(`${what} is not a text`);
  return value;
}

/**
 * May this certificate release what `sealed` signed? The same one, or a renewed one of the same organisation that
 * is not older. That it is valid at the release is asked with the signature.
 */
export function mayRelease(signer: Certificate, sealed: Certificate): boolean {
  if (signer.fingerprint === sealed.fingerprint) return true;
  const code = creditCodeOf(signer);
  return code !== undefined && code === creditCodeOf(sealed) && signer.notBefore >= sealed.notBefore;
}
