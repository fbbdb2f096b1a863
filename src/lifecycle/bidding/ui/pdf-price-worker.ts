import { pdfText } from "@/documents/pdf-text";
import { type WrittenPrice, writtenPrices } from "../pdf-price";

export type PdfPriceAnswer = readonly WrittenPrice[];

/** Looks for total prices in the text of one PDF, away from the page. */
const scope = globalThis as unknown as DedicatedWorkerGlobalScope;
scope.onmessage = async ({ data }: MessageEvent<Uint8Array>) => {
  const answer: PdfPriceAnswer = writtenPrices((await pdfText(data)) ?? "");
  scope.postMessage(answer);
};
