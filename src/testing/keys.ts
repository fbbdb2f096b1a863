import { createPrivateKey } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inject } from "vitest";
import { freshKey, type KeySource } from "@/outside/ca/authority";
import { writeWhole } from "@/outside/journal";

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
      writeWhole(folder, name, key.export({ type: "pkcs8", format: "pem" }).toString());
      return key;
    }
  };
}
