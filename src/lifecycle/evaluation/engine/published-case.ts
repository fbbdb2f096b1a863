import { z } from "zod";
import { CaseFile } from "./case-file";
import { type EvaluationResult, evaluate } from "./evaluate";

/** A case file with the result that was published for it; any part of the result may be left out. */
export const PublishedCase = CaseFile.extend({ expect: z.record(z.string(), z.unknown()).optional() });
export type PublishedCase = z.infer<typeof PublishedCase>;

/**
 * Recomputes a published case and compares: every member that `expect` holds must be equal in the result, arrays element
 * by element.
 *
 * @returns the result and the paths that differ.
 * @throws CaseError
 */
export function recompute({ expect, ...caseFile }: PublishedCase): {
  readonly result: EvaluationResult;
  readonly differences: readonly string[];
} {
  const result = evaluate(caseFile);
  return { result, differences: expect ? differencesOf(expect, result, "") : [] };
}

function differencesOf(expected: unknown, actual: unknown, path: string): string[] {
  if (typeof expected !== "object" || expected === null) {
    return expected === actual ? [] : [`${path}：公布 ${JSON.stringify(expected)}，复算 ${JSON.stringify(actual)}`];
  }
  if (typeof actual !== "object" || actual === null) return [`${path}：复算结果没有此项`];
  if (Array.isArray(expected) && (!Array.isArray(actual) || actual.length !== expected.length)) {
    return [`${path}：项数不同`];
  }
  return Object.entries(expected).flatMap(([key, value]) =>
    differencesOf(value, (actual as Record<string, unknown>)[key], path ? `${path}.${key}` : key),
  );
}
