import { expect, test } from "vitest";
import { admission } from "./admission";

/** Work that goes on until it is told to end. */
function tasks(room: ReturnType<typeof admission>) {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const all: Promise<void>[] = [];
  return {
    begun,
    add(sender: string, name = `${sender}${all.length}`) {
      const work = () =>
        new Promise<void>((done) => {
          begun.push(name);
          ends.set(name, done);
        });
      all.push(room.run(sender, work));
    },
    async end(name: string) {
      ends.get(name)!();
      await new Promise((done) => setImmediate(done));
    },
    over: () => Promise.all(all),
  };
}
const settled = () => new Promise((done) => setImmediate(done));

test("no more than the limit run at once, and who came first is served first", async () => {
  const work = tasks(admission({ atOnce: 2 }));
  for (const sender of ["a", "b", "c", "d"]) work.add(sender, sender);
  await settled();
  expect(work.begun).toEqual(["a", "b"]);
  await work.end("b");
  expect(work.begun).toEqual(["a", "b", "c"]);
  for (const name of ["a", "c", "d"]) await work.end(name);
  await work.over();
  expect(work.begun).toEqual(["a", "b", "c", "d"]);
});

test("a thousand connections of one organisation have its share of the room, and another's first one has its own", async () => {
  const work = tasks(admission({ atOnce: 8, ofOne: 2 }));
  for (let n = 0; n < 1_000; n++) work.add("stalled");
  work.add("other", "other");
  await settled();
  expect(work.begun).toEqual(["stalled0", "stalled1", "other"]);
  await work.end("stalled0");
  expect(work.begun.at(-1)).toBe("stalled2");
  await work.end("other");
  expect(work.begun).toHaveLength(4);
});

test("lines that are slow give their turn to the next, and keep their own place", async () => {
  const work = tasks(admission({ atOnce: 2, slowMs: 20 }));
  for (const sender of ["a", "b", "c", "d", "e"]) work.add(sender, sender);
  await settled();
  expect(work.begun).toEqual(["a", "b"]);
  await expect.poll(() => work.begun.length).toBe(5);
  for (const name of work.begun) await work.end(name);
  await work.over();
});

test("a failure makes room for the next", async () => {
  const room = admission({ atOnce: 1 });
  await expect(room.run("a", async () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await room.run("b", async () => "next")).toBe("next");
});
