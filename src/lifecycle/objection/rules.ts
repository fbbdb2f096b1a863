import { namesParty, type PartyMarks, withoutParty, withoutWords } from "@/core/naming";
import { type Refusal, refuse } from "@/core/refusal";

/** What an objection says. */
export interface Wording {
  readonly clause: string;
  readonly text: string;
  readonly demand: string;
}

const PARTS = ["clause", "text", "demand"] as const;
const each = ({ clause, text, demand }: Wording, change: (part: string) => string): Wording => ({
  clause: change(clause),
  text: change(text),
  demand: change(demand),
});

/** What everybody may read of an objection: nothing that names its filer (S2, IR21). */
export const withoutFiler = (wording: Wording, filer: PartyMarks): Wording =>
  each(wording, (part) => withoutParty(part, filer));

/** The same without the words that the answer leaves out: trade secrets, personal data, names of third parties. */
export const withoutOmitted = (wording: Wording, omitted: readonly string[]): Wording =>
  each(wording, (part) => withoutWords(part, omitted));

/** The answer is public: it names nobody, and leaves out only what was said. */
export function refusalOfPublished(
  answer: { readonly text: string; readonly omitted: readonly string[] },
  wording: Wording,
  filer: PartyMarks,
): Refusal | undefined {
  const word = namesParty(answer.text, filer);
  if (word) return refuse("invalid", "objection.names_filer", { word });
  const unsaid = answer.omitted.find((each) =>
    PARTS.every((part) => withoutWords(wording[part], [each]) === wording[part]),
  );
  return unsaid === undefined ? undefined : refuse("invalid", "objection.omits_unsaid", { word: unsaid });
}
