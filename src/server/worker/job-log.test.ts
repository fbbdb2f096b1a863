import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { log } from "@/kit/log";
import { queueLogger, tellOfJob } from "./job-log";
import { WORK } from "./tasks";

const said: string[] = [];
beforeEach(() => {
  said.length = 0;
  for (const level of ["info", "warn", "error"] as const)
    vi.spyOn(log, level).mockImplementation((...parts: unknown[]) => void said.push(JSON.stringify(parts)));
});
afterEach(() => vi.restoreAllMocks());

/** As the queue itself says it. */
const done = (name: string) =>
  queueLogger.info(`Completed task 7 (${name}, 3.20ms) with success`, { job: { id: "7", task_identifier: name } });
const failed = (name: string) =>
  queueLogger.error(`Failed task 7 (${name}, 3.20ms, attempt 1 of 25) with error 'no'`, {
    job: { id: "7", task_identifier: name },
    error: new Error("no time stamp yet"),
  });

test("R-O.21 R-5.6.1: the worker's log has no line for a job that was done, and none that counts what bidders did", () => {
  for (const name of Object.keys(WORK)) done(name);
  expect(said).toEqual([]);
  for (const name of ["stamp-receipt", "mail-letter", "take-payment", "ask-bank", "pay-refund", "decrypt-bid"])
    for (let i = 0; i < 5; i++) {
      failed(name);
      tellOfJob(name, "refused", { code: "billing.unknown" });
    }
  // That something waits is told once in an hour, without what it is.
  expect(said).toHaveLength(1);
  expect(said[0]).not.toMatch(/stamp-receipt|letter-|no time stamp|"7"/);
  // What belongs to the procedure is told by its name, and the queue's own troubles as well.
  failed("close-lot");
  queueLogger.warn("the listener was lost");
  expect(said.slice(1)).toEqual([
    JSON.stringify([{ job: "close-lot", error: "Error: no time stamp yet" }, "job failed"]),
    JSON.stringify(["the listener was lost"]),
  ]);
});
