import { expect, test } from "vitest";
import { brokenLine, GENESIS, trailHash, trailLineBytes } from "./trail-hash";

const content = (seq: number, action: string) => ({
  chain: "project:x",
  seq,
  action,
  subject: "s",
  role: "agency",
  at: "2026-05-18T00:00:00.000Z",
  realAt: "2026-05-18T00:00:00.000Z",
  facts: { n: seq },
});

async function chain(...actions: string[]) {
  const lines = [];
  let prev = GENESIS;
  for (const [i, action] of actions.entries()) {
    const line = content(i + 1, action);
    const hash = await trailHash(prev, trailLineBytes(line));
    lines.push({ ...line, prev, hash });
    prev = hash;
  }
  return lines;
}

test("an untouched chain holds from its first line to its last", async () => {
  expect(await brokenLine(await chain("a", "b", "c"))).toBeUndefined();
});

test("a changed, missing or exchanged line breaks the chain where it stands", async () => {
  const [a, b, c] = await chain("a", "b", "c");
  expect(await brokenLine([a!, { ...b!, subject: "other" }, c!])).toBe(2);
  expect(await brokenLine([a!, c!])).toBe(3);
  expect(await brokenLine([b!, c!])).toBe(2);
  expect(await brokenLine([{ ...a!, facts: { n: 9 } }, b!, c!])).toBe(1);
});
