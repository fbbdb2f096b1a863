import { createHash, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { passingUnit } from "./unit-parts";

const MIB = 1024 * 1024;
const sha256 = (...parts: Uint8Array[]) =>
  parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest("hex");

async function* inChunks(bytes: Uint8Array, size: number) {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

test("a unit passes in pieces of 256 KiB, whatever the line cuts it into, with the hashes of the whole and of every part of 1 MiB", async () => {
  for (const [length, chunk] of [
    [1, 1],
    [MIB, 65_536],
    [MIB + 1, 100_000],
    [3 * MIB - 7, 5 * MIB],
  ] as const) {
    const body = new Uint8Array(randomBytes(length));
    const unit = passingUnit(inChunks(body, chunk));
    const parts: Uint8Array[] = [];
    for await (const part of unit.parts) parts.push(part);
    const whole = Buffer.concat(parts);
    expect(whole.equals(body)).toBe(true);
    expect(parts.slice(0, -1).every((part) => part.length === MIB / 4)).toBe(true);
    expect(unit.sha256()).toBe(sha256(body));
    const leaves: string[] = [];
    for await (const part of inChunks(body, MIB)) leaves.push(sha256(Uint8Array.of(0), part));
    expect(Buffer.from(unit.leafHashes()).toString("hex")).toBe(leaves.join(""));
  }
});

test("an empty body has no piece and no leaf", async () => {
  const unit = passingUnit(inChunks(new Uint8Array(), 1));
  for await (const _ of unit.parts) throw new Error("a piece of nothing");
  expect(unit.leafHashes()).toHaveLength(0);
  expect(unit.sha256()).toBe(sha256());
});
