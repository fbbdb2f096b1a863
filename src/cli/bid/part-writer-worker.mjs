import { createHash } from "node:crypto";
import { writeSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";

/** Beside `part-writer.ts`, in a thread of its own: writes each piece and hashes the parts that the pieces make. Plain, so that it starts at once. */
const { fd, partBytes, prefix } = workerData;
const leaves = [];
let leaf;
let room = 0;

function endPart() {
  if (leaf) leaves.push(leaf.digest());
  leaf = undefined;
}

function hash(piece) {
  for (let offset = 0; offset < piece.length; ) {
    if (!leaf) {
      leaf = createHash("sha256").update(prefix);
      room = partBytes;
    }
    const some = piece.subarray(offset, offset + room);
    leaf.update(some);
    offset += some.length;
    room -= some.length;
    if (room === 0) endPart();
  }
}

parentPort.on("message", (piece) => {
  try {
    if (!piece) {
      endPart();
      return parentPort.postMessage({ leaves });
    }
    for (let done = 0; done < piece.length; ) done += writeSync(fd, piece, done);
    hash(piece);
    parentPort.postMessage({ taken: piece.length });
  } catch ({ message, code }) {
    parentPort.postMessage({ failed: { message, code } });
  }
});
