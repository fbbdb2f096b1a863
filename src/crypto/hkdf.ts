import { expand } from "@noble/hashes/hkdf.js";
import { sha512 } from "@noble/hashes/sha2.js";
import type { Bytes } from "@/core/bytes";

/** HKDF-Expand (RFC 5869 2.3) with SHA-512. WebCrypto offers only extract and expand together. */
export const hkdfExpandSha512 = (key: Uint8Array, info: Uint8Array, length: number): Bytes =>
  expand(sha512, key, info, length) as Bytes;
