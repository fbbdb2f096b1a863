import type { Bytes } from "@/core/bytes";

/**
 * The recovery code (应急解密码): 32 random bytes of one package in letters that can be read out and typed.
 * 52 characters of Crockford base32 in 13 groups of four, then Crockford's check symbol as a group of its own.
 * Specification: `public/specs/recovery-code.md`.
 */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CHECK_ALPHABET = `${ALPHABET}*~$=U`;
const SECRET_BYTES = 32;
const CHARACTERS = 52;

export type RecoveryCode =
  | { readonly ok: true; readonly secret: Bytes }
  /** `length`: too few or too many characters; `character`: one that cannot occur; `check`: mistyped somewhere. */
  | { readonly ok: false; readonly problem: "length" | "character" | "check" };

/** The check symbol of a number is its remainder by 37. */
const checkSymbol = (secret: Bytes): string =>
  CHECK_ALPHABET[secret.reduce((rest, byte) => (rest * 256 + byte) % 37, 0)]!;

/** @param secret - 32 bytes. */
export function formatRecoveryCode(secret: Bytes): string {
  if (secret.length !== SECRET_BYTES) throw new RangeError("a recovery secret has 32 bytes");
  let text = "";
  let bits = 0;
  let count = 0;
  for (const byte of secret) {
    bits = (bits << 8) | byte;
    count += 8;
    while (count >= 5) {
      count -= 5;
      text += ALPHABET[(bits >> count) & 31];
    }
    bits &= (1 << count) - 1;
  }
  // 256 bits are 51 characters and one bit: the last character carries it above four zero bits.
  text += ALPHABET[(bits << (5 - count)) & 31];
  return `${text.match(/.{4}/g)!.join("-")}-${checkSymbol(secret)}`;
}

/** Reads what a person typed: any case, spaces and hyphens anywhere, O for 0, I and L for 1. */
export function parseRecoveryCode(text: string): RecoveryCode {
  const typed = text.toUpperCase().replace(/[\s\u2010-\u2015\-－]/g, "");
  if (typed.length !== CHARACTERS + 1) return { ok: false, problem: "length" };
  const secret = new Uint8Array(SECRET_BYTES);
  let bits = 0;
  let count = 0;
  let offset = 0;
  for (const character of typed.slice(0, CHARACTERS)) {
    const value = ALPHABET.indexOf(character.replace("O", "0").replace(/[IL]/, "1"));
    if (value < 0) return { ok: false, problem: "character" };
    bits = ((bits & 0xff) << 5) | value;
    count += 5;
    if (count >= 8 && offset < SECRET_BYTES) {
      count -= 8;
      secret[offset++] = (bits >> count) & 0xff;
    }
  }
  const check = typed[CHARACTERS]!.replace("O", "0").replace(/[IL]/, "1");
  if (!CHECK_ALPHABET.includes(check)) return { ok: false, problem: "character" };
  // One secret, one code: the four spare bits are zero.
  if ((bits & 15) !== 0 || check !== checkSymbol(secret)) return { ok: false, problem: "check" };
  return { ok: true, secret };
}
