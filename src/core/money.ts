/** An amount of RMB in fen (分). Never a float: money is an integer everywhere inside. */
export type Fen = bigint;

/** Unit of an amount in exchange (CL08): 0 yuan (元), 1 ten thousand yuan (万元). */
export type AmountUnit = 0 | 1;

/** Currency code of RMB (GB/T 12406). */
export const RMB = "156";

/**
 * Reads an amount as people write it: `12,800,000.00`, `¥1,234.5`, `300`. Commas must stand where thousands end.
 *
 * @param unit - 1 reads 万元, with up to six decimals.
 * @returns fen, or undefined when it is no amount, is negative, or names a part of a fen.
 */
export function parseYuan(text: string, unit: AmountUnit = 0): Fen | undefined {
  const match = /^[¥￥]?\s*(\d{1,3}(?:,\d{3})+|\d{1,16})(?:\.(\d{1,6}))?$/.exec(text.trim());
  if (!match) return undefined;
  const places = unit === 0 ? 2 : 6;
  const fraction = match[2] ?? "";
  if (fraction.length > places) return undefined;
  return BigInt(match[1]!.replaceAll(",", "") + fraction.padEnd(places, "0"));
}

/** `1234567.89`: the amount without sign of currency, for data. */
export function yuanText(fen: Fen): string {
  const absolute = fen < 0n ? -fen : fen;
  return `${fen < 0n ? "-" : ""}${absolute / 100n}.${String(absolute % 100n).padStart(2, "0")}`;
}

/** `¥1,234,567.89`: how pages show an amount. */
export function formatYuan(fen: Fen): string {
  const [whole, fraction] = yuanText(fen < 0n ? -fen : fen).split(".");
  return `${fen < 0n ? "-" : ""}¥${whole!.replace(/\B(?=(\d{3})+$)/g, ",")}.${fraction}`;
}

/** An amount as it travels in exchange: always with currency and unit. */
export function exchangeAmount(fen: Fen): { amount: string; currency: typeof RMB; unit: "0" } {
  return { amount: yuanText(fen), currency: RMB, unit: "0" };
}

const DIGITS = "零壹贰叁肆伍陆柒捌玖";
const PLACES = ["", "拾", "佰", "仟"];
const GROUPS = ["", "万", "亿", "万亿"];

/** One group of four digits, with 零 for zeros inside. */
function capitalGroup(group: number): string {
  let text = "";
  let zero = false;
  for (let place = 3; place >= 0; place--) {
    const digit = Math.floor(group / 10 ** place) % 10;
    if (digit === 0) {
      zero = text !== "";
      continue;
    }
    text += (zero ? "零" : "") + DIGITS[digit]! + PLACES[place]!;
    zero = false;
  }
  return text;
}

/**
 * The amount in capital characters (大写), as on bills: 壹佰贰拾捌万元整, 叁佰贰拾伍元零肆分.
 *
 * @throws RangeError for negative amounts and from 10^16 yuan on.
 */
export function capitalAmount(fen: Fen): string {
  if (fen < 0n || fen >= 10n ** 18n) throw new RangeError("no capital form");
  const yuan = fen / 100n;
  const [jiao, cents] = [Number((fen / 10n) % 10n), Number(fen % 10n)];
  let text = "";
  let gap = false;
  for (let index = GROUPS.length - 1; index >= 0; index--) {
    const group = Number((yuan / 10_000n ** BigInt(index)) % 10_000n);
    if (group === 0) {
      gap = text !== "";
      continue;
    }
    // 零 joins a group to the ones above it when digits between them are zero.
    if (text && (gap || group < 1000)) text += "零";
    text += capitalGroup(group);
    gap = false;
    // 万亿 above 亿: the 亿 is said once, with the lower group when there is one.
    const below = Number((yuan / 10n ** 8n) % 10_000n);
    text += index === 3 ? (below ? "万" : "万亿") : GROUPS[index]!;
  }
  if (text) text += "元";
  if (jiao === 0 && cents === 0) return text ? `${text}整` : "零元整";
  if (jiao) text += `${DIGITS[jiao]}角`;
  if (!cents) return `${text}整`;
  return `${text}${jiao || !text ? "" : "零"}${DIGITS[cents]}分`;
}
