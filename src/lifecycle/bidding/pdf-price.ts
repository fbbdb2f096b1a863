import { capitalAmount, type Fen, formatYuan, parseYuan } from "@/core/money";

/** A total price that stands in the text of a file, as it is written there. */
export interface WrittenPrice {
  readonly text: string;
  /** In fen as decimal text, of an amount in figures; in words it is compared as it stands. */
  readonly fen?: string;
}

/** Longer files are drawings and scans, not letters; they are not looked through. */
export const MAX_LOOKED_BYTES = 8 * 1024 * 1024;

const LABEL = "(?:投标总价|投标总报价|投标报价|总报价|投标价格)";
const FIGURES = "(?:\\d{1,3}(?:,\\d{3})+|\\d{1,16})(?:\\.\\d{1,6})?";
const WORDS = "零壹贰叁肆伍陆柒捌玖拾佰仟万亿元圆角分整正";
/** What may stand between label and amount; any other word begins something else, such as a bond. */
const BETWEEN = `[:,、为是人民币大小写金额共合计即()（）RMBCNY_${WORDS}]`;
/** An amount counts as one by its sign, its unit, or its thousands: a year or a number of days is none. */
const IN_FIGURES = new RegExp(
  `${LABEL}${BETWEEN}{0,60}?(?:¥(${FIGURES})|(${FIGURES})(万?)元|(\\d{1,3}(?:,\\d{3})+\\.\\d{2}))`,
  "g",
);
const IN_WORDS = new RegExp(
  `${LABEL}[:,、为是人民币大写金额计即()_]{0,20}([${WORDS.slice(0, 15)}]{2,}[元圆][${WORDS}]*)`,
  "g",
);
const MOST = 20;

/** Total prices in the text of a PDF, in figures and in words. */
export function writtenPrices(text: string): WrittenPrice[] {
  // Fonts often say radicals for characters that look like them; normalisation knows all of them here but this one.
  const plain = text.normalize("NFKC").replaceAll("\u2ea0", "民").replace(/\s+/g, "");
  const found: WrittenPrice[] = [];
  for (const [, signed, figures, unit, grouped] of plain.matchAll(IN_FIGURES)) {
    const typed = signed ?? figures ?? grouped ?? "";
    const fen = parseYuan(typed, unit ? 1 : 0);
    if (fen !== undefined) found.push({ text: `${typed} ${unit ?? ""}元`, fen: String(fen) });
  }
  for (const [, words = ""] of plain.matchAll(IN_WORDS)) found.push({ text: words });
  return found.slice(0, MOST);
}

const wordsOf = (text: string): string => text.replace("圆", "元").replace(/正$/, "整");

/** What a file says that is not the price; nothing when it agrees or says no price. */
export const otherPrices = (written: readonly WrittenPrice[], price: Fen): string[] => [
  ...new Set(
    written
      .filter(({ text, fen }) => (fen === undefined ? wordsOf(text) !== capitalAmount(price) : BigInt(fen) !== price))
      .map(({ text }) => text),
  ),
];

/** The sentence about one file. It warns and does not hinder: a program may misread what a person sees. */
export const otherPriceSentence = (title: string, other: readonly string[], price: Fen): string =>
  `“${title}”的正文中写有投标总价 ${other.join("、")}，与开标一览表的 ${formatYuan(price)} 不一致。请核对；以正文为准的请改开标一览表或报价清单，否则请更换文件。`;

/** The sentence about a file of the first envelope that says a price, whichever: it would be read before prices may be. */
export const earlyPriceSentence = (title: string, written: readonly WrittenPrice[]): string =>
  `“${title}”在第一信封内，正文中写有投标总价 ${[...new Set(written.map(({ text }) => text))].join("、")}。第一信封先于报价开启和评审，写入报价会使报价提前公开。请从该文件中删去报价后重新添加。`;

/** What is to be said of the prices in one file; nothing when there is nothing to say. */
export function priceSentence(
  title: string,
  written: readonly WrittenPrice[],
  price: Fen | undefined,
  beforePrices: boolean,
): string | undefined {
  if (beforePrices && written.length) return earlyPriceSentence(title, written);
  const other = price === undefined ? [] : otherPrices(written, price);
  return other.length ? otherPriceSentence(title, other, price!) : undefined;
}
