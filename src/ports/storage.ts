/**
 * Where bytes live (存储). Every object is written once under a key of its own and never changed:
 * sealed units under random single-use keys, documents under random keys.
 */
export interface Storage {
  /**
   * Stores an object durably; when this returns, the bytes survive a power cut.
   *
   * @param sizeBytes - exact length; a stream that ends before or after it is refused and leaves nothing.
   * @throws StorageError `exists` when the key was written before, `size` on a wrong length, `unavailable` otherwise.
   */
  put(key: string, body: AsyncIterable<Uint8Array>, sizeBytes: number): Promise<void>;
  /** Reads an object, or the bytes [start, start + length) of it, as a stream. @throws StorageError `missing`. */
  get(key: string, range?: { start: number; length: number }): Promise<AsyncIterable<Uint8Array>>;
  /** Length in bytes, or undefined when there is no such object. */
  size(key: string): Promise<number | undefined>;
  /** Forgets an object. Only for packages that were refused and for dead ciphertext whose time has come. */
  remove(key: string): Promise<void>;
  /** Every key there is, in no order: for backups alone. Objects written meanwhile may be among them or not. */
  keys(): AsyncIterable<string>;
  /** Throws when objects cannot be written or read now. */
  check(): Promise<void>;
}

export class StorageError extends Error {
  constructor(
    readonly code: "exists" | "missing" | "size" | "full" | "unavailable",
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "StorageError";
  }
}

/** Keys are ours: lower-case letters, digits, `-` and `/`; anything else is a bug, not an input. */
export function assertKey(key: string): void {
  if (!/^[a-z0-9][a-z0-9/-]{0,200}$/.test(key) || key.includes("//")) throw new Error(`bad storage key: ${key}`);
}

/** Reads a whole small object. */
export async function readAll(body: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body) {
    parts.push(part);
    length += part.length;
  }
  const all = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

/** One chunk as a stream. */
export async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
