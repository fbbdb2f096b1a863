"use client";

import { useEffect, useState } from "react";
import { sealedPrice } from "@/lifecycle/tender-document/bill/rules";
import { isBeforePrices } from "@/lifecycle/tender-document/envelopes";
import type { TenderDocumentContent } from "@/lifecycle/tender-document/schema";
import { keptFile } from "../client/draft-store";
import { type Draft, type DraftFile, sealedForm } from "../draft";
import { MAX_LOOKED_BYTES, priceSentence, type WrittenPrice } from "../pdf-price";
import type { PdfPriceAnswer } from "./pdf-price-worker";

const LIMIT_MS = 15_000;
const NOTHING: readonly WrittenPrice[] = [];

/** Total prices in the text of one kept file; nothing when it cannot be read, or not in time. */
async function pricesIn(orgId: string, lotId: string, file: DraftFile): Promise<readonly WrittenPrice[]> {
  const bytes = new Uint8Array(await (await keptFile(orgId, lotId, file)).arrayBuffer());
  const worker = new Worker(new URL("./pdf-price-worker.ts", import.meta.url), { type: "module" });
  try {
    return await new Promise<readonly WrittenPrice[]>((resolve) => {
      const timer = setTimeout(() => resolve(NOTHING), LIMIT_MS);
      const end = (found: readonly WrittenPrice[]) => {
        clearTimeout(timer);
        resolve(found);
      };
      worker.onmessage = ({ data }: MessageEvent<PdfPriceAnswer>) => end(data);
      worker.onerror = () => end(NOTHING);
      worker.postMessage(bytes);
    });
  } finally {
    worker.terminate();
  }
}

/** What required files say of the total price that the form does not: told before sealing, hindering nothing. */
export function usePriceWarnings(
  orgId: string,
  lotId: string,
  content: TenderDocumentContent | undefined,
  draft: Draft,
): readonly string[] {
  const [found, setFound] = useState<Readonly<Record<string, readonly WrittenPrice[]>>>({});
  const required = content?.requiredFiles ?? [];
  const files = draft.files.filter(
    ({ slot, sizeBytes }) => required.some(({ id }) => id === slot) && sizeBytes <= MAX_LOOKED_BYTES,
  );
  // One file after another; a file keeps its id and its bytes.
  const next = files.find(({ id }) => found[id] === undefined);
  useEffect(() => {
    if (!next) return;
    let current = true;
    pricesIn(orgId, lotId, next)
      .catch(() => NOTHING)
      .then((prices) => current && setFound((old) => ({ ...old, [next.id]: prices })));
    return () => {
      current = false;
    };
  }, [next, orgId, lotId]);
  const price = content && sealedPrice(sealedForm(content, draft));
  if (!content) return [];
  return files.flatMap((file) => {
    const title = required.find(({ id }) => id === file.slot)?.title ?? "";
    return priceSentence(title, found[file.id] ?? NOTHING, price, isBeforePrices(content, file.slot)) ?? [];
  });
}
