import { expect, test } from "vitest";
import { brokenLine, changeFacts, GENESIS, objectDigest, trailHash, trailLineBytes } from "./trail-hash";

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

test("R-O.49a: an object has one digest, however it is stored, and every change of it another", async () => {
  const object = {
    at: new Date("2026-05-18T00:00:00Z"),
    fen: 12n,
    ratio: 0.5,
    parts: [{ b: 1, a: null }],
    gone: undefined,
  };
  // The published form: what somebody else computes from what the page shows.
  const said = '{"at":"2026-05-18T00:00:00.000Z","fen":"12","parts":[{"b":1}],"ratio":"0.5"}';
  const sha256 = Buffer.from(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(said))).toString("hex");
  expect(await objectDigest(object)).toBe(sha256);
  expect(await objectDigest({ parts: [{ b: 1 }], ratio: 0.5, fen: 12n, at: object.at })).toBe(sha256);
  expect(await objectDigest({ ...object, fen: 13n })).not.toBe(sha256);
  expect(await objectDigest({ bytes: new Uint8Array([1, 255]) })).toBe(await objectDigest({ bytes: "01ff" }));
  expect(await changeFacts({ after: object })).toEqual({ after: sha256 });
  expect(await changeFacts({ before: object, after: undefined })).toEqual({ before: sha256 });
});

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
