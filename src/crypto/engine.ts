import type { Bytes } from "@/core/bytes";
import type { RunningSha256 } from "./sha256";

/**
 * What an engine does faster by code of its own than through WebCrypto or the library: on Node a chunk of 16 KiB costs
 * several times as much on its way to a thread and back as its encryption does. The results are the same bytes.
 */
export interface CryptoEngine {
  /** A running SHA-256. */
  hash(): RunningSha256;
  /** AES-256-GCM under one key: writes ciphertext and tag of a piece, under a nonce that is used once, to where they belong. */
  aesGcm(key: Bytes): (nonce: Bytes, plain: Bytes, into: Bytes) => void;
}
