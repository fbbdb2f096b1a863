// The texts are outside, but the compiler must know which codes have one: a type-only import, the single one of this folder.
import type { RefusalCode } from "@/i18n/refusal-codes";

/** What kind of "no" it is. `kit/errors.ts` maps each kind to one transport code. */
export type RefusalKind = "not_found" | "forbidden" | "too_early" | "too_late" | "conflict" | "invalid" | "unavailable";

/** Values that fill the sentence of a refusal. Plain JSON; instants as ISO strings. */
export type RefusalFacts = Readonly<Record<string, string | number | boolean>>;

/** A reasoned "no": plain data, made by pure rules, shown by the page and thrown by the server alike. */
export interface Refusal {
  readonly kind: RefusalKind;
  readonly code: RefusalCode;
  readonly facts: RefusalFacts;
}

/** Makes a refusal. `code` must have a sentence in `i18n`, or this does not compile. */
export function refuse(kind: RefusalKind, code: RefusalCode, facts: RefusalFacts = {}): Refusal {
  return { kind, code, facts };
}

/** Thrown by commands and queries; everything else that is thrown is a bug or an incident. */
export class Refused extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.code);
    this.name = "Refused";
  }
}

/** Throws when there is a refusal: `permit(refusalToSubmit(lot, now))`. */
export function permit(refusal: Refusal | undefined): void {
  if (refusal) throw new Refused(refusal);
}
