/** By what a text can tell who a party is. */
export interface PartyMarks {
  readonly organisation: string;
  readonly creditCode: string;
  readonly phone: string;
  readonly email: string;
  readonly person: string;
}

const LEGAL_FORM = /(股份有限公司|有限责任公司|有限公司|集团|公司|（演示）|\(演示\))/g;

/** What stands in a public text where words were left out. */
export const LEFT_OUT = "■■";

/** Longer ones first: the name with its legal form before the name without it. */
const marksOf = ({ organisation, creditCode, phone, email, person }: PartyMarks): string[] =>
  [
    organisation,
    organisation.replace(LEGAL_FORM, ""),
    creditCode,
    phone,
    email,
    person,
    person.replace(LEGAL_FORM, ""),
  ].filter((mark) => mark.length >= 2);

/**
 * The first word of a text by which others would know the party (IR21): name of the organisation with or without its
 * legal form, credit code, phone, mail address, name of the person.
 */
export function namesParty(text: string, party: PartyMarks): string | undefined {
  const plain = text.replace(/\s/g, "").toUpperCase();
  return marksOf(party).find((mark) => plain.includes(mark.replace(/\s/g, "").toUpperCase()));
}

/** A text with every one of some words left out, however they are spaced or written in capitals. */
export function withoutWords(text: string, words: readonly string[]): string {
  return words.reduce((rest, word) => {
    const letters = [...word.replace(/\s/g, "")].map((letter) => letter.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&"));
    return letters.length ? rest.replace(new RegExp(letters.join("\\s*"), "giu"), LEFT_OUT) : rest;
  }, text);
}

/** A text without anything by which others would know the party. */
export const withoutParty = (text: string, party: PartyMarks): string => withoutWords(text, marksOf(party));
