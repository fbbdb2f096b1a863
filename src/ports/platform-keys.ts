import type { CmsSigner } from "@/crypto/cms";

/** The platform's own signing keys (平台证书): receipts, closing records, messages. None of them can open a bid. */
export interface PlatformKeys {
  /** @param platformCode - 11-character code of the site. */
  signerOf(platformCode: string): CmsSigner;
}
