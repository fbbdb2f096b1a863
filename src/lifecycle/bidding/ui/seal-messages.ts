import type { Bytes } from "@/core/bytes";
import type { Purpose } from "../purpose";
import type { ReceiptView } from "../schema";

/** What the page gives the sealing worker. Keys travel as objects that cannot be read, files as they lie on the disk. */
export interface SealJob {
  readonly kind: "seal";
  readonly lotId: string;
  readonly purpose: Purpose;
  readonly tender: string;
  readonly lot: string;
  readonly bid: string;
  readonly seq: number;
  readonly tenderDigest: string;
  readonly segments: readonly {
    readonly id: string;
    readonly form: Readonly<Record<string, string>>;
    readonly files: readonly { readonly name: string; readonly file: Blob }[];
    readonly draw?: Bytes;
  }[];
  readonly signing: { readonly key: CryptoKey; readonly certificate: Bytes; readonly chain: readonly Bytes[] };
  readonly encryption: { readonly key: CryptoKey; readonly certificate: Bytes };
  readonly recoverySecret: Bytes;
}

export type ToWorker =
  | SealJob
  /** Goes on after a failure: the same package, only what is missing. */
  | { readonly kind: "resume" }
  /** The final act, after the person agreed to sign. */
  | { readonly kind: "submit"; readonly sealedAt: string };

export type FromWorker =
  | { readonly kind: "hashing"; readonly done: number; readonly total: number }
  /** Certificate and recovery code both opened the package on this computer. */
  | { readonly kind: "rehearsed"; readonly bodyLength: number }
  | { readonly kind: "sent"; readonly bytes: number }
  | { readonly kind: "line"; readonly up: boolean }
  | { readonly kind: "uploaded" }
  | { readonly kind: "receipt"; readonly receipt: ReceiptView }
  | {
      readonly kind: "failed";
      readonly during: "seal" | "upload" | "submit";
      readonly sentence: string;
      readonly canResume: boolean;
    };
