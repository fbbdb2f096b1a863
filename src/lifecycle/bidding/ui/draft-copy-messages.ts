import type { Bytes } from "@/core/bytes";
import type { CopyKey, DraftContent } from "../client/draft-copy";
import type { DraftFile } from "../draft";
import type { DraftCopyView } from "../schema";

interface Place {
  readonly orgId: string;
  readonly lotId: string;
  /** Code of the lot. */
  readonly lot: string;
}

export type ToCopyWorker =
  | (Place & {
      readonly kind: "keep";
      readonly draft: DraftContent;
      readonly files: readonly (DraftFile & { readonly file: Blob })[];
      readonly certificate: Bytes;
      readonly signing: { readonly key: CryptoKey; readonly certificate: Bytes; readonly chain: readonly Bytes[] };
      readonly savedAt: string;
    })
  | (Place & { readonly kind: "fetch"; readonly copy: DraftCopyView; readonly key: CopyKey });

export type FromCopyWorker =
  | { readonly kind: "progress"; readonly done: number; readonly total: number }
  | { readonly kind: "line"; readonly up: boolean }
  | { readonly kind: "kept" }
  | { readonly kind: "fetched"; readonly content: DraftContent }
  | { readonly kind: "failed"; readonly sentence: string };
