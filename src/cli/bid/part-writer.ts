import type { FileHandle } from "node:fs/promises";
import { Worker } from "node:worker_threads";
import type { Bytes } from "@/core/bytes";
import { LEAF_PREFIX, PART_BYTES } from "@/crypto/merkle";

/** Pieces that wait to be written: enough that neither side stands still, little enough to stay flat in memory. */
const WAITING = 4;
/** What was written is brought to the disk after so many bytes, so that the last sync finds little to do. */
const SYNC_BYTES = 128 * 1024 * 1024;
/** Runs of chunks are of this size or longer. */
const GIVEN_BYTES = 512 * 1024;

type Told = { taken?: number; leaves?: Uint8Array[]; failed?: { message: string; code?: string } };

/**
 * Writes a body while the next of it is being made, in a thread of its own that also hashes its parts.
 *
 * @returns leaf hashes of the parts of 1 MiB.
 * @throws the error of the file system.
 */
export async function writeParts(file: FileHandle, body: AsyncIterable<Bytes>): Promise<Bytes[]> {
  const worker = new Worker(new URL("./part-writer-worker.mjs", import.meta.url), {
    workerData: { fd: file.fd, partBytes: PART_BYTES, prefix: LEAF_PREFIX },
    execArgv: [],
  });
  let waiting = 0;
  let unsynced = 0;
  let syncing: Promise<unknown> = Promise.resolve();
  let failure: Error | undefined;
  let done: Bytes[] | undefined;
  let wake = () => {};
  const fail = (error: Error) => {
    if (!done) failure ??= error;
    wake();
  };
  worker.on("error", fail);
  worker.on("exit", () => fail(new Error("the writing thread ended before its work")));
  worker.on("message", ({ taken = 0, leaves, failed }: Told) => {
    if (failed) return fail(Object.assign(new Error(failed.message), { code: failed.code }));
    if (leaves) done = leaves.map((leaf) => new Uint8Array(leaf));
    else waiting -= 1;
    unsynced += taken;
    if (unsynced >= SYNC_BYTES) {
      unsynced = 0;
      syncing = syncing.then(() => file.datasync()).catch(fail);
    }
    wake();
  });
  const until = async (ready: () => boolean) => {
    while (!failure && !ready())
      await new Promise<void>((woken) => {
        wake = woken;
      });
    if (failure) throw failure;
  };
  try {
    for await (const piece of body) {
      await until(() => waiting < WAITING);
      waiting += 1;
      // What was encrypted for this body alone is given away; small pieces, which may be used again, are copied.
      worker.postMessage(piece, piece.length >= GIVEN_BYTES ? [piece.buffer] : []);
    }
    worker.postMessage(null);
    await until(() => done !== undefined);
    // A sync that failed is told once: whoever syncs after it hears nothing.
    await syncing;
    if (failure) throw failure;
    return done!;
  } finally {
    await worker.terminate();
    await syncing;
  }
}
