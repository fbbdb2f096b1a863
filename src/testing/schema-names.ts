import type { z } from "zod";

/** Names of all fields inside a schema, however deep. */
export function namesIn(schema: unknown, found = new Set<string>()): Set<string> {
  const def = (schema as z.core.$ZodType | undefined)?._zod?.def as Record<string, unknown> | undefined;
  if (!def) return found;
  for (const [name, field] of Object.entries((def.shape ?? {}) as object)) {
    found.add(name);
    namesIn(field, found);
  }
  for (const inner of [def.element, def.innerType, def.in, def.out, def.left, def.right, def.valueType])
    namesIn(inner, found);
  for (const option of (def.options ?? []) as unknown[]) namesIn(option, found);
  return found;
}
