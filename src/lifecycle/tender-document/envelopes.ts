import { type Refusal, refuse } from "@/core/refusal";
import { PRICED_BILL_FILE } from "./bill/priced";
import { PRICE_FIELD } from "./bill/rules";
import type { TenderDocumentContent } from "./schema";

/** An opening of a lot and the envelope (信封) that is opened in it: the first, or with two envelopes the second. */
export type Round = 1 | 2;

type Plan = Pick<TenderDocumentContent, "envelopes">;
type Field = TenderDocumentContent["form"][number];

export const hasTwoEnvelopes = ({ envelopes }: Plan): boolean => envelopes.length === 2;

/** Words for an envelope; none where there is but one. */
export const envelopeText = (plan: Plan, round: Round): string =>
  hasTwoEnvelopes(plan) ? (round === 1 ? "第一信封" : "第二信封") : "";

/** The sealed segment of an envelope. */
export const segmentOf = ({ envelopes }: Plan, round: Round): string | undefined => envelopes[round - 1];

/** The envelope of a sealed segment; undefined when the tender has no such segment. */
export function roundOf({ envelopes }: Plan, segment: string): Round | undefined {
  const index = envelopes.indexOf(segment);
  return index < 0 ? undefined : index === 0 ? 1 : 2;
}

/**
 * Where a field of the opening form lies: what the tender document says, else amounts in the second envelope and the rest
 * in the first (domain rule of two envelopes: no price before the technical part is judged).
 */
export const envelopeOfField = (plan: Plan, { kind, envelope }: Pick<Field, "kind" | "envelope">): Round =>
  hasTwoEnvelopes(plan) ? (envelope ?? (kind === "money" ? 2 : 1)) : 1;

/**
 * Where a file lies: the priced bill in the second envelope, a required file where the tender document says, everything
 * else in the first.
 *
 * @param slot - id of the required file; another word for what is none.
 */
export function envelopeOfFile(
  content: Plan & Pick<TenderDocumentContent, "requiredFiles">,
  slot: string,
  name: string,
): Round {
  if (!hasTwoEnvelopes(content)) return 1;
  if (name === PRICED_BILL_FILE) return 2;
  return content.requiredFiles.find(({ id }) => id === slot)?.envelope ?? 1;
}

/** Is this required file opened and read before any price may be? */
export const isBeforePrices = (content: Plan & Pick<TenderDocumentContent, "requiredFiles">, slot: string): boolean =>
  hasTwoEnvelopes(content) && envelopeOfFile(content, slot, "") === 1;

/** Fields of the opening form that are opened with an envelope. */
export const fieldsOf = (content: Pick<TenderDocumentContent, "envelopes" | "form">, round: Round): Field[] =>
  content.form.filter((field) => envelopeOfField(content, field) === round);

/** A field as the document lists it: `工期（日历天）`, with its envelope where there are two. */
export function fieldText(content: Plan, field: Field): string {
  const notes = [field.unit, envelopeText(content, envelopeOfField(content, field))].filter(Boolean).join("，");
  return notes ? `${field.label}（${notes}）` : field.label;
}

/** A required file as the document lists it, with its envelope where there are two. */
export function fileText(
  content: Plan & Pick<TenderDocumentContent, "requiredFiles">,
  { id, title }: TenderDocumentContent["requiredFiles"][number],
): string {
  const envelope = envelopeText(content, envelopeOfFile(content, id, ""));
  return envelope ? `${title}（${envelope}）` : title;
}

/** The plan names envelopes that there are, and keeps the price in the second. */
export function refusalOfEnvelopes(
  content: Pick<TenderDocumentContent, "envelopes" | "form" | "requiredFiles">,
): Refusal | undefined {
  const { form, requiredFiles } = content;
  const titles = [
    ...form.filter(({ envelope }) => envelope === 2).map(({ label }) => label),
    ...requiredFiles.filter(({ envelope }) => envelope === 2).map(({ title }) => title),
  ];
  if (!hasTwoEnvelopes(content))
    return titles.length ? refuse("invalid", "document.no_second_envelope", { title: titles[0]! }) : undefined;
  const price = form.find(({ id }) => id === PRICE_FIELD);
  return price && envelopeOfField(content, price) === 1
    ? refuse("invalid", "document.price_in_first_envelope", { title: price.label })
    : undefined;
}
