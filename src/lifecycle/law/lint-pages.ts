import { lint, type PlacedText, SHOWN } from "./lint";

/** A sentence that a rule finds on a page of a file. */
export interface PageFinding {
  readonly page: number;
  readonly sentence: string;
}

/** Most findings that are kept of one file: more of the same are found when the first ones are mended. */
export const MOST_FINDINGS = 200;

/** Pages break a line where it is full; Chinese has no space there. */
const BROKEN = /(?<=[\u2e80-\u9fff\uff00-\uffef“”‘’])\s+(?=[\u2e80-\u9fff\uff00-\uffef“”‘’])/g;
const SENTENCE = /[^。；;\n]+[。；;\n]?/g;

/**
 * The sentences of a page, none longer than is shown and kept: a page without full stops is cut at its commas and spaces, so
 * that no finding is bound to a whole page.
 */
export function sentencesOfPage(text: string): string[] {
  const whole = text.replace(BROKEN, "").replace(/\s+/g, " ").trim();
  return (whole.match(SENTENCE) ?? []).flatMap(cutLong);
}

function cutLong(sentence: string): string[] {
  const pieces: string[] = [];
  let rest = sentence;
  while (rest.length > SHOWN) {
    const head = rest.slice(0, SHOWN);
    const at = Math.max(...["，", "、", "：", " "].map((mark) => head.lastIndexOf(mark))) + 1;
    pieces.push(rest.slice(0, at || SHOWN));
    rest = rest.slice(at || SHOWN);
  }
  return [...pieces, rest];
}

/** What the rules find on a page: the sentence alone, from which the same rules find the same again. */
export function findingsOfPage(page: number, text: string): PageFinding[] {
  const hits = lint(sentencesOfPage(text).map((sentence) => ({ place: "", text: sentence })));
  return [...new Set(hits.map(({ sentence }) => sentence))].map((sentence) => ({ page, sentence }));
}

/** Findings as wording with its place, for the check and for the answers alike. */
export const placedFindings = (name: string, findings: readonly PageFinding[]): PlacedText[] =>
  findings.map(({ page, sentence }) => ({ place: `招标文件“${name}”第 ${page} 页`, text: sentence }));
