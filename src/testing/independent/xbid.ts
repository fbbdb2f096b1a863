import { constants, publicEncrypt, randomBytes, X509Certificate } from "node:crypto";
import { canonical, type Json } from "./canonical";
import { type Signer, signDetached } from "./cms";
import { blobKeys, CHUNK_BYTES, contextOf, encrypt, recoveryKey, SALT_BYTES, SUITE, sha256, u32 } from "./suite";

/**
 * A second tool that seals bids, made from `public/specs` and nothing else: it shares no line with the platform's own,
 * and so shows whether the specification is enough. It keeps everything in memory, which a tool for bidders must not.
 */

export interface BidToSeal {
  /** Codes of tender project and lot. */
  readonly tender: string;
  readonly lot: string;
  /** UUID of the bid, and the number of this package in it. */
  readonly bid: string;
  readonly seq: number;
  /** SHA-256 (hex) of the tender document. */
  readonly tenderDigest: string;
  /** In the order of the tender's plan. */
  readonly envelopes: readonly Envelope[];
  /** Whether the tender draws. */
  readonly draws?: boolean;
  /** PEM or DER: who can open the bid. */
  readonly encryptionCertificates: readonly (string | Uint8Array)[];
  /** 32 random bytes, for this package alone. */
  readonly recoverySecret: Uint8Array;
  readonly signer: Signer;
  readonly sealedAt: Date;
}

export interface Envelope {
  readonly id: string;
  readonly form: Readonly<Record<string, string>>;
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

const MAGIC = Buffer.from("xinbiao.org/xbid/v1\n", "latin1");
const PART_BYTES = 1_048_576;
const MANIFEST_UNIT = 4096;

/** The bytes of a whole `.xbid` file. */
export function sealBid(bid: BidToSeal): Buffer {
  const sealed = bid.envelopes.map((envelope, index) => ({
    id: envelope.id,
    key: randomBytes(32),
    blobs: [manifestOf(envelope, bid.draws === true && index === 0), ...envelope.files.map(({ bytes }) => bytes)],
  }));
  const header = canonical({
    format: "xbid/1",
    suite: SUITE,
    tender: bid.tender,
    lot: bid.lot,
    bid: bid.bid,
    seq: bid.seq,
    tenderDigest: bid.tenderDigest,
    policy: "bidder",
    segments: sealed.map(({ id, key, blobs }) => ({
      id,
      stanzas: [
        ...bid.encryptionCertificates.map((certificate) => forCertificate(key, certificate)),
        forRecovery(key, bid.recoverySecret, id),
      ],
      blobs: blobs.map(({ length }) => sealedLength(length)),
    })),
  });
  const headerHash = sha256(header);
  const blobs = sealed.flatMap(({ key, blobs }, segment) =>
    blobs.map((bytes, blob) => sealBlob(key, contextOf(headerHash, segment, blob), bytes)),
  );
  const body = Buffer.concat([MAGIC, u32(header.length), header, ...blobs]);
  const seal = canonical({
    format: "xbid-seal/1",
    suite: SUITE,
    bid: bid.bid,
    seq: bid.seq,
    headerHash: headerHash.toString("hex"),
    bodyLength: body.length,
    partSize: PART_BYTES,
    bodyRoot: merkleRoot(leavesOf(body)).toString("hex"),
    sealedAt: bid.sealedAt.toISOString(),
    tool: "independent/1",
  });
  const signature = signDetached(seal, bid.signer);
  return Buffer.concat([body, u32(seal.length), seal, u32(signature.length), signature]);
}

function manifestOf({ form, files }: Envelope, draws: boolean): Buffer {
  const json = canonical({
    format: "xbid-manifest/1",
    form,
    files: files.map(({ name, bytes }) => ({ name, size: bytes.length, sha256: sha256(bytes).toString("hex") })),
    ...(draws ? { draw: randomBytes(32).toString("base64url") } : {}),
  });
  const padded = Buffer.alloc(Math.ceil(json.length / MANIFEST_UNIT) * MANIFEST_UNIT, " ");
  json.copy(padded);
  return padded;
}

function forCertificate(contentKey: Uint8Array, certificate: string | Uint8Array): Json {
  const { raw, publicKey } = new X509Certificate(certificate);
  const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" };
  const wrapped = publicEncrypt({ key: publicKey, ...padding }, contentKey);
  return { t: "bidder", alg: "RSA-OAEP-256", cert: sha256(raw).toString("hex"), k: wrapped.toString("base64url") };
}

function forRecovery(contentKey: Uint8Array, secret: Uint8Array, segment: string): Json {
  const wrapped = encrypt(recoveryKey(secret, segment), Buffer.alloc(12), contentKey);
  return { t: "recovery", alg: "HKDF-A256GCM", k: wrapped.toString("base64url") };
}

/** C2SP chunked-encryption: salt, commitment, chunks of which the last is shorter than the others. */
function sealBlob(contentKey: Uint8Array, context: Uint8Array, message: Uint8Array): Buffer {
  const salt = randomBytes(SALT_BYTES);
  const { key, baseNonce, commitment } = blobKeys(contentKey, salt, context);
  const chunks: Buffer[] = [];
  for (let i = 0; i * CHUNK_BYTES <= message.length; i++) {
    const nonce = Buffer.from(baseNonce);
    nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ i) >>> 0, 8);
    chunks.push(encrypt(key, nonce, message.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES)));
  }
  return Buffer.concat([salt, commitment, ...chunks]);
}

const sealedLength = (length: number): number => 56 + length + 16 * (Math.floor(length / CHUNK_BYTES) + 1);

function leavesOf(body: Uint8Array): Buffer[] {
  const leaves: Buffer[] = [];
  for (let at = 0; at < body.length; at += PART_BYTES)
    leaves.push(sha256(Buffer.of(0), body.subarray(at, at + PART_BYTES)));
  return leaves;
}

/** RFC 6962 2.1: the left side has the greatest power of two that is smaller than the number of leaves. */
function merkleRoot(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 1) return leaves[0]!;
  let left = 1;
  while (left * 2 < leaves.length) left *= 2;
  return sha256(Buffer.of(1), merkleRoot(leaves.slice(0, left)), merkleRoot(leaves.slice(left)));
}
