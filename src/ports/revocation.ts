/** Where revocation lists come from. Unknown is an answer: the caller decides what it means for the act. */
export interface RevocationSource {
  /** DER bytes of the lists that could be had, newest known ones when a source is down. Never throws. */
  lists(urls: readonly string[]): Promise<Uint8Array<ArrayBuffer>[]>;
}
