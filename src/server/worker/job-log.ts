import { Logger } from "graphile-worker";
import { log } from "@/kit/log";

/**
 * Jobs of the procedure and of the site, whose coming and going everybody sees. All others follow what one organisation did:
 * a line for each stamped receipt, letter or payment would count bids and purchases for whoever reads the log.
 */
const NAMED = new Set([
  "close-lot",
  "scrub-lot",
  "open-lot",
  "open-second",
  "settle-outage",
  "settle-application-outage",
  "settle-opening",
  "draw-committee",
  "draw-reviewers",
  "settle-evaluation",
  "build-report",
  "build-archive",
  "deliver-outbox",
  "announce-clarification",
  "announce-withdrawal",
  "announce-termination",
  "place-notices",
  "tell-points",
  "prove-integrity",
  "raise-alarm",
  "watch-fees",
  "reconcile-day",
]);

const HOUR_MS = 3_600_000;
let nextUnnamedAt = 0;

/** Tells that a job failed or was refused; of those without a name one line in an hour, whichever and however many they were. */
export function tellOfJob(job: string, outcome: "failed" | "refused", why: { code?: string; error?: string }): void {
  if (NAMED.has(job)) {
    if (outcome === "failed") log.error({ job, ...why }, "job failed");
    else log.info({ job, ...why }, "job refused");
    return;
  }
  const now = performance.now();
  if (outcome === "refused" || now < nextUnnamedAt) return;
  nextUnnamedAt = now + HOUR_MS;
  log.error("some confidential follow-up work failed and is tried again: look at mail, time stamps and bank");
}

/** The queue's own lines: troubles of the queue, and jobs that failed by the rule above. Of jobs that were done it says nothing. */
export const queueLogger = new Logger(() => (level, message, meta) => {
  const { job, error } = (meta ?? {}) as { job?: { task_identifier: string }; error?: unknown };
  if (job) {
    if (level === "error") tellOfJob(job.task_identifier, "failed", { error: String(error ?? "") });
    return;
  }
  if (level === "error") log.error(message);
  else if (level === "warning") log.warn(message);
});
