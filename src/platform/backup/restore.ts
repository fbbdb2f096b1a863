import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type postgres from "postgres";
import { extract } from "tar-stream";
import { fromUtf8 } from "@/core/bytes";
import { ChunkedError, decryptChunked } from "@/crypto/chunked";
import { gather } from "@/crypto/pieces";
import { OpenError } from "@/crypto/xbid/refusal";
import type { Storage } from "@/ports/storage";
import { beginLoad, endLoad, loadRows, readTable, requireAllRows, requireEmptyTwin, type Sql, tally } from "./database";
import { type HolderKey, joinKey } from "./holders";
import { BackupError, BackupHead, contextOf, MAX_HEAD_BYTES, Manifest, Sums } from "./schema";

export interface RestoreTarget {
  /** One connection of the superuser to a database that was migrated by this version and is empty. */
  readonly sql: postgres.Sql;
  readonly storage: Storage;
  readonly keysDir: string;
}

const DAMAGED = "备份文件不完整或被改动，不能恢复。数据库未做任何改动；请换一份备份。";

const ELSEWHERE =
  "数据库未做任何改动。请换一个全新的 DATA_DIR（对象存储在外部的，换一个空的存储桶）后再次运行 npm run restore。";

export interface OpenedBackup {
  readonly head: BackupHead;
  /** The head's line as it stands in the file, and where the ciphertext begins. */
  readonly line: string;
  readonly bodyAt: number;
}

/** Reads who can open a backup. @throws BackupError when the file is none. */
export async function readBackupHead(path: string): Promise<OpenedBackup> {
  const file = await open(path, "r").catch(() => {
    throw new BackupError(`读不到备份文件 ${path}。请核对文件名。`);
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_HEAD_BYTES), 0, MAX_HEAD_BYTES, 0);
    const end = buffer.subarray(0, bytesRead).indexOf(10);
    const line = end > 0 ? buffer.subarray(0, end).toString("utf8") : "";
    const head = BackupHead.safeParse(parsed(line));
    if (!head.success) throw new BackupError(`${path} 不是信标的备份文件。请核对文件名。`);
    return { head: head.data, line, bodyAt: end + 1 };
  } finally {
    await file.close();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Restores a backup into an empty installation: all tables in one transaction, counted and hashed against the backup before they are
 * committed, every object under its key, the platform's keys. A file that was cut or changed restores no row. A restore that was cut
 * off left no row either: run again it goes on, and objects and keys that came before are compared.
 *
 * @throws BackupError
 */
export async function restoreBackup(
  path: string,
  keys: readonly [HolderKey, HolderKey],
  target: RestoreTarget,
): Promise<Sums> {
  const { head, line, bodyAt } = await readBackupHead(path);
  try {
    const key = await joinKey(head, keys);
    const plain = () => decryptChunked(key, contextOf(line), createReadStream(path, { start: bodyAt }));
    // Read to its end once before anything is written: only then is it known to be whole.
    for await (const _ of plain());
    let sums: Sums | undefined;
    await target.sql.begin(async (tx) => {
      await requireAllRows(tx);
      sums = await load(tx, target, plain());
    });
    return sums!;
  } catch (error) {
    if (error instanceof ChunkedError || error instanceof OpenError) throw new BackupError(DAMAGED, { cause: error });
    throw error;
  }
}

async function load(tx: Sql, target: RestoreTarget, plain: AsyncIterable<Uint8Array>): Promise<Sums> {
  let manifest: Manifest | undefined;
  let sums: Sums | undefined;
  let objects = 0;
  const archive = extract();
  const read = pipeline(plain, archive);
  read.catch((error) => archive.destroy(error));
  for await (const entry of archive) {
    const body = entry as AsyncIterable<Uint8Array>;
    const { name, size } = entry.header;
    const [kind, ...rest] = name.split("/");
    if (name === "manifest.json") {
      manifest = Manifest.parse(parsed(fromUtf8(await gather(body))));
      await requireEmptyTwin(tx, manifest);
      await beginLoad(tx, manifest);
    } else if (name === "sums.json") sums = Sums.parse(parsed(fromUtf8(await gather(body))));
    else if (kind === "keys") await restoreKey(target.keysDir, rest.join("/"), await gather(body));
    else if (kind === "tables") {
      const table = manifest?.tables[Number(rest[0])];
      if (!table) throw new BackupError(DAMAGED);
      await loadRows(tx, table, body);
    } else if (kind === "objects") {
      await restoreObject(target.storage, rest.join("/"), body, Number(size));
      objects += 1;
    }
    // An entry of no bytes is read to its end as well, or the next one never comes.
    entry.resume();
  }
  await read;
  if (!manifest || !sums || objects !== sums.objects.count) throw new BackupError(DAMAGED);
  await compare(tx, manifest, sums);
  await endLoad(tx, sums.sequences);
  return sums;
}

/** What stands in the tables now is read again and is, byte for byte, what stood in those of the backup. */
async function compare(tx: Sql, manifest: Manifest, sums: Sums): Promise<void> {
  for (const table of manifest.tables) {
    const seen = tally();
    for await (const part of readTable(tx, table)) seen.add(part);
    const [got, wanted] = [seen.result(), sums.tables[table.name]];
    if (got.rows !== wanted?.rows || got.sha256 !== wanted.sha256)
      throw new BackupError(
        `恢复后的数据表 ${table.name} 与备份不一致（${got.rows} 行，应为 ${wanted?.rows ?? 0} 行）。数据库未做任何改动。`,
      );
  }
}

/** An object that is there already is the backup's, byte for byte, or it is another installation's. */
async function restoreObject(
  storage: Storage,
  key: string,
  body: AsyncIterable<Uint8Array>,
  size: number,
): Promise<void> {
  if ((await storage.size(key)) === undefined) return storage.put(key, body, size);
  const brought = await hashOf(body);
  if ((await hashOf(await storage.get(key))) !== brought)
    throw new BackupError(`存储中已有同名的对象 ${key}，内容与备份不同。${ELSEWHERE}`);
}

async function hashOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const part of body) hash.update(part);
  return hash.digest("hex");
}

/** Keys of another installation are never written over. */
async function restoreKey(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  if (!/^[\w.-]{1,100}$/.test(name)) throw new BackupError(DAMAGED);
  await mkdir(folder, { recursive: true });
  const path = join(folder, name);
  if (!(await readdir(folder)).includes(name)) await writeFile(path, bytes, { mode: 0o600 });
  else if (!(await readFile(path)).equals(bytes))
    throw new BackupError(`${path} 已经存在，内容与备份不同：是另一套平台密钥，或上次恢复中断时没有写完。${ELSEWHERE}`);
}
