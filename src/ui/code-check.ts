/** Letters that are mistaken for figures, as the code reader takes them. */
const plain = (text: string): string =>
  text
    .toUpperCase()
    .replace(/[\s\u2010-\u2015\-－]/g, "")
    .replaceAll("O", "0")
    .replace(/[IL]/g, "1");

/** The last two groups of a recovery code as it is written. */
export const lastTwoGroups = (code: string): string => code.split("-").slice(-2).join("-");

/** Did the person type the last two groups? Proof that the code was kept, read as forgivingly as at the opening. */
export const provesKept = (code: string, typed: string): boolean =>
  typed.trim() !== "" && plain(typed) === plain(lastTwoGroups(code));
