import { utf8 } from "@/core/bytes";

const MAX_NAME_BYTES = 200;
/** Controls, format characters (bidi marks among them), surrogates, line and paragraph separators. */
const FORBIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\\:]/u;

/**
 * Is this a file name a package may hold? Relative, `/` between parts, NFC, at most 200 bytes of UTF-8.
 * Names are shown to committees and written to disks of many kinds: none may climb out of its folder or look like another.
 */
export function isFileName(name: string): boolean {
  if (name !== name.normalize("NFC") || FORBIDDEN.test(name) || utf8(name).length > MAX_NAME_BYTES) return false;
  return name.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

/** Two names with the same key are the same file somewhere. JavaScript has no full case folding: upper then lower is it. */
export const nameKey = (name: string): string => name.toUpperCase().toLowerCase().normalize("NFC");
