import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";

/** An append-only list of facts: one JSON line each, on disk before `append` returns. */
export interface Journal<T> {
  readonly entries: readonly T[];
  append(entry: T): void;
  close(): void;
}

/** Opens `<folder>/<name>.jsonl`. A last line that a power cut tore is dropped: nobody was told that it was kept. */
export function openJournal<T>(folder: string, name: string): Journal<T> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.jsonl`);
  const text = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
  const whole = text.lastIndexOf(0x0a) + 1;
  const entries = text
    .subarray(0, whole)
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);
  const handle = openSync(file, "a", 0o600);
  if (whole < text.length) ftruncateSync(handle, whole);
  return {
    entries,
    append(entry) {
      writeSync(handle, `${JSON.stringify(entry)}\n`);
      fsyncSync(handle);
      entries.push(entry);
    },
    close: () => closeSync(handle),
  };
}

/** Writes a small file so that after a power cut it is either whole or absent. */
export function writeWhole(folder: string, name: string, content: string | Uint8Array): void {
  mkdirSync(folder, { recursive: true });
  const temporary = join(folder, `${name}.part`);
  const handle = openSync(temporary, "w", 0o600);
  writeFileSync(handle, content);
  fsyncSync(handle);
  closeSync(handle);
  renameSync(temporary, join(folder, name));
}
