import { expect, test } from "vitest";
import { admission } from "./admission";

test("no more than the limit run at once, and who came first is served first", async () => {
  const room = admission(2);
  const order: number[] = [];
  const ends: (() => void)[] = [];
  let running = 0;
  let most = 0;
  const all = Array.from({ length: 5 }, (_, n) =>
    room.run(async () => {
      order.push(n);
      most = Math.max(most, ++running);
      await new Promise<void>((done) => ends.push(done));
      running--;
    }),
  );
  for (let n = 0; n < 5; n++) {
    await expect.poll(() => ends.length).toBeGreaterThan(n);
    ends[n]!();
  }
  await Promise.all(all);
  expect(most).toBe(2);
  expect(order).toEqual([0, 1, 2, 3, 4]);
});

test("a failure makes room for the next", async () => {
  const room = admission(1);
  await expect(room.run(async () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await room.run(async () => "next")).toBe("next");
});
