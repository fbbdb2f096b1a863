import { readFile } from "node:fs/promises";
import { pdfText } from "@/documents/pdf-text";
import { type Draft, sealedForm } from "@/lifecycle/bidding/draft";
import { MAX_LOOKED_BYTES, priceSentence, writtenPrices } from "@/lifecycle/bidding/pdf-price";
import { sealedPrice } from "@/lifecycle/tender-document/bill/rules";
import { isBeforePrices } from "@/lifecycle/tender-document/envelopes";
import type { TenderDocumentContent } from "@/lifecycle/tender-document/schema";

/** Required files whose text says another total price than the opening form. */
export async function priceWarnings(content: TenderDocumentContent, draft: Draft): Promise<string[]> {
  const price = sealedPrice(sealedForm(content, draft));
  const warnings: string[] = [];
  for (const { id, title } of content.requiredFiles) {
    const file = draft.files.find(({ slot }) => slot === id);
    if (!file || file.sizeBytes > MAX_LOOKED_BYTES) continue;
    const written = writtenPrices((await pdfText(await readFile(file.id))) ?? "");
    const sentence = priceSentence(title, written, price, isBeforePrices(content, id));
    if (sentence) warnings.push(sentence);
  }
  return warnings;
}
