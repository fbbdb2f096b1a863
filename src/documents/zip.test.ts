import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { afterAll, expect, test } from "vitest";
import { utf8 } from "@/core/bytes";
import { openZip, ZipError } from "./zip-read";
import { openZipWriter } from "./zip-write";

const folder = mkdtempSync(join(tmpdir(), "xinbiao-zip-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function written(name: string, entries: Record<string, Uint8Array>): Promise<string> {
  const path = join(folder, name);
  const zip = await openZipWriter(path);
  for (const [entry, bytes] of Object.entries(entries)) await zip.add(entry, [bytes]);
  await zip.finish();
  return path;
}

const LARGE = new Uint8Array(2_500_000).map((_, i) => i % 251);
const ENTRIES = { "readme.txt": utf8("你好"), "bids/甲/投标函.pdf": LARGE, empty: new Uint8Array(0) };

test("entries come back byte by byte, whole and in part", async () => {
  const zip = await openZip(await written("whole.zip", ENTRIES));
  expect([...zip.entries.keys()]).toEqual(Object.keys(ENTRIES));
  for (const [name, bytes] of Object.entries(ENTRIES))
    expect(Buffer.from(await zip.bytes(name)).equals(bytes)).toBe(true);
  const part: number[] = [];
  for await (const bytes of zip.read("bids/甲/投标函.pdf", { start: 1_048_570, length: 10 })) part.push(...bytes);
  expect(part).toEqual([...LARGE.subarray(1_048_570, 1_048_580)]);
  await expect(zip.bytes("missing")).rejects.toBeInstanceOf(ZipError);
  await zip.close();
});

test("another program reads it", async () => {
  const found = unzipSync(readFileSync(await written("other.zip", ENTRIES)));
  expect(Object.keys(found)).toEqual(Object.keys(ENTRIES));
  for (const [name, bytes] of Object.entries(ENTRIES)) expect(Buffer.from(found[name]!).equals(bytes)).toBe(true);
});

test("names that lead elsewhere or stand twice are not written", async () => {
  const zip = await openZipWriter(join(folder, "names.zip"));
  for (const name of ["../a", "/a", "a//b", "a\\b", "c:a", "a/./b", ""])
    await expect(zip.add(name, [])).rejects.toBeInstanceOf(RangeError);
  await zip.add("a", []);
  await expect(zip.add("A", [])).rejects.toBeInstanceOf(RangeError);
  await zip.abandon();
});

test("a file with anything beside its entries, or cut, is refused", async () => {
  const good = readFileSync(await written("good.zip", { a: utf8("1"), b: utf8("2") }));
  const variants = {
    "more at the end": Buffer.concat([good, Buffer.from("x")]),
    "more at the start": Buffer.concat([Buffer.from("x"), good]),
    cut: good.subarray(0, good.length - 1),
    "other local name": Buffer.from(good.toString("latin1").replace("a", "c"), "latin1"),
    empty: Buffer.alloc(0),
  };
  for (const [name, bytes] of Object.entries(variants)) {
    const path = join(folder, `bad ${name}.zip`);
    writeFileSync(path, bytes);
    await expect(openZip(path), name).rejects.toBeInstanceOf(ZipError);
  }
});
