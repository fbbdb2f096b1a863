/** What canonical JSON of the formats consists of. */
export type Json = string | number | boolean | readonly Json[] | { readonly [name: string]: Json };

/** Canonical JSON by `public/specs/canonical-json.md`. */
export const canonical = (value: Json): Buffer => Buffer.from(textOf(value), "utf8");

function textOf(value: Json): string {
  if (typeof value === "number" && (!Number.isSafeInteger(value) || Object.is(value, -0)))
    throw new Error(`not an integer of canonical JSON: ${value}`);
  if (typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(textOf).join(",")}]`;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${textOf(member)}`).join(",")}}`;
}
