import { expect, test } from "vitest";
import { type Bytes, fromHex, hex } from "@/core/bytes";
import { leafHash, nodeHash, PART_BYTES, partCount, partHasher, partLeaves, rootOf } from "./merkle";
import { sha256 } from "./sha256";

/** The eight leaves of the published test tree of Certificate Transparency. */
const LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"].map(
  fromHex,
);
const ROOTS = [
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

test("roots of the published trees of one to eight leaves", () => {
  for (const [i, root] of ROOTS.entries()) expect(hex(rootOf(LEAVES.slice(0, i + 1).map(leafHash)))).toBe(root);
  expect(hex(rootOf([]))).toBe(hex(sha256(new Uint8Array(0))));
});

test("the split is at the largest power of two for every size", () => {
  const leaves = Array.from({ length: 40 }, (_, i) => leafHash(Uint8Array.of(i)));
  const bySplitting = (part: readonly Bytes[]): Bytes => {
    if (part.length === 1) return part[0]!;
    let k = 1;
    while (k * 2 < part.length) k *= 2;
    return nodeHash(bySplitting(part.slice(0, k)), bySplitting(part.slice(k)));
  };
  for (let n = 1; n <= leaves.length; n++)
    expect(hex(rootOf(leaves.slice(0, n)))).toBe(hex(bySplitting(leaves.slice(0, n))));
});

test.each([0, 1, PART_BYTES, PART_BYTES + 1, 3 * PART_BYTES])(
  "the parts of %d bytes, pulled and pushed alike",
  async (length) => {
    const body = new Uint8Array(length).fill(5);
    const pulled: Bytes[] = [];
    for await (const leaf of partLeaves([body])) pulled.push(leaf);
    const hasher = partHasher();
    for (let i = 0; i < length; i += 700_001) await hasher.update(body.subarray(i, i + 700_001));
    const pushed = await hasher.leaves();
    expect(pulled.length).toBe(partCount(length));
    expect(pushed.map(hex)).toEqual(pulled.map(hex));
    if (length > 0)
      expect(hex(pulled.at(-1)!)).toBe(
        hex(leafHash(body.subarray(Math.floor((length - 1) / PART_BYTES) * PART_BYTES))),
      );
  },
);
