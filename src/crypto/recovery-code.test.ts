import { expect, test } from "vitest";
import type { Bytes } from "@/core/bytes";
import { formatRecoveryCode, parseRecoveryCode } from "./recovery-code";

const secretOf = (seed: number): Bytes => Uint8Array.from({ length: 32 }, (_, i) => (i * 37 + seed * 101 + 7) & 0xff);

test("a recovery code is thirteen groups of four and a check symbol, and reads back to its secret", () => {
  for (let seed = 0; seed < 200; seed++) {
    const code = formatRecoveryCode(secretOf(seed));
    expect(code).toMatch(/^(?:[0-9A-HJKMNP-TV-Z]{4}-){13}[0-9A-HJKMNP-TV-Z*~$=U]$/);
    expect(parseRecoveryCode(code)).toEqual({ ok: true, secret: secretOf(seed) });
  }
});

test("the code of zero bytes is zeros, the code of ones ends in the single spare-bit character G", () => {
  expect(formatRecoveryCode(new Uint8Array(32))).toBe(`${"0000-".repeat(13)}0`);
  expect(formatRecoveryCode(new Uint8Array(32).fill(255))).toMatch(/^(ZZZZ-){12}ZZZG-/);
});

test("what people type is understood: case, spaces, O for 0, I and L for 1", () => {
  const code = formatRecoveryCode(new Uint8Array(32).fill(8));
  const typed = code.toLowerCase().replaceAll("-", "  ").replaceAll("0", "o").replaceAll("1", "l");
  expect(parseRecoveryCode(typed)).toEqual({ ok: true, secret: new Uint8Array(32).fill(8) });
});

test("one wrong character, two swapped ones, a missing one and set spare bits are found", () => {
  const code = formatRecoveryCode(secretOf(1));
  expect(parseRecoveryCode(code.slice(1))).toEqual({ ok: false, problem: "length" });
  expect(parseRecoveryCode(`!${code.slice(1)}`)).toEqual({ ok: false, problem: "character" });
  expect(parseRecoveryCode(`${code[0] === "Z" ? "Y" : "Z"}${code.slice(1)}`)).toEqual({ ok: false, problem: "check" });
  expect(code[0]).not.toBe(code[1]);
  expect(parseRecoveryCode(`${code[1]}${code[0]}${code.slice(2)}`)).toEqual({ ok: false, problem: "check" });
  const spare = `${"0000-".repeat(12)}0001-0`;
  expect(parseRecoveryCode(spare)).toEqual({ ok: false, problem: "check" });
});
