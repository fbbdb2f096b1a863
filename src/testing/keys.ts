import { createPrivateKey, randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inject } from "vitest";
import { freshKey, type KeySource } from "@/outside/ca/authority";

/**
 * Keys that the test files of one run share: every file gets the first, the second, the third … in turn, so that inside
 * a file all keys differ, and each is made once a run.
 */
export function sharedKeys(): KeySource {
  const folder = join(inject("testDataDir"), "keys");
  mkdirSync(folder, { recursive: true });
  let count = 0;
  return async () => {
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
}
