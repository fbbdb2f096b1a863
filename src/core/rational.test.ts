import { expect, test } from "vitest";
import {
  add,
  compare,
  divide,
  exactText,
  mean,
  multiply,
  parseDecimal,
  rational,
  round,
  subtract,
  toDecimal,
} from "./rational";
import { formatScore, parseScore } from "./score";

const d = parseDecimal;

test("half up rounds the absolute value, where floats and bankers go wrong", () => {
  expect(toDecimal(d("58.785"), 2)).toBe("58.79");
  expect(toDecimal(d("2.435"), 2)).toBe("2.44");
  expect(toDecimal(d("-2.435"), 2)).toBe("-2.44");
  expect(toDecimal(d("-0.004"), 2)).toBe("0.00");
  expect(toDecimal(d("1.005"), 2)).toBe("1.01");
  expect(toDecimal(d("0.5"), 0)).toBe("1");
});

test("arithmetic is exact", () => {
  expect(add(d("0.1"), d("0.2"))).toEqual(d("0.3"));
  expect(multiply(divide(rational(1n), rational(3n)), rational(3n))).toEqual(rational(1n));
  expect(subtract(d("1"), d("0.985"))).toEqual(d("0.015"));
  expect(mean([d("1"), d("2"), d("2")])).toEqual(rational(5n, 3n));
  expect(compare(rational(1n, 3n), d("0.3333"))).toBe(1);
  expect(round(rational(-5n, 3n), 2)).toEqual(d("-1.67"));
});

test("exact values are shown as decimals when they end, else as fractions", () => {
  expect(exactText(d("58.7850"))).toBe("58.785");
  expect(exactText(rational(5n, 3n))).toBe("5/3");
  expect(exactText(rational(-7n))).toBe("-7");
  expect(exactText(rational(1n, 8n))).toBe("0.125");
});

test("what is no decimal, or divides by zero, is refused", () => {
  for (const text of ["", "1e3", "1,000", ".5", "1.", "NaN"]) expect(() => d(text), text).toThrow(RangeError);
  expect(() => rational(1n, 0n)).toThrow(RangeError);
});

test("scores in hundredths", () => {
  expect(formatScore(1250)).toBe("12.50");
  expect(formatScore(5)).toBe("0.05");
  expect(formatScore(-105)).toBe("-1.05");
  expect(parseScore("12.5")).toBe(1250);
  expect(parseScore("100")).toBe(10_000);
  expect(parseScore("1.005")).toBeUndefined();
  expect(parseScore("-1")).toBeUndefined();
});
