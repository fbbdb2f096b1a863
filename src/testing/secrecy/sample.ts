import { z } from "zod";

/** Values for fields by their name, for instance the lot that is asked about. */
export type Hints = Readonly<Record<string, unknown>>;

type Json = Record<string, unknown>;

/** What a form asks by rules that its schema does not show. */
const BY_NAME: Hints = {
  creditCode: "91520100MA00000169",
  invoiceTaxNumber: "91520100MA00000169",
  phone: "13800000000",
  contactPhone: "0851-00000000",
  regionCode: "520100",
  estimateFen: "900000000",
  ceilingFen: "900000000",
  feeFen: "100",
  amountFen: "900000000",
  price: "12,800,000.00",
  host: "c.localhost",
  date: "2026-02-01",
};

/**
 * Something that a schema takes, made from the schema itself, so that an act or a question that is new is tried as well.
 * What a refinement asks beyond shape may be missed: the refusal is an answer to compare, too.
 */
export function sampleOf(schema: z.ZodType | undefined, hints: Hints): unknown {
  if (!schema) return undefined;
  const shape = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Json;
  return valueFor(shape, { ...BY_NAME, ...hints }, shape, "");
}

function valueFor(shape: Json, hints: Hints, root: Json, name: string): unknown {
  if (name in hints) return hints[name];
  if (typeof shape.$ref === "string") return valueFor(definitionOf(shape.$ref, root), hints, root, name);
  for (const many of [shape.anyOf, shape.oneOf, shape.allOf]) {
    if (Array.isArray(many) && many.length) return valueFor(many[0] as Json, hints, root, name);
  }
  if (shape.const !== undefined) return shape.const;
  if (Array.isArray(shape.enum)) return shape.enum[0];
  switch (shape.type) {
    case "object": {
      const required = new Set((shape.required as string[] | undefined) ?? []);
      const properties = Object.entries((shape.properties ?? {}) as Record<string, Json>);
      const taken = properties.filter(([key]) => required.has(key) || key in hints);
      return Object.fromEntries(taken.map(([key, inner]) => [key, valueFor(inner, hints, root, key)]));
    }
    case "array":
      return Number(shape.minItems ?? 0) > 0 ? [valueFor(shape.items as Json, hints, root, name)] : [];
    case "integer":
    case "number":
      return Number(shape.minimum ?? shape.exclusiveMinimum ?? 1);
    case "boolean":
      return false;
    default:
      return textOf(shape);
  }
}

function definitionOf(ref: string, root: Json): Json {
  let found: unknown = root;
  for (const key of ref.split("/").slice(1)) found = (found as Json)[key];
  return found as Json;
}

/** Texts of a form that a pattern or a refinement asks for: hashes, codes, amounts, numbers. */
const FORMED = ["0".repeat(64), "1", "520100", "2026-04-01", "main", "E5200000009", "000001"];

function textOf({ format, pattern, minLength, maxLength }: Json): string {
  const formed = typeof pattern === "string" ? FORMED.find((text) => new RegExp(pattern, "u").test(text)) : undefined;
  if (formed) return formed;
  if (format === "uuid") return "00000000-0000-4000-8000-000000000000";
  if (format === "date-time") return "2026-04-01T09:00:00.000Z";
  if (format === "date") return "2026-04-01";
  if (format === "email") return "someone@example.test";
  return "演示".repeat(Math.ceil(Number(minLength ?? 2) / 2)).slice(0, Number(maxLength ?? 100));
}
