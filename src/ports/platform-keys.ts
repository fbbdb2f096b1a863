import type { CmsSigner } from "@/crypto/cms";

/** The platform's own signing keys (平台证书): receipts, closing records, messages. None of them can open a bid. */
export interface PlatformKeys {
  /** @param platformCode - 11-character code of the site. */
  signerOf(platformCode: string): CmsSigner;
  /**
   * Makes the key of a new site and a request for its certificate (PKCS#10, PEM). Asked again before the certificate is
   * installed, it answers with a request for the same key.
   */
  request(platformCode: string, subject: { name: string; organisation: string; creditCode: string }): string;
  /** Keeps the certificate (PEM, leaf first) of a key that `request` made. @throws Error when it is of another key. */
  install(platformCode: string, chainPem: string): void;
}
