import { createHash } from "node:crypto";
import type { Bytes } from "@/core/bytes";
import { blobOffsets } from "@/crypto/xbid/context";
import { readHeader } from "@/crypto/xbid/schema";
import { readAll, type Storage, StorageError } from "@/ports/storage";
import { UNIT_BYTES } from "./rules";

export interface StoredUnit {
  readonly n: number;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly storageKey: string;
}

/** Reads bytes [start, start + length) of a sealed body that is stored in units. */
export async function* readBody(
  storage: Storage,
  units: readonly StoredUnit[],
  start: number,
  length: number,
): AsyncGenerator<Uint8Array> {
  for (let offset = start; offset < start + length; ) {
    const n = Math.floor(offset / UNIT_BYTES);
    const within = offset - n * UNIT_BYTES;
    const take = Math.min(UNIT_BYTES - within, start + length - offset);
    yield* await storage.get(units[n]!.storageKey, { start: within, length: take });
    offset += take;
  }
}

/** Salt and key commitment stand in the first 56 bytes of every blob. */
const BLOB_HEAD_BYTES = 56;

/** First 56 bytes of every blob of a segment: what a key is checked against, and all a bidder needs to unlock its bid. */
export async function blobHeads(
  storage: Storage,
  units: readonly StoredUnit[],
  header: Uint8Array,
  segmentId: string,
): Promise<Bytes[]> {
  const parsed = readHeader(header);
  const index = parsed.segments.findIndex(({ id }) => id === segmentId);
  const heads: Bytes[] = [];
  for (const { start } of blobOffsets(parsed, header)[index] ?? [])
    heads.push(await readAll(readBody(storage, units, start, BLOB_HEAD_BYTES)));
  return heads;
}

/**
 * Number of the first stored unit whose bytes are no longer those that were received, or undefined when all are.
 *
 * @throws StorageError `unavailable` when the store does not answer: that is no damage, and is asked again.
 */
export async function firstDamagedUnit(storage: Storage, units: readonly StoredUnit[]): Promise<number | undefined> {
  for (const unit of units) {
    const hash = createHash("sha256");
    try {
      for await (const chunk of await storage.get(unit.storageKey)) hash.update(chunk);
    } catch (error) {
      if (!(error instanceof StorageError) || error.code !== "missing") throw error;
      return unit.n;
    }
    if (hash.digest("hex") !== unit.sha256) return unit.n;
  }
  return undefined;
}
