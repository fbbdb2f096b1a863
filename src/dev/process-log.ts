import { existsSync, readFileSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";

const LIMIT_BYTES = 10 * 1024 * 1024;

/** Log of one process below the data folder. */
export interface ProcessLog {
  readonly file: string;
  /** Bytes now: what comes later belongs to the next start. */
  size(): number;
  /** Has the process written `<name> ready` since then? */
  saysReady(sinceBytes: number): boolean;
  /** Last lines, for people. */
  tail(): string;
}

/** Opens a log; a very long one of earlier starts is emptied. */
export function processLog(dataDir: string, name: string): ProcessLog {
  const file = join(dataDir, "logs", `${name}.log`);
  const size = () => (existsSync(file) ? statSync(file).size : 0);
  if (size() > LIMIT_BYTES) truncateSync(file);
  return {
    file,
    size,
    saysReady: (since) => size() > since && readFileSync(file).subarray(since).includes(`${name} ready`),
    tail: () => (size() === 0 ? "（没有日志）" : readFileSync(file, "utf8").split("\n").slice(-20).join("\n").trim()),
  };
}
