import { type FileHandle, open } from "node:fs/promises";
import type { Bytes } from "@/core/bytes";
import {
  CENTRAL_BYTES,
  CENTRAL_EXTRA_BYTES,
  centralHeader,
  END_BYTES,
  END64_BYTES,
  endRecords,
  isEntryName,
  LOCATOR64_BYTES,
  localHeader,
  MAX_ENTRIES,
  SIGNATURES,
  type ZipEntry,
} from "./zip-format";

/** The file is not a ZIP as archives are written. The message is a Chinese sentence. */
export class ZipError extends Error {}

export interface ZipReader {
  /** Entries by name, in the order of the file. */
  readonly entries: ReadonlyMap<string, ZipEntry>;
  /** Bytes of an entry, or [start, start + length) of them, piece by piece. @throws ZipError when there is none. */
  read(name: string, range?: { readonly start: number; readonly length: number }): AsyncGenerator<Uint8Array>;
  /** A whole small entry. @throws ZipError when there is none or it is longer than `most`. */
  bytes(name: string, most?: number): Promise<Bytes>;
  close(): Promise<void>;
}

const PIECE_BYTES = 1_048_576;
/** Largest entry that is read as a whole. */
const MOST_BYTES = 256 * 1024 * 1024;
const MAX_DIRECTORY_BYTES = 64 * 1024 * 1024;
const TAIL_BYTES = END64_BYTES + LOCATOR64_BYTES + END_BYTES;

/**
 * Opens a ZIP as archives are written, and nothing else: every byte of the file belongs to one entry or to the directory,
 * and both descriptions of an entry agree, so that no program can see another content than this one.
 *
 * @throws ZipError
 */
export async function openZip(path: string): Promise<ZipReader> {
  const file = await open(path, "r");
  try {
    const entries = await readDirectory(file, (await file.stat()).size);
    return reader(file, entries);
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function exactly(file: FileHandle, start: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(bytes, done, length - done, start + done);
    if (!bytesRead) throw new ZipError("文件不完整");
    done += bytesRead;
  }
  return bytes;
}

async function readDirectory(file: FileHandle, size: number): Promise<Map<string, ZipEntry>> {
  if (size < TAIL_BYTES) throw new ZipError("不是文件包：文件过短");
  const tail = await exactly(file, size - TAIL_BYTES, TAIL_BYTES);
  if (tail.readUInt32LE(0) !== SIGNATURES.end64) throw new ZipError("不是文件包：文件末尾不是规定的目录记录");
  const count = Number(tail.readBigUInt64LE(24));
  const length = Number(tail.readBigUInt64LE(40));
  const start = Number(tail.readBigUInt64LE(48));
  if (count > MAX_ENTRIES || length > MAX_DIRECTORY_BYTES) throw new ZipError("文件包的文件数超出规定");
  if (start + length + TAIL_BYTES !== size || !tail.equals(endRecords(count, start, length))) {
    throw new ZipError("文件包的目录记录不符合规定");
  }
  const directory = await exactly(file, start, length);
  const entries = new Map<string, ZipEntry>();
  const folded = new Set<string>();
  let at = 0;
  let next = 0;
  for (let i = 0; i < count; i++) {
    const entry = readCentral(directory, at);
    const header = centralHeader(entry);
    if (!header.equals(directory.subarray(at, at + header.length))) throw new ZipError("文件包的目录项不符合规定");
    at += header.length;
    const { name, offset } = entry;
    if (!isEntryName(name)) throw new ZipError(`文件包含有不允许的文件名：${JSON.stringify(name)}`);
    if (folded.has(name.toLowerCase())) throw new ZipError(`文件包中文件名重复：${name}`);
    folded.add(name.toLowerCase());
    if (offset !== next) throw new ZipError(`文件包中 ${name} 之前有不属于任何文件的内容`);
    const local = localHeader(entry);
    if (!local.equals(await exactly(file, offset, local.length)))
      throw new ZipError(`文件包中 ${name} 的两处描述不一致`);
    next = offset + local.length + entry.size;
    entries.set(name, entry);
  }
  if (at !== length || next !== start) throw new ZipError("文件包含有不属于任何文件的内容");
  return entries;
}

function readCentral(directory: Buffer, at: number): ZipEntry {
  if (at + CENTRAL_BYTES > directory.length) throw new ZipError("文件包的目录不完整");
  const nameLength = directory.readUInt16LE(at + 28);
  const extra = at + CENTRAL_BYTES + nameLength;
  if (extra + CENTRAL_EXTRA_BYTES > directory.length) throw new ZipError("文件包的目录不完整");
  const [size, offset] = [directory.readBigUInt64LE(extra + 4), directory.readBigUInt64LE(extra + 20)];
  if (size > BigInt(Number.MAX_SAFE_INTEGER) || offset > BigInt(Number.MAX_SAFE_INTEGER))
    throw new ZipError("文件包的目录不符合规定");
  return {
    name: directory.toString("utf8", at + CENTRAL_BYTES, extra),
    size: Number(size),
    crc: directory.readUInt32LE(at + 16),
    offset: Number(offset),
  };
}

function reader(file: FileHandle, entries: ReadonlyMap<string, ZipEntry>): ZipReader {
  const find = (name: string): ZipEntry => {
    const entry = entries.get(name);
    if (!entry) throw new ZipError(`文件包中没有 ${name}`);
    return entry;
  };
  async function* read(name: string, range?: { readonly start: number; readonly length: number }) {
    const entry = find(name);
    const { start, length } = range ?? { start: 0, length: entry.size };
    if (start < 0 || length < 0 || start + length > entry.size) throw new ZipError(`${name} 的长度不足`);
    const first = entry.offset + localHeader(entry).length + start;
    for (let done = 0; done < length; done += PIECE_BYTES) {
      yield new Uint8Array(await exactly(file, first + done, Math.min(PIECE_BYTES, length - done)));
    }
  }
  return {
    entries,
    read,
    async bytes(name, most = MOST_BYTES) {
      const { size } = find(name);
      if (size > most) throw new ZipError(`${name} 过大`);
      const all = new Uint8Array(size);
      let offset = 0;
      for await (const part of read(name)) {
        all.set(part, offset);
        offset += part.length;
      }
      return all;
    },
    close: () => file.close(),
  };
}
