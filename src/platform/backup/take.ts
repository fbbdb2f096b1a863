import { once } from "node:events";
import { type FileHandle, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type postgres from "postgres";
import { type Pack, pack } from "tar-stream";
import type { Bytes } from "@/core/bytes";
import { canonicalText, encodeCanonical } from "@/core/canonical-json";
import { chunkKeys, encryptChunked, KEY_BYTES, SALT_BYTES } from "@/crypto/chunked";
import type { Storage } from "@/ports/storage";
import { inRows, readManifest, readSequences, readTable, requireAllRows, tally } from "./database";
import { type Holder, splitKey } from "./holders";
import { BackupError, type BackupHead, contextOf, FORMAT, type Sums } from "./schema";

/** Rows of a table come in entries of this size, because an entry says its length before its bytes. */
const PIECE_BYTES = 4 * 1024 * 1024;

export interface BackupSource {
  /** One connection of the superuser; the backup is one moment of the database (repeatable read). */
  readonly sql: postgres.Sql;
  readonly storage: Storage;
  /** Folder of the platform's keys. */
  readonly keysDir: string;
  readonly holders: readonly Holder[];
  readonly now: Date;
}

/**
 * Writes a backup of everything: tables, stored objects, the platform's keys. Nobody can read it alone, neither whoever takes it nor
 * whoever keeps it: it is encrypted as it is written, under a key of which each holder has half (O20 art. 15, 56; R-O.15b, R-8.4.3).
 * The file appears under its name when it is whole and on the disk. Memory does not grow with it. Without the platform's keys nothing
 * that was sealed to it could ever be opened again: where they are not found there is no backup.
 *
 * @throws BackupError
 */
export async function takeBackup(source: BackupSource, path: string): Promise<Sums> {
  const names = await readdir(source.keysDir).catch(() => []);
  if (!names.length)
    throw new BackupError(
      `${source.keysDir} 中没有平台密钥，没有密钥的备份恢复后打不开密封的文件。请用 DATA_DIR 指明平台的数据目录，并以能读取它的用户运行。未写入任何文件。`,
    );
  const key = globalThis.crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  const head: BackupHead = {
    format: FORMAT,
    madeAt: source.now.toISOString(),
    ...(await splitKey(key, source.holders)),
  };
  const line = canonicalText(head);
  const salt = globalThis.crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const keys = await chunkKeys(key, salt, contextOf(line));
  key.fill(0);
  const { partial, file } = await openPartial(path);
  try {
    const archive = pack();
    const filled = fill(archive, source).catch((error: Error) => {
      archive.destroy(error);
      throw error;
    });
    filled.catch(() => undefined);
    await file.writeFile(`${line}\n`);
    for await (const part of encryptChunked(keys, archive as AsyncIterable<Uint8Array>)) await file.writeFile(part);
    const sums = await filled;
    await file.sync();
    await file.close();
    await rename(partial, path);
    return sums;
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(partial, { force: true });
    throw error;
  }
}

/**
 * Opens the file that is written until the backup is whole: it names its process, so that what a dead one left is known and goes.
 *
 * @throws BackupError while another process writes this backup, or when nothing can be written there.
 */
async function openPartial(path: string): Promise<{ readonly partial: string; readonly file: FileHandle }> {
  const [folder, name] = [dirname(path), basename(path)];
  for (const found of await readdir(folder).catch(() => [])) {
    const pid = found.startsWith(`${name}.`) && /^\.(\d+)\.part$/.exec(found.slice(name.length))?.[1];
    if (!pid) continue;
    if (isAlive(Number(pid)))
      throw new BackupError(
        `另一次备份正在写入 ${path}（进程 ${pid}）。请等它结束，或换一个文件名；确认没有备份在运行的，删除 ${join(folder, found)} 后再试。未写入任何文件。`,
      );
    await rm(join(folder, found), { force: true });
  }
  const partial = `${path}.${process.pid}.part`;
  try {
    return { partial, file: await open(partial, "wx", 0o600) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new BackupError(`无法写入 ${partial}（${code}）。请核对目录是否存在、能否写入。未写入任何文件。`, {
      cause: error,
    });
  }
}

/** A process of another user may not be signalled, and is there. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** The objects are read after the moment of the database: whatever a row names was stored before the row was written. */
async function fill(archive: Pack, source: BackupSource): Promise<Sums> {
  const sums: Sums = { tables: {}, sequences: {}, objects: { count: 0, bytes: 0 }, keys: 0 };
  await source.sql.begin("isolation level repeatable read read only", async (tx) => {
    await requireAllRows(tx);
    const manifest = await readManifest(tx);
    await addBytes(archive, "manifest.json", encodeCanonical(manifest));
    for (const [index, table] of manifest.tables.entries()) {
      const seen = tally();
      let part = 0;
      for await (const piece of inRows(readTable(tx, table), PIECE_BYTES)) {
        seen.add(piece);
        await addBytes(archive, `tables/${index}/${part++}`, piece);
      }
      sums.tables[table.name] = seen.result();
    }
    sums.sequences = await readSequences(tx);
  });
  for await (const key of source.storage.keys()) {
    const size = await source.storage.size(key);
    // Forgotten meanwhile: dead ciphertext whose time has come.
    if (size === undefined) continue;
    await addStream(archive, `objects/${key}`, size, await source.storage.get(key));
    sums.objects.count += 1;
    sums.objects.bytes += size;
  }
  for (const name of await readdir(source.keysDir)) {
    await addBytes(archive, `keys/${name}`, new Uint8Array(await readFile(join(source.keysDir, name))));
    sums.keys += 1;
  }
  await addBytes(archive, "sums.json", encodeCanonical(sums));
  archive.finalize();
  return sums;
}

const addBytes = (archive: Pack, name: string, bytes: Bytes) =>
  new Promise<void>((done, fail) => {
    archive.entry({ name }, Buffer.from(bytes), (error) => (error ? fail(error) : done()));
  });

async function addStream(archive: Pack, name: string, size: number, body: AsyncIterable<Uint8Array>): Promise<void> {
  let entry: ReturnType<Pack["entry"]> | undefined;
  const stored = new Promise<void>((done, fail) => {
    entry = archive.entry({ name, size }, (error) => (error ? fail(error) : done()));
  });
  for await (const part of body) if (!entry!.write(part)) await once(entry!, "drain");
  entry!.end(undefined);
  await stored;
}
