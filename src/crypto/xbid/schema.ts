import { type Bytes, fromBase64url } from "@/core/bytes";
import { type CanonicalValue, exactMembers, NotCanonical, parseCanonical } from "@/core/canonical-json";
import { PART_BYTES } from "../merkle";

/** The open bid package `.xbid`: what its JSON parts may say. Specification: `public/specs/xbid.md`. */
export const MAGIC = "xinbiao.org/xbid/v1\n";
/** Magic and the length of the header. */
export const PREAMBLE_BYTES = 24;
export const MAX_HEADER_BYTES = 262_144;
export const MAX_SEAL_BYTES = 16_384;
export const MAX_SIGNATURE_BYTES = 65_536;
export const MANIFEST_UNIT_BYTES = 4_096;
export const MAX_MANIFEST_BYTES = 1_048_576;
/** Content key of suite XB-RSA-1, recovery secret, draw contribution. */
export const SECRET_BYTES = 32;

export const SUITES = ["XB-RSA-1"] as const;
export type Suite = (typeof SUITES)[number];
/** Suites that the format knows; a package of one that we cannot handle is known, not unknown. */
export const KNOWN_SUITES: readonly string[] = ["XB-RSA-1", "XB-GM-1"];

export const POLICIES = ["bidder", "recovery-only"] as const;
export type KeyPolicy = (typeof POLICIES)[number];

export interface BidderStanza {
  readonly t: "bidder";
  readonly alg: "RSA-OAEP-256" | "RSA-OAEP-1" | "RSA-PKCS1-TOKEN";
  /** Fingerprint of the encryption certificate. */
  readonly cert: string;
  readonly k: Bytes;
}

export interface RecoveryStanza {
  readonly t: "recovery";
  readonly alg: "HKDF-A256GCM";
  readonly k: Bytes;
}

/** A stanza that v1 reserves, or one that nobody knows: read, so that it can be refused for what it is. */
export interface ForeignStanza {
  readonly t: "foreign";
  readonly name: string;
}

export type Stanza = BidderStanza | RecoveryStanza | ForeignStanza;

export interface Segment {
  readonly id: string;
  readonly stanzas: readonly Stanza[];
  /** Ciphertext lengths in bytes; the first is the manifest's. */
  readonly blobs: readonly number[];
}

export interface Header {
  readonly suite: string;
  readonly tender: string;
  readonly lot: string;
  readonly bid: string;
  readonly seq: number;
  /** SHA-256 of the tender document version the bid was made for. */
  readonly tenderDigest: string;
  readonly policy: string;
  readonly segments: readonly Segment[];
}

export interface Seal {
  readonly suite: string;
  readonly bid: string;
  readonly seq: number;
  readonly headerHash: string;
  readonly bodyLength: number;
  readonly bodyRoot: string;
  /** What the bidder's computer believed; information only. */
  readonly sealedAt: string;
  readonly tool: string;
}

export interface ManifestFile {
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
}

const MAX_TEXT = 200;
const HASH = /^[0-9a-f]{64}$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const UTC = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d{1,9})?Z$/;
const ASYMMETRIC: readonly string[] = ["RSA-OAEP-256", "RSA-OAEP-1", "RSA-PKCS1-TOKEN"];

function text(value: CanonicalValue | undefined, what: string, pattern?: RegExp): string {
  if (typeof value !== "string" || !value || value.length > MAX_TEXT) throw new NotCanonical(`${what} is not a text`);
  if (pattern && !pattern.test(value)) throw new NotCanonical(`${what} has another form`);
  return value;
}

export const readHash = (value: CanonicalValue | undefined, what: string): string => text(value, what, HASH);

export function readCount(value: CanonicalValue | undefined, what: string, least: number): number {
  if (typeof value !== "number" || value < least) throw new NotCanonical(`${what} is not a number from ${least}`);
  return value;
}

export function readList(value: CanonicalValue | undefined, what: string): readonly CanonicalValue[] {
  if (!Array.isArray(value)) throw new NotCanonical(`${what} is not a list`);
  return value;
}

export function readBytes(value: CanonicalValue | undefined, what: string): Bytes {
  if (typeof value !== "string") throw new NotCanonical(`${what} is not base64url`);
  try {
    return fromBase64url(value);
  } catch {
    throw new NotCanonical(`${what} is not base64url`);
  }
}

function readStanza(value: CanonicalValue): Stanza {
  if (typeof value !== "object" || Array.isArray(value)) throw new NotCanonical("stanza is not an object");
  const { t, alg: named } = value as Record<string, CanonicalValue>;
  const name = text(t, "stanza type");
  const alg = text(named, "stanza algorithm");
  if (name === "bidder" && ASYMMETRIC.includes(alg)) {
    const { cert, k } = exactMembers(value, ["t", "alg", "cert", "k"]);
    return {
      t: name,
      alg: alg as BidderStanza["alg"],
      cert: readHash(cert, "stanza certificate"),
      k: readBytes(k, "k"),
    };
  }
  if (name === "recovery" && alg === "HKDF-A256GCM") {
    const { k } = exactMembers(value, ["t", "alg", "k"]);
    return { t: name, alg, k: readBytes(k, "k") };
  }
  return { t: "foreign", name: `${name} ${alg}` };
}

function readSegment(value: CanonicalValue): Segment {
  const { id, stanzas, blobs } = exactMembers(value, ["id", "stanzas", "blobs"]);
  return {
    id: text(id, "segment id"),
    stanzas: readList(stanzas, "stanzas").map(readStanza),
    blobs: readList(blobs, "blobs").map((length) => readCount(length, "blob length", 0)),
  };
}

/** Reads the bytes of a header. @throws NotCanonical */
export function readHeader(bytes: Uint8Array): Header {
  const names = ["format", "suite", "tender", "lot", "bid", "seq", "tenderDigest", "policy", "segments"];
  const value = exactMembers(parseCanonical(bytes), names);
  if (value.format !== "xbid/1") throw new NotCanonical("unknown format");
  const segments = readList(value.segments, "segments").map(readSegment);
  return {
    suite: text(value.suite, "suite"),
    tender: text(value.tender, "tender"),
    lot: text(value.lot, "lot"),
    bid: text(value.bid, "bid", UUID),
    seq: readCount(value.seq, "seq", 1),
    tenderDigest: readHash(value.tenderDigest, "tender digest"),
    policy: text(value.policy, "policy"),
    segments,
  };
}

/** Reads the bytes of a seal. @throws NotCanonical */
export function readSeal(bytes: Uint8Array): Seal {
  const names = [
    "format",
    "suite",
    "bid",
    "seq",
    "headerHash",
    "bodyLength",
    "partSize",
    "bodyRoot",
    "sealedAt",
    "tool",
  ];
  const value = exactMembers(parseCanonical(bytes), names);
  if (value.format !== "xbid-seal/1") throw new NotCanonical("unknown format");
  if (value.partSize !== PART_BYTES) throw new NotCanonical("part size must be 1 MiB");
  return {
    suite: text(value.suite, "suite"),
    bid: text(value.bid, "bid", UUID),
    seq: readCount(value.seq, "seq", 1),
    headerHash: readHash(value.headerHash, "header hash"),
    bodyLength: readCount(value.bodyLength, "body length", PREAMBLE_BYTES),
    bodyRoot: readHash(value.bodyRoot, "body root"),
    sealedAt: text(value.sealedAt, "sealedAt", UTC),
    tool: text(value.tool, "tool"),
  };
}
