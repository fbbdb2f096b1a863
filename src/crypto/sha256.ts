import { sha256 as noble } from "@noble/hashes/sha2.js";
import type { Bytes } from "@/core/bytes";

/** SHA-256, at once. The library stands for what WebCrypto lacks: a hash that is fed piece by piece. */
export const sha256 = (bytes: Uint8Array): Bytes => noble(bytes) as Bytes;

/** A hash that is fed: `update` as often as needed, then `digest` once. */
export interface RunningSha256 {
  update(bytes: Uint8Array): void;
  digest(): Bytes;
}

export function sha256Stream(): RunningSha256 {
  const state = noble.create();
  return { update: (bytes) => void state.update(bytes), digest: () => state.digest() as Bytes };
}
