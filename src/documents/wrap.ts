/** Width of a text in points at the size that is being set. */
export type Measure = (text: string) => number;

/** Marks that must not begin a line (避头点). */
const NOT_FIRST = /^[、。，．；：？！）》」』】〕〉”’…%‰,.;:?!)\]}]/u;
/** Marks that must not end a line (避尾点). */
const NOT_LAST = /[（《「『【〔〈“‘([{]$/u;
/** Latin words and numbers, amounts with their commas too, stay together; everything else may break anywhere. */
const UNITS = /[A-Za-z0-9¥](?:[A-Za-z0-9._@#&%+/:=?-]|,(?=\d))*|\s+|[\s\S]/gu;

/**
 * Breaks text into lines no wider than `width`: between Chinese characters, at spaces of Latin text, inside a word only
 * when it is wider than a line (hashes). Line feeds are kept.
 */
export function wrapText(text: string, width: number, measure: Measure): string[] {
  return text.split(/\r?\n/).flatMap((paragraph) => wrapParagraph(paragraph, width, measure));
}

function wrapParagraph(text: string, width: number, measure: Measure): string[] {
  const lines: string[] = [];
  let line = "";
  const flush = () => {
    lines.push(line.trimEnd());
    line = "";
  };
  for (const unit of (text.match(UNITS) ?? []).flatMap((part) => splitWide(part, width, measure))) {
    if (!line && /^\s+$/.test(unit)) continue;
    if (measure(line + unit) <= width || !line) {
      line += unit;
      continue;
    }
    // A closing mark hangs with the character before it; an opening mark goes on to the next line with its text.
    const carried = NOT_FIRST.test(unit) || NOT_LAST.test(line) ? lastCharacter(line) : "";
    if (carried && carried.length < line.length) {
      line = line.slice(0, line.length - carried.length);
      flush();
      line = carried + unit;
    } else {
      flush();
      line = unit.trimStart();
    }
  }
  if (line || !lines.length) flush();
  return lines;
}

const lastCharacter = (text: string): string => [...text].at(-1) ?? "";

function splitWide(unit: string, width: number, measure: Measure): string[] {
  if (unit.length <= 1 || measure(unit) <= width) return [unit];
  const parts: string[] = [];
  let part = "";
  for (const character of unit) {
    if (part && measure(part + character) > width) {
      parts.push(part);
      part = "";
    }
    part += character;
  }
  return [...parts, part];
}
