import { expect, test } from "vitest";
import { type RankedBid, rankingAmong } from "./case-file";

const row = (bidId: string, rank: number): RankedBid => ({
  ...{ bidId, rank, priceFen: BigInt(rank) * 100n, totalHundredths: 9_000 - rank },
});

test("R-L.102: who is left after a revocation moves up at its own bid, and ties stay ties", () => {
  const ranking = [row("a", 1), row("b", 2), row("c", 2), row("d", 4)];
  const among = (gone: string) =>
    rankingAmong(ranking, (bidId) => bidId !== gone).map(({ bidId, rank, priceFen }) => `${bidId} ${rank} ${priceFen}`);
  expect(among("a")).toEqual(["b 1 200", "c 1 200", "d 3 400"]);
  expect(among("b")).toEqual(["a 1 100", "c 2 200", "d 3 400"]);
  expect(among("x")).toEqual(["a 1 100", "b 2 200", "c 2 200", "d 4 400"]);
});
