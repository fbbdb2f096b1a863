/**
 * The part of the ZIP format that archives use: entries stored as they are, without gaps, comments or encryption, names
 * in UTF-8, ZIP64 where 32 bits are too few. Any unpacking program reads it.
 */
export const SIGNATURES = {
  local: 0x04034b50,
  central: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  locator64: 0x07064b50,
} as const;

export const LOCAL_BYTES = 30;
export const CENTRAL_BYTES = 46;
export const END_BYTES = 22;
export const END64_BYTES = 56;
export const LOCATOR64_BYTES = 20;
/** The ZIP64 field of an entry: id, length, size twice; in the central directory also the offset. */
export const LOCAL_EXTRA_BYTES = 20;
export const CENTRAL_EXTRA_BYTES = 28;
export const ZIP64_ID = 1;
export const VERSION_ZIP64 = 45;
/** Names are UTF-8. */
export const UTF8_FLAG = 0x0800;
/** 1980-01-01 00:00: an archive says when it was built in its manifest, not here. */
export const NO_DATE = 0x0021;
export const MAX32 = 0xffffffff;
export const MAX16 = 0xffff;

export const MAX_ENTRIES = 20_000;
const MAX_PATH_BYTES = 400;

/** May an entry have this name? Relative, `/` between parts, nothing that leads out of the folder it is unpacked into. */
export function isEntryName(name: string): boolean {
  // Separators of other systems, control and direction characters.
  if (/[\\:\u0000-\u001f\u007f\u200e\u200f\u2028-\u202e\u2066-\u2069]/.test(name)) return false;
  if (name.normalize("NFC") !== name || new TextEncoder().encode(name).length > MAX_PATH_BYTES) return false;
  return name.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

export interface ZipEntry {
  readonly name: string;
  readonly size: number;
  readonly crc: number;
  /** Where its local header begins. */
  readonly offset: number;
}

/** Local header of an entry whose length and checksum are known. */
export function localHeader({ name, size, crc }: Omit<ZipEntry, "offset">): Buffer {
  const path = Buffer.from(name, "utf8");
  const header = Buffer.alloc(LOCAL_BYTES + path.length + LOCAL_EXTRA_BYTES);
  header.writeUInt32LE(SIGNATURES.local, 0);
  header.writeUInt16LE(VERSION_ZIP64, 4);
  header.writeUInt16LE(UTF8_FLAG, 6);
  header.writeUInt16LE(NO_DATE, 12);
  header.writeUInt32LE(crc, 14);
  header.writeUInt32LE(MAX32, 18);
  header.writeUInt32LE(MAX32, 22);
  header.writeUInt16LE(path.length, 26);
  header.writeUInt16LE(LOCAL_EXTRA_BYTES, 28);
  path.copy(header, LOCAL_BYTES);
  const extra = LOCAL_BYTES + path.length;
  header.writeUInt16LE(ZIP64_ID, extra);
  header.writeUInt16LE(LOCAL_EXTRA_BYTES - 4, extra + 2);
  header.writeBigUInt64LE(BigInt(size), extra + 4);
  header.writeBigUInt64LE(BigInt(size), extra + 12);
  return header;
}

export function centralHeader({ name, size, crc, offset }: ZipEntry): Buffer {
  const path = Buffer.from(name, "utf8");
  const header = Buffer.alloc(CENTRAL_BYTES + path.length + CENTRAL_EXTRA_BYTES);
  header.writeUInt32LE(SIGNATURES.central, 0);
  header.writeUInt16LE(VERSION_ZIP64, 4);
  header.writeUInt16LE(VERSION_ZIP64, 6);
  header.writeUInt16LE(UTF8_FLAG, 8);
  header.writeUInt16LE(NO_DATE, 14);
  header.writeUInt32LE(crc, 16);
  header.writeUInt32LE(MAX32, 20);
  header.writeUInt32LE(MAX32, 24);
  header.writeUInt16LE(path.length, 28);
  header.writeUInt16LE(CENTRAL_EXTRA_BYTES, 30);
  header.writeUInt32LE(MAX32, 42);
  path.copy(header, CENTRAL_BYTES);
  const extra = CENTRAL_BYTES + path.length;
  header.writeUInt16LE(ZIP64_ID, extra);
  header.writeUInt16LE(CENTRAL_EXTRA_BYTES - 4, extra + 2);
  header.writeBigUInt64LE(BigInt(size), extra + 4);
  header.writeBigUInt64LE(BigInt(size), extra + 12);
  header.writeBigUInt64LE(BigInt(offset), extra + 20);
  return header;
}

/** Both end records: the ZIP64 one with its locator, and the old one that points to it. */
export function endRecords(count: number, centralStart: number, centralLength: number): Buffer {
  const end = Buffer.alloc(END64_BYTES + LOCATOR64_BYTES + END_BYTES);
  end.writeUInt32LE(SIGNATURES.end64, 0);
  end.writeBigUInt64LE(BigInt(END64_BYTES - 12), 4);
  end.writeUInt16LE(VERSION_ZIP64, 12);
  end.writeUInt16LE(VERSION_ZIP64, 14);
  end.writeBigUInt64LE(BigInt(count), 24);
  end.writeBigUInt64LE(BigInt(count), 32);
  end.writeBigUInt64LE(BigInt(centralLength), 40);
  end.writeBigUInt64LE(BigInt(centralStart), 48);
  const locator = END64_BYTES;
  end.writeUInt32LE(SIGNATURES.locator64, locator);
  end.writeBigUInt64LE(BigInt(centralStart + centralLength), locator + 8);
  end.writeUInt32LE(1, locator + 16);
  const old = locator + LOCATOR64_BYTES;
  end.writeUInt32LE(SIGNATURES.end, old);
  end.writeUInt16LE(MAX16, old + 8);
  end.writeUInt16LE(MAX16, old + 10);
  end.writeUInt32LE(MAX32, old + 12);
  end.writeUInt32LE(MAX32, old + 16);
  return end;
}
