import { readFile } from "node:fs/promises";
import { pdfText } from "@/documents/pdf-text";
import { type Draft, sealedForm } from "@/lifecycle/bidding/draft";
import { MAX_LOOKED_BYTES, otherPriceSentence, otherPrices, writtenPrices } from "@/lifecycle/bidding/pdf-price";
import { sealedPrice } from "@/lifecycle/tender-document/bill/rules";
import type { TenderDocumentContent } from "@/lifecycle/tender-document/schema";

/** Required files whose text says another total price than the opening form. */
export async function priceWarnings(content: TenderDocumentContent, draft: Draft): Promise<string[]> {
  const price = sealedPrice(sealedForm(content, draft));
  const warnings: string[] = [];
  if (price === undefined) return warnings;
  for (const { id, title } of content.requiredFiles) {
    const file = draft.files.find(({ slot }) => slot === id);
    if (!file || file.sizeBytes > MAX_LOOKED_BYTES) continue;
    const other = otherPrices(writtenPrices((await pdfText(await readFile(file.id))) ?? ""), price);
    if (other.length) warnings.push(otherPriceSentence(title, other, price));
  }
  return warnings;
}
