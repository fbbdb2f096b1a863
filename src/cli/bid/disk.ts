import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, readFile } from "node:fs/promises";
import type { Bytes } from "@/core/bytes";
import type { RunningSha256 } from "@/crypto/sha256";

const PIECE_BYTES = 262_144;

/** Bytes of a file, or [start, start + length) of them. */
export async function* fileBytes(path: string, start = 0, length = Number.MAX_SAFE_INTEGER): AsyncGenerator<Bytes> {
  const file = await open(path, "r");
  try {
    for (let done = 0; done < length; ) {
      const piece: Bytes = new Uint8Array(Math.min(PIECE_BYTES, length - done));
      const { bytesRead } = await file.read(piece, 0, piece.length, start + done);
      if (!bytesRead) return;
      yield piece.subarray(0, bytesRead);
      done += bytesRead;
    }
  } finally {
    await file.close();
  }
}

/** A running SHA-256 by the engine's own code, several times as fast as the library that browsers need. */
export function nodeSha256(): RunningSha256 {
  const state = createHash("sha256");
  return { update: (bytes) => void state.update(bytes), digest: () => new Uint8Array(state.digest()) };
}

export async function hashOfFile(path: string): Promise<string> {
  const state = createHash("sha256");
  for await (const bytes of createReadStream(path)) state.update(bytes as Buffer);
  return state.digest("hex");
}

/** The first bytes of a file. */
export async function headOfFile(path: string, length: number): Promise<Bytes> {
  for await (const bytes of fileBytes(path, 0, length)) return bytes;
  return new Uint8Array(0);
}

/** Content of a small JSON file. @throws SyntaxError, or the error of the file system. */
export const readJson = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, "utf8"));
