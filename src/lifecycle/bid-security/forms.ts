import type { TenderDocumentContent } from "@/lifecycle/tender-document/schema";

/** How a bid may be secured under its tender document. Words that name no form the platform knows leave both open. */
export function formsAllowed({
  securityFen,
  securityForms,
}: Pick<TenderDocumentContent, "securityFen" | "securityForms">): {
  readonly requiredFen: bigint;
  readonly transfer: boolean;
  readonly guarantee: boolean;
} {
  const requiredFen = BigInt(securityFen);
  if (!requiredFen) return { requiredFen, transfer: false, guarantee: false };
  const words = securityForms.join(" ");
  const transfer = /转账|电汇|现金|支票|汇票|本票/.test(words);
  const guarantee = /保函|保险|担保/.test(words);
  return transfer || guarantee
    ? { requiredFen, transfer, guarantee }
    : { requiredFen, transfer: true, guarantee: true };
}
