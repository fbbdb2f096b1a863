import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { link, mkdir, open, opendir, readFile, rm, stat, unlink, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { assertKey, type Storage, StorageError } from "@/ports/storage";

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code;

/** Folder by folder: Node's own recursive walk leaves files out when it is read slowly. */
async function* filesBelow(folder: string, prefix: string): AsyncGenerator<string> {
  for await (const entry of await opendir(folder)) {
    const key = prefix + entry.name;
    if (entry.isDirectory()) yield* filesBelow(join(folder, entry.name), `${key}/`);
    else yield key;
  }
}

/**
 * Objects as files. Written beside their place, synced, then linked to their final name, so that a name exists only
 * with all its bytes; the folder is synced too, because a name is data as well.
 */
export function fsStorage(root: string): Storage {
  const base = resolve(root);
  const place = (key: string) => {
    assertKey(key);
    return join(base, "objects", key);
  };
  const known = new Set<string>();
  async function ensure(dir: string) {
    if (known.has(dir)) return;
    await mkdir(dir, { recursive: true });
    known.add(dir);
  }
  async function syncFolder(dir: string) {
    const handle = await open(dir, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
  const syncs = new Map<string, { readonly running: Promise<void>; next?: Promise<void> }>();
  function beginSync(dir: string): Promise<void> {
    const sync: { readonly running: Promise<void>; next?: Promise<void> } = { running: syncFolder(dir) };
    syncs.set(dir, sync);
    const ended = () => {
      if (!sync.next) syncs.delete(dir);
    };
    sync.running.then(ended, ended);
    return sync.running;
  }
  /** Names that come while their folder is being synced share the sync after it, which begins when all of them are there. */
  function namesDurable(dir: string): Promise<void> {
    const sync = syncs.get(dir);
    if (!sync) return beginSync(dir);
    sync.next ??= sync.running.then(
      () => beginSync(dir),
      () => beginSync(dir),
    );
    return sync.next;
  }
  return {
    async put(key, body, sizeBytes) {
      const target = place(key);
      const temporary = join(base, "incoming", randomUUID());
      await ensure(dirname(target));
      await ensure(dirname(temporary));
      try {
        const handle = await open(temporary, "wx");
        try {
          let written = 0;
          for await (const part of body) {
            written += part.length;
            if (written > sizeBytes) throw new StorageError("size", "more bytes than declared");
            await handle.writeFile(part);
          }
          if (written !== sizeBytes) throw new StorageError("size", "fewer bytes than declared");
          await handle.datasync();
        } finally {
          await handle.close();
        }
        await link(temporary, target);
        await namesDurable(dirname(target));
      } catch (error) {
        if (error instanceof StorageError) throw error;
        if (codeOf(error) === "EEXIST") throw new StorageError("exists", "written before");
        if (codeOf(error) === "ENOSPC" || codeOf(error) === "EDQUOT")
          throw new StorageError("full", "no space left", { cause: error });
        throw new StorageError("unavailable", "could not be written", { cause: error });
      } finally {
        await unlink(temporary).catch(() => {});
      }
    },
    async get(key, range) {
      const path = place(key);
      const found = await stat(path).catch(() => undefined);
      if (!found) throw new StorageError("missing", "no such object");
      if (range && range.length === 0) return (async function* () {})();
      return createReadStream(path, range ? { start: range.start, end: range.start + range.length - 1 } : {});
    },
    async size(key) {
      const found = await stat(place(key)).catch(() => undefined);
      return found?.size;
    },
    async remove(key) {
      await rm(place(key), { force: true });
    },
    async *keys() {
      const root = join(base, "objects");
      await mkdir(root, { recursive: true });
      yield* filesBelow(root, "");
    },
    async check() {
      const probe = join(base, "incoming", `check-${randomUUID()}`);
      await ensure(dirname(probe));
      try {
        await writeFile(probe, "ok");
        await readFile(probe);
      } catch (error) {
        throw new StorageError(codeOf(error) === "ENOSPC" ? "full" : "unavailable", "storage does not answer", {
          cause: error,
        });
      } finally {
        await rm(probe, { force: true });
      }
    },
  };
}
