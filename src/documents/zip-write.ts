import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { crc32 } from "node:zlib";
import type { ByteSource } from "@/crypto/pieces";
import { centralHeader, endRecords, isEntryName, localHeader, MAX_ENTRIES, type ZipEntry } from "./zip-format";

export interface Written {
  /** Lower-case hex. */
  readonly sha256: string;
  readonly size: number;
}

export interface ZipWriter {
  /** Stores an entry from a stream of any length. @throws RangeError on a name that an archive may not have. */
  add(name: string, source: ByteSource): Promise<Written>;
  /** Writes the directory and closes the file. @returns length of the file. */
  finish(): Promise<number>;
  /** Closes the file without finishing it. */
  abandon(): Promise<void>;
}

/**
 * Writes a ZIP file whose entries are stored as they are. Memory stays flat: an entry's header is written again when its
 * length and checksum are known.
 */
export async function openZipWriter(path: string): Promise<ZipWriter> {
  const file = await open(path, "wx");
  const entries: ZipEntry[] = [];
  const names = new Set<string>();
  let position = 0;
  const write = async (bytes: Uint8Array, at: number): Promise<void> => {
    for (let done = 0; done < bytes.length; ) {
      done += (await file.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
    }
  };
  return {
    async add(name, source) {
      if (!isEntryName(name) || names.has(name.toLowerCase())) throw new RangeError(`bad entry name: ${name}`);
      if (entries.length >= MAX_ENTRIES) throw new RangeError("too many entries");
      names.add(name.toLowerCase());
      const offset = position;
      const headerLength = localHeader({ name, size: 0, crc: 0 }).length;
      position += headerLength;
      const hash = createHash("sha256");
      let crc = 0;
      let size = 0;
      for await (const part of source) {
        hash.update(part);
        crc = crc32(part, crc);
        await write(part, position);
        size += part.length;
        position += part.length;
      }
      await write(localHeader({ name, size, crc }), offset);
      entries.push({ name, size, crc, offset });
      return { sha256: hash.digest("hex"), size };
    },
    async finish() {
      const directory = Buffer.concat(entries.map(centralHeader));
      await write(directory, position);
      const end = endRecords(entries.length, position, directory.length);
      await write(end, position + directory.length);
      await file.close();
      return position + directory.length + end.length;
    },
    abandon: () => file.close(),
  };
}
