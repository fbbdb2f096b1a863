import pino from "pino";

/** Logs of a process, as JSON lines. Never names, counts or sizes of bids: a log is read by operators. */
export const log = pino({
  level: process.env.LOG_LEVEL ?? "info",
  base: { process: process.env.PROCESS_NAME ?? "xinbiao" },
});
