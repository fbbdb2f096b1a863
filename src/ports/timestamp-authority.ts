/** Time-stamp service (RFC 3161). Its answer never decides a deadline; it is attached when it comes. */
export interface TimestampAuthority {
  /** A verified token over `data`, or undefined when the service gave none in `withinMs` milliseconds. Never throws. */
  stamp(
    url: string,
    trust: readonly string[],
    data: Uint8Array<ArrayBuffer>,
    withinMs: number,
  ): Promise<Uint8Array<ArrayBuffer> | undefined>;
}
