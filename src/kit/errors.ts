import { randomUUID } from "node:crypto";
import type { TRPC_ERROR_CODE_KEY } from "@trpc/server";
import { type Refusal, type RefusalKind, Refused, refuse } from "@/core/refusal";
import { sentenceOf } from "@/i18n/refusals";
import { Unanswered, withoutValues } from "./db/context";
import { log } from "./log";

/** One line a kind: how a "no" travels. */
const TRANSPORT: Record<RefusalKind, { trpc: TRPC_ERROR_CODE_KEY; http: number }> = {
  not_found: { trpc: "NOT_FOUND", http: 404 },
  forbidden: { trpc: "FORBIDDEN", http: 403 },
  too_early: { trpc: "PRECONDITION_FAILED", http: 412 },
  too_late: { trpc: "PRECONDITION_FAILED", http: 412 },
  conflict: { trpc: "CONFLICT", http: 409 },
  invalid: { trpc: "UNPROCESSABLE_CONTENT", http: 422 },
  unavailable: { trpc: "SERVICE_UNAVAILABLE", http: 503 },
};

/** What a page or a program gets when something is refused or broken. */
export interface Answer {
  readonly code: string;
  readonly kind: RefusalKind;
  readonly sentence: string;
  readonly facts: Refusal["facts"];
}

export const transportOf = (kind: RefusalKind) => TRANSPORT[kind];

/** Errors of the connection: the act may have taken effect or not. */
const UNKNOWN_OUTCOME = new Set([
  "CONNECTION_CLOSED",
  "CONNECTION_ENDED",
  "CONNECTION_DESTROYED",
  "CONNECT_TIMEOUT",
  "ECONNREFUSED",
  "ECONNRESET",
  "57P01",
  "57P02",
  "57P03",
  "08006",
  "57014",
]);

function outcomeUnknown(error: unknown): boolean {
  for (let e: unknown = error, depth = 0; e instanceof Error && depth < 5; e = e.cause, depth++) {
    if (e instanceof Unanswered || UNKNOWN_OUTCOME.has(String((e as { code?: unknown }).code))) return true;
  }
  return false;
}

/** The refusal behind an error. What is not a refusal is logged under a number and told by that number only. */
export function refusalOf(error: unknown): Refusal {
  for (let e: unknown = error, depth = 0; e instanceof Error && depth < 5; e = e.cause, depth++) {
    if (e instanceof Refused) return e.refusal;
  }
  if (outcomeUnknown(error)) return refuse("unavailable", "general.unavailable");
  // A trouble of a query outside of a context arrives as it was.
  withoutValues(error);
  const fault = randomUUID().slice(0, 8);
  log.error(
    {
      fault,
      error:
        error instanceof Error
          ? { message: error.message, stack: error.stack, cause: String(error.cause ?? "") }
          : String(error),
    },
    "fault",
  );
  return refuse("unavailable", "general.fault", { fault });
}

export function answerOf(refusal: Refusal): Answer {
  return { code: refusal.code, kind: refusal.kind, sentence: sentenceOf(refusal), facts: refusal.facts };
}
