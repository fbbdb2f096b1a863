import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { APART } from "./pdf-apart-limits";
import type { PdfReading } from "./pdf-text";

/** What a PDF says, or why nobody knows. */
export type ApartReading = PdfReading | { readonly state: "unreadable"; readonly reason: "too-large" | "too-heavy" };

/** The child ends itself; this is for one that no longer can. */
const GRACE_SECONDS = 5;
const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const program = fileURLToPath(new URL("./pdf-apart-child.ts", import.meta.url));

/**
 * Reads a PDF of a stranger in a process of its own, without the environment of this one: whatever the file does, it costs
 * what the limits name and nothing else.
 *
 * @throws when the process could not be started or failed by itself; that says nothing about the file.
 */
export async function readPdfApart(bytes: Uint8Array, limits = APART): Promise<ApartReading> {
  if (bytes.length > limits.bytes) return { state: "unreadable", reason: "too-large" };
  const child = spawn(
    process.execPath,
    [`--max-old-space-size=${limits.heapMegabytes}`, "--import", loader, program, JSON.stringify(limits)],
    { env: {} as NodeJS.ProcessEnv, stdio: ["pipe", "pipe", "ignore"] },
  );
  const timer = setTimeout(() => child.kill("SIGKILL"), (limits.seconds + GRACE_SECONDS) * 1000);
  const answer: Buffer[] = [];
  child.stdout.on("data", (part: Buffer) => answer.push(part));
  // A child that ended early reads no further: how it ended is what counts.
  child.stdin.on("error", () => undefined);
  child.stdin.end(bytes);
  try {
    const ended = await new Promise<{ code: number | null; signal: string | null }>((done, fail) => {
      child.once("error", fail);
      child.once("close", (code, signal) => done({ code, signal }));
    });
    if (ended.code === 0) return JSON.parse(Buffer.concat(answer).toString("utf8")) as PdfReading;
    // By its own watch, or by the engine when the heap was full; other signals come from whoever stops the platform.
    if (ended.signal === "SIGKILL" || ended.signal === "SIGABRT") return { state: "unreadable", reason: "too-heavy" };
    throw new Error(`a PDF could not be read: its process ended with ${ended.signal ?? ended.code}`);
  } finally {
    clearTimeout(timer);
  }
}
