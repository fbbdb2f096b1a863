import { type Bytes, equalBytes, fromUtf8, utf8 } from "./bytes";

/** What our formats may contain: no floats, no null, no duplicate member (RFC 8785 on a smaller world). */
export type CanonicalValue =
  | string
  | boolean
  | number
  | readonly CanonicalValue[]
  | { readonly [member: string]: CanonicalValue };

/** Objects and arrays may be nested this deep; the outermost is 1. */
export const MAX_DEPTH = 16;
const FORBIDDEN = new Set(["__proto__", "constructor", "prototype"]);

export class NotCanonical extends Error {}

/** The one text a value has: members in UTF-16 order, RFC 8785 escaping, integers |n| < 2^53. @throws NotCanonical. */
export function canonicalText(value: CanonicalValue, depth = 1): string {
  switch (typeof value) {
    case "string":
      if (/[\uD800-\uDFFF]/u.test(value)) throw new NotCanonical("lone surrogate");
      return JSON.stringify(value);
    case "boolean":
      return value ? "true" : "false";
    case "number":
      if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw new NotCanonical("not a safe integer");
      return String(value);
    case "object":
      break;
    default:
      throw new NotCanonical(`a ${typeof value} has no canonical form`);
  }
  if (value === null) throw new NotCanonical("null");
  if (depth > MAX_DEPTH) throw new NotCanonical("nested too deep");
  if (Array.isArray(value))
    return `[${(value as readonly CanonicalValue[]).map((item) => canonicalText(item, depth + 1)).join(",")}]`;
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw new NotCanonical("not a plain object");
  const members = Object.keys(value).sort(); // Default order of strings is UTF-16 order, as RFC 8785 asks.
  const texts = members.map((member) => {
    if (FORBIDDEN.has(member)) throw new NotCanonical(`member ${member}`);
    return `${JSON.stringify(member)}:${canonicalText((value as Record<string, CanonicalValue>)[member]!, depth + 1)}`;
  });
  return `{${texts.join(",")}}`;
}

/** Canonical JSON bytes (UTF-8): what is hashed and signed everywhere. */
export const encodeCanonical = (value: CanonicalValue): Bytes => utf8(canonicalText(value));

/**
 * Parses canonical JSON strictly: what is not exactly the canonical text of its value is refused, so that duplicate
 * members, other orders, escapes, numbers or white space cannot hide a second meaning.
 *
 * @throws NotCanonical
 */
export function parseCanonical(bytes: Uint8Array): CanonicalValue {
  let value: unknown;
  try {
    const text = fromUtf8(bytes);
    refuseDeepText(text);
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof NotCanonical) throw error;
    throw new NotCanonical("not JSON in UTF-8");
  }
  if (!equalBytes(encodeCanonical(value as CanonicalValue), bytes)) throw new NotCanonical("not in canonical form");
  return value as CanonicalValue;
}

/** The depth is bounded before parsing: a parser may recurse as deep as the text tells it to. */
function refuseDeepText(text: string): void {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const character = text.charCodeAt(i);
    if (inString) {
      if (character === 0x5c) i++;
      else if (character === 0x22) inString = false;
    } else if (character === 0x22) inString = true;
    else if (character === 0x7b || character === 0x5b) {
      if (++depth > MAX_DEPTH) throw new NotCanonical("nested too deep");
    } else if (character === 0x7d || character === 0x5d) depth--;
  }
}

/** A parsed object with exactly these members; anything missing or unnamed is refused. */
export function exactMembers(
  value: CanonicalValue | undefined,
  required: readonly string[],
  optional: readonly string[] = [],
): Record<string, CanonicalValue> {
  if (typeof value !== "object" || Array.isArray(value)) throw new NotCanonical("not an object");
  const object = value as Record<string, CanonicalValue>;
  for (const member of required) if (!(member in object)) throw new NotCanonical(`member ${member} is missing`);
  for (const member of Object.keys(object)) {
    if (!required.includes(member) && !optional.includes(member)) throw new NotCanonical(`unnamed member ${member}`);
  }
  return object;
}
