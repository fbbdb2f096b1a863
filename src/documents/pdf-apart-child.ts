import { setPriority } from "node:os";
import { Worker } from "node:worker_threads";
import type { APART } from "./pdf-apart-limits";
import { readPdf } from "./pdf-text";

/** Reads one PDF from standard input and writes its reading to standard output; started by `pdf-apart.ts` alone. */

/** Below everything that people wait for. */
const NICE = 10;
setPriority(NICE);
const limits = JSON.parse(process.argv[2]!) as typeof APART;

// A file may keep this thread busy for ever, and what it unpacks is no part of the heap: a thread beside it counts.
const WATCH = `const { workerData } = require("node:worker_threads");
const end = () => process.kill(process.pid, "SIGKILL");
setInterval(() => { if (process.memoryUsage.rss() > workerData.memoryBytes) end(); }, 25);
setTimeout(end, workerData.seconds * 1000);`;
new Worker(WATCH, { eval: true, workerData: limits, execArgv: [] }).unref();

const parts: Uint8Array[] = [];
for await (const part of process.stdin) parts.push(part as Uint8Array);
const reading = await readPdf(new Uint8Array(Buffer.concat(parts)), limits);
process.stdout.write(JSON.stringify(reading), () => process.exit());
