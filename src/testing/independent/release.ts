import { constants, createDecipheriv, type KeyObject, privateDecrypt, randomBytes, X509Certificate } from "node:crypto";
import { canonical } from "./canonical";
import { type Signer, signDetached } from "./cms";
import { blobKeys, COMMITMENT_BYTES, contextOf, recoveryKey, SALT_BYTES, sha256 } from "./suite";

export interface ToRelease {
  /** The header's bytes as they stand in the package. */
  readonly header: Uint8Array;
  /** Id of the segment, and the first 56 bytes of each of its blobs. */
  readonly segment: string;
  readonly heads: readonly Uint8Array[];
  readonly sealHash: string;
  readonly closingHash: string;
  readonly by:
    | { readonly recoverySecret: Uint8Array }
    | { readonly certificate: string | Uint8Array; readonly key: KeyObject };
  readonly signer: Signer;
}

interface Header {
  readonly lot: string;
  readonly bid: string;
  readonly seq: number;
  readonly segments: readonly { id: string; stanzas: readonly { t: string; cert?: string; k: string }[] }[];
}

/** Unwraps the content key of a segment, compares every commitment, and signs the release of it. */
export function releaseSegment(asked: ToRelease): { payload: string; cms: string } {
  const header = JSON.parse(Buffer.from(asked.header).toString("utf8")) as Header;
  const index = header.segments.findIndex(({ id }) => id === asked.segment);
  const key = contentKeyOf(header.segments[index]!, asked.by);
  asked.heads.forEach((head, blob) => {
    const context = contextOf(sha256(asked.header), index, blob);
    const { commitment } = blobKeys(key, head.subarray(0, SALT_BYTES), context);
    if (!commitment.equals(head.subarray(SALT_BYTES, SALT_BYTES + COMMITMENT_BYTES)))
      throw new Error(`blob ${blob} was sealed with another key`);
  });
  const { lot, bid, seq } = header;
  const payload = canonical({
    format: "xbid-release/1",
    lot,
    bid,
    seq,
    segment: asked.segment,
    key: key.toString("base64url"),
    sealHash: asked.sealHash,
    closingHash: asked.closingHash,
    nonce: randomBytes(32).toString("base64url"),
  });
  return { payload: payload.toString("base64url"), cms: signDetached(payload, asked.signer).toString("base64url") };
}

function contentKeyOf({ id, stanzas }: Header["segments"][number], by: ToRelease["by"]): Buffer {
  if ("recoverySecret" in by) {
    const wrapped = Buffer.from(stanzas.find(({ t }) => t === "recovery")!.k, "base64url");
    const decipher = createDecipheriv("aes-256-gcm", recoveryKey(by.recoverySecret, id), Buffer.alloc(12));
    decipher.setAuthTag(wrapped.subarray(32));
    return Buffer.concat([decipher.update(wrapped.subarray(0, 32)), decipher.final()]);
  }
  const fingerprint = sha256(new X509Certificate(by.certificate).raw).toString("hex");
  const wrapped = Buffer.from(stanzas.find(({ cert }) => cert === fingerprint)!.k, "base64url");
  return privateDecrypt({ key: by.key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" }, wrapped);
}
