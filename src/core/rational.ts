/** Exact fractions over big integers: what formulas divide with. Always reduced, denominator positive. */
export interface Rational {
  readonly n: bigint;
  readonly d: bigint;
}

const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b));
const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

/** @throws RangeError for a denominator of zero. */
export function rational(n: bigint, d = 1n): Rational {
  if (d === 0n) throw new RangeError("division by zero");
  const divisor = gcd(magnitude(n), magnitude(d)) * (d < 0n ? -1n : 1n);
  return { n: n / divisor, d: d / divisor };
}

export const ZERO: Rational = { n: 0n, d: 1n };
export const ONE: Rational = { n: 1n, d: 1n };

const DECIMAL = /^([+-]?)(\d{1,30})(?:\.(\d{1,20}))?$/;

export const isDecimal = (text: string): boolean => DECIMAL.test(text);

/** Reads `-12.50`. @throws RangeError when it is no decimal. */
export function parseDecimal(text: string): Rational {
  const match = DECIMAL.exec(text);
  if (!match) throw new RangeError(`not a decimal: ${text}`);
  const fraction = match[3] ?? "";
  const digits = BigInt(match[2]! + fraction);
  return rational(match[1] === "-" ? -digits : digits, 10n ** BigInt(fraction.length));
}

export const add = (a: Rational, b: Rational): Rational => rational(a.n * b.d + b.n * a.d, a.d * b.d);
export const subtract = (a: Rational, b: Rational): Rational => rational(a.n * b.d - b.n * a.d, a.d * b.d);
export const multiply = (a: Rational, b: Rational): Rational => rational(a.n * b.n, a.d * b.d);
/** @throws RangeError when `b` is zero. */
export const divide = (a: Rational, b: Rational): Rational => rational(a.n * b.d, a.d * b.n);
export const absolute = (a: Rational): Rational => ({ n: magnitude(a.n), d: a.d });
/** Negative, zero or positive, as for sorting. */
export const compare = (a: Rational, b: Rational): number => {
  const difference = a.n * b.d - b.n * a.d;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
};
export const sum = (values: readonly Rational[]): Rational => values.reduce(add, ZERO);
/** @throws RangeError for no values. */
export const mean = (values: readonly Rational[]): Rational => divide(sum(values), rational(BigInt(values.length)));

/** Half up on the absolute value: −2.435 gives −2.44, 2.435 gives 2.44. */
export function round(value: Rational, places: number): Rational {
  const scale = 10n ** BigInt(places);
  const scaled = magnitude(value.n) * scale;
  const rounded = (2n * scaled + value.d) / (2n * value.d);
  return rational(value.n < 0n ? -rounded : rounded, scale);
}

/** The decimal text with exactly so many places, rounded half up: `9276237.50`. */
export function toDecimal(value: Rational, places: number): string {
  const scale = 10n ** BigInt(places);
  const rounded = round(value, places);
  const digits = (magnitude(rounded.n) * scale) / rounded.d;
  const text = digits.toString().padStart(places + 1, "0");
  const whole = text.slice(0, text.length - places);
  return `${rounded.n < 0n ? "-" : ""}${whole}${places ? `.${text.slice(-places)}` : ""}`;
}

/** The value without any rounding: a decimal when it ends, else a fraction `n/d`. */
export function exactText(value: Rational): string {
  let rest = value.d;
  let places = 0;
  for (const factor of [10n, 2n, 5n]) {
    while (rest % factor === 0n && rest > 1n) {
      rest /= factor;
      places++;
    }
  }
  return rest === 1n ? toDecimal(value, places) : `${value.n}/${value.d}`;
}
