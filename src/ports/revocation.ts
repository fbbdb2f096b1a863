/** Where revocation lists come from. Unknown is an answer: the caller decides what it means for the act. */
export interface RevocationSource {
  /**
   * DER bytes of the lists that could be had, newest known ones when a source is down. Never throws.
   *
   * @param time - legal time of the act: a list that has ended by then is fetched anew before it is given.
   */
  lists(urls: readonly string[], time: Date): Promise<Uint8Array<ArrayBuffer>[]>;

  /** DER answers of responders to one request; those that gave none are left out. Never throws. */
  statuses(urls: readonly string[], request: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>[]>;
}
