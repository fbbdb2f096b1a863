import { createPrivateKey, randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freshKey, type KeySource } from "@/outside/ca/authority";

/**
 * Keys that the test files of one run share: every file gets them in turn behind those of the world it copies, so that
 * inside a file all keys differ, and each is made once a run.
 */
export function sharedKeys(runFolder: string, from: number): KeySource & { used(): number } {
  const folder = join(runFolder, "keys");
  mkdirSync(folder, { recursive: true });
  let count = from;
  const next = async () => {
    const name = `${++count}.pem`;
    try {
      return createPrivateKey(readFileSync(join(folder, name)));
    } catch {
      const key = await freshKey();
      // Two files may make one key at the same time: each is whole, and the last one stays.
      const half = join(folder, `${randomUUID()}.tmp`);
      writeFileSync(half, key.export({ type: "pkcs8", format: "pem" }));
      renameSync(half, join(folder, name));
      return key;
    }
  };
  return Object.assign(next, { used: () => count });
}
