import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { oneChunk, readAll, type Storage } from "@/ports/storage";
import { fsStorage } from "./storage-fs";
import { s3Storage } from "./storage-s3";

/** One suite for every driver: what the product relies on, and nothing else. */
function contract(name: string, make: () => Promise<{ storage: Storage; end: () => void }> | undefined) {
  const s3Missing = make() === undefined;
  describe.skipIf(s3Missing)(`storage contract: ${name}${s3Missing ? " (skipped: S3_ENDPOINT not set)" : ""}`, () => {
    let storage: Storage;
    let end = () => {};
    const key = () => `test/${crypto.randomUUID()}`;
    const bytes = (n: number, seed = 1) => Uint8Array.from({ length: n }, (_, i) => (i * 31 + seed) & 0xff);
    beforeAll(async () => {
      ({ storage, end } = await make()!);
      await storage.check();
    });
    afterAll(() => end());

    test("gives back exactly what was stored, whole and by range", async () => {
      const k = key();
      const body = bytes(300_000);
      await storage.put(k, oneChunk(body), body.length);
      expect(await readAll(await storage.get(k))).toEqual(body);
      expect(await readAll(await storage.get(k, { start: 70_000, length: 33 }))).toEqual(body.slice(70_000, 70_033));
      expect(await storage.size(k)).toBe(body.length);
    });
    test("a key is written once", async () => {
      const k = key();
      await storage.put(k, oneChunk(bytes(10)), 10);
      await expect(storage.put(k, oneChunk(bytes(10, 2)), 10)).rejects.toMatchObject({ code: "exists" });
      expect(await readAll(await storage.get(k))).toEqual(bytes(10));
    });
    test("a stream shorter or longer than declared is refused and leaves nothing", async () => {
      for (const declared of [9, 11]) {
        const k = key();
        await expect(storage.put(k, oneChunk(bytes(10)), declared)).rejects.toMatchObject({ code: "size" });
        expect(await storage.size(k)).toBeUndefined();
      }
    });
    test("a stream that breaks leaves nothing", async () => {
      const k = key();
      async function* broken() {
        yield bytes(5);
        throw new Error("line cut");
      }
      await expect(storage.put(k, broken(), 10)).rejects.toThrow();
      expect(await storage.size(k)).toBeUndefined();
    });
    test("what is not there is said to be missing", async () => {
      await expect(storage.get(key())).rejects.toMatchObject({ code: "missing" });
      expect(await storage.size(key())).toBeUndefined();
    });
    test("an object can be forgotten", async () => {
      const k = key();
      await storage.put(k, oneChunk(bytes(10)), 10);
      await storage.remove(k);
      expect(await storage.size(k)).toBeUndefined();
      await storage.remove(k);
    });
    test("holds an empty object and a unit of 8 MiB", async () => {
      const [a, b] = [key(), key()];
      await storage.put(a, (async function* () {})(), 0);
      expect((await readAll(await storage.get(a))).length).toBe(0);
      const unit = bytes(8 * 1024 * 1024);
      await storage.put(b, oneChunk(unit), unit.length);
      expect(Buffer.compare(Buffer.from(await readAll(await storage.get(b))), Buffer.from(unit))).toBe(0);
    });
    test("all keys are listed, and none that was forgotten", async () => {
      const kept = Array.from({ length: 120 }, (_, i) => `test/listed-${i % 3}/${crypto.randomUUID()}`);
      const gone = key();
      for (const one of kept) await storage.put(one, oneChunk(bytes(3)), 3);
      await storage.put(gone, oneChunk(bytes(3)), 3);
      await storage.remove(gone);
      const all: string[] = [];
      for await (const one of storage.keys()) {
        all.push(one);
        await storage.size(one);
      }
      expect(all).toEqual(expect.arrayContaining(kept));
      expect(new Set(all).size).toBe(all.length);
      expect(all).not.toContain(gone);
    });
    test("keys cannot leave the store", async () => {
      await expect(storage.put("../x", oneChunk(bytes(1)), 1)).rejects.toThrow("bad storage key");
    });
  });
}

contract("fs", async () => {
  const dir = mkdtempSync(join(tmpdir(), "xinbiao-storage-"));
  return { storage: fsStorage(dir), end: () => rmSync(dir, { recursive: true, force: true }) };
});
contract("s3", () => {
  const { S3_ENDPOINT, S3_ACCESS_KEY, S3_SECRET_KEY, S3_BUCKET = "xinbiao-test", S3_REGION = "default" } = process.env;
  if (!S3_ENDPOINT) return undefined;
  return Promise.resolve({
    storage: s3Storage({
      endpoint: S3_ENDPOINT,
      accessKey: S3_ACCESS_KEY ?? "",
      secretKey: S3_SECRET_KEY ?? "",
      bucket: S3_BUCKET,
      region: S3_REGION,
    }),
    end: () => {},
  });
});
