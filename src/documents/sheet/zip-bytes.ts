import { SHEET_LIMITS, SheetRefused } from "./table";

/**
 * The ZIP of a workbook that somebody else's program wrote, in memory, in a browser's worker or in Node. Nothing is
 * believed: sizes are limited before and while unpacking, both descriptions of an entry must agree, entries may not
 * overlap. Unpacking is the engine's own (DecompressionStream), so there is no dependency.
 */
export interface ZipBytes {
  readonly names: readonly string[];
  /** Unpacked bytes of an entry, piece by piece. @throws SheetRefused */
  read(name: string): AsyncGenerator<Uint8Array>;
}

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly start: number;
}

const [LOCAL, CENTRAL, END] = [0x04034b50, 0x02014b50, 0x06054b50];
const [LOCAL_BYTES, CENTRAL_BYTES, END_BYTES] = [30, 46, 22];
const MAX_COMMENT = 65_535;
const [STORED, DEFLATED] = [0, 8];
/** Small pieces go in, so that a bomb swells by little before the count stops it. */
const PIECE_BYTES = 4_096;

const damaged = (what: string) =>
  new SheetRefused(`表格文件已损坏（${what}），没有导入。请用表格软件打开并另存为 .xlsx。`);

/** @throws SheetRefused */
export function openZipBytes(bytes: Uint8Array<ArrayBuffer>): ZipBytes {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries = readDirectory(bytes, view);
  return {
    names: [...entries.keys()],
    async *read(name) {
      const entry = entries.get(name);
      if (!entry) throw damaged(`缺少 ${name}`);
      let [size, crc] = [0, -1];
      const packed = bytes.subarray(entry.start, entry.start + entry.packed);
      try {
        for await (const piece of entry.method === STORED ? [packed] : inflated(packed)) {
          size += piece.length;
          if (size > entry.size) throw damaged(`${name} 的实际大小超过声明的 ${entry.size} 字节`);
          crc = crcOf(piece, crc);
          yield piece;
        }
      } catch (error) {
        if (error instanceof SheetRefused) throw error;
        throw damaged(`${name} 不能解压`);
      }
      if (size !== entry.size || (crc ^ -1) >>> 0 !== entry.crc) throw damaged(`${name} 与声明的大小或校验值不符`);
    },
  };
}

function readDirectory(bytes: Uint8Array, view: DataView): Map<string, Entry> {
  let end = bytes.length - END_BYTES;
  while (end >= 0 && end >= bytes.length - END_BYTES - MAX_COMMENT && view.getUint32(end, true) !== END) end--;
  if (end < 0 || view.getUint32(end, true) !== END) throw damaged("文件不完整");
  const count = view.getUint16(end + 10, true);
  const [length, start] = [view.getUint32(end + 12, true), view.getUint32(end + 16, true)];
  if (view.getUint16(end + 4, true) || view.getUint16(end + 8, true) !== count || start + length > end)
    throw damaged("目录不符合规定");
  if (count > SHEET_LIMITS.parts)
    throw new SheetRefused(
      `表格文件含有 ${count} 个部件，超过 ${SHEET_LIMITS.parts} 个，没有导入。请把数据复制到新建的工作簿再导入。`,
    );
  const entries = new Map<string, Entry>();
  let [at, total] = [start, 0];
  for (let i = 0; i < count; i++) {
    if (at + CENTRAL_BYTES > start + length || view.getUint32(at, true) !== CENTRAL) throw damaged("目录不完整");
    const entry = readEntry(bytes, view, at, start);
    at += CENTRAL_BYTES + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    total += entry.size;
    if (entries.has(entry.name)) throw damaged(`${entry.name} 出现两次`);
    if (entry.size > SHEET_LIMITS.partBytes || total > SHEET_LIMITS.totalBytes) throw tooLarge();
    entries.set(entry.name, entry);
  }
  if (at !== start + length) throw damaged("目录不符合规定");
  let free = 0;
  for (const entry of [...entries.values()].sort((a, b) => a.start - b.start)) {
    if (entry.start < free) throw damaged("部件互相重叠");
    free = entry.start + entry.packed;
  }
  return entries;
}

export const tooLarge = () =>
  new SheetRefused(
    `表格解压后超过 ${SHEET_LIMITS.partBytes / 1024 / 1024} MB，没有导入。请删除清单以外的行、列、格式和图片，或从平台下载模板重新填写。`,
  );

function readEntry(bytes: Uint8Array, view: DataView, at: number, limit: number): Entry {
  const flags = view.getUint16(at + 8, true);
  if (flags & 1) throw new SheetRefused("表格文件设有密码，没有导入。请取消密码后另存为 .xlsx。");
  const method = view.getUint16(at + 10, true);
  if (method !== STORED && method !== DEFLATED) throw damaged("压缩方法不是表格所用的");
  const nameBytes = bytes.subarray(at + CENTRAL_BYTES, at + CENTRAL_BYTES + view.getUint16(at + 28, true));
  const [crc, packed, size] = [16, 20, 24].map((offset) => view.getUint32(at + offset, true)) as [
    number,
    number,
    number,
  ];
  const local = view.getUint32(at + 42, true);
  if (local + LOCAL_BYTES > limit || view.getUint32(local, true) !== LOCAL) throw damaged("部件的位置不正确");
  const nameLength = view.getUint16(local + 26, true);
  const start = local + LOCAL_BYTES + nameLength + view.getUint16(local + 28, true);
  const localName = bytes.subarray(local + LOCAL_BYTES, local + LOCAL_BYTES + nameLength);
  if (start + packed > limit || (method === STORED && packed !== size)) throw damaged("部件的大小不正确");
  if (view.getUint16(local + 8, true) !== method || !same(nameBytes, localName)) throw damaged("部件的两处描述不一致");
  // A later description that is not there (flag 8) leaves sizes of zero here; any other difference is a lie.
  if (!(flags & 8) && (view.getUint32(local + 18, true) !== packed || view.getUint32(local + 22, true) !== size))
    throw damaged("部件的两处描述不一致");
  return { name: new TextDecoder().decode(nameBytes), method, crc, packed, size, start };
}

const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);

/** The source is pulled: a piece is unpacked only when the one before was read, and leaving ends it. */
async function* inflated(packed: Uint8Array<ArrayBuffer>): AsyncGenerator<Uint8Array> {
  let at = 0;
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull(controller) {
        if (at >= packed.length) return controller.close();
        controller.enqueue(packed.subarray(at, at + PIECE_BYTES));
        at += PIECE_BYTES;
      },
    },
    { highWaterMark: 0 },
  );
  const reader = source.pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

const CRC_TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** CRC-32 going on from `crc`; begins with -1, and the end is inverted. */
export function crcOf(bytes: Uint8Array, crc = -1): number {
  let value = crc;
  for (const byte of bytes) value = (value >>> 8) ^ CRC_TABLE[(value ^ byte) & 0xff]!;
  return value;
}
