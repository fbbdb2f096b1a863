/** Codes a package may be refused with by what it is; codes about time and standing are given by the lot. */
export type PackageCode = "RF-02" | "RF-03" | "RF-04" | "RF-05" | "RF-06" | "RF-08" | "RF-09";

/** Where in the order of checks it stopped. Stable names, for logs and tests. */
export type PackageCheck =
  | "magic"
  | "framing"
  | "header"
  | "suite"
  | "tender"
  | "lot"
  | "bid"
  | "seq"
  | "document"
  | "policy"
  | "segments"
  | "stanzas"
  | "lengths"
  | "seal"
  | "binding"
  | "root"
  | "signature"
  | "company"
  | "certificate"
  | "credit-code";

/** A package is not what it must be. `reason` is a Chinese sentence for the bidder. */
export class PackageRefused extends Error {
  constructor(
    readonly code: PackageCode,
    readonly check: PackageCheck,
    readonly reason: string,
  ) {
    super(`${code} ${check}: ${reason}`);
    this.name = "PackageRefused";
  }
}

/** Why a received package does not open. */
export type OpenProblem =
  /** No stanza is meant for this key. */
  | "no-stanza"
  /** The stanza does not unwrap: another key, or changed bytes. One answer for all causes. */
  | "unwrap"
  /** The content key is not the one the package was sealed with. */
  | "commitment"
  /** Encrypted bytes were changed, moved or cut. */
  | "chunk"
  /** The manifest is not what the format asks for. */
  | "manifest"
  /** A file is not the one the manifest names. */
  | "file";

/** `reason` is a Chinese sentence. */
export class OpenError extends Error {
  constructor(
    readonly problem: OpenProblem,
    readonly reason: string,
  ) {
    super(`${problem}: ${reason}`);
    this.name = "OpenError";
  }
}
