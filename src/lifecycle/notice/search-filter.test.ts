import { expect, test } from "vitest";
import { filterQuery, narrows, readFilter } from "./search-filter";

test("a filter read from an address and written again is the same address, in one order", () => {
  const query = "sort=deadline&due=7&amount=2&subject=works&region=5201&kind=tender&q=学校+改造";
  const filter = readFilter(new URLSearchParams(query));
  expect(filterQuery(filter)).toBe(
    new URLSearchParams("q=学校+改造&kind=tender&region=5201&subject=works&amount=2&due=7&sort=deadline").toString(),
  );
  expect(readFilter(new URLSearchParams(filterQuery(filter)))).toEqual(filter);
  expect(narrows(filter)).toBe(true);
});

test("what is unknown, doubled or malformed in an address narrows nothing", () => {
  for (const query of [
    {},
    { kind: "secret", region: "5", subject: "x", amount: "9", due: "99999", sort: "bids", after: "1~" },
    { kind: ["tender", "result"], q: ["a", "b"], after: "99999999999999999999~X" },
    { q: "\0", region: "52' or 1=1", kind: "constructor" },
  ])
    expect(readFilter(query)).toEqual({ words: [], sort: "newest" });
});

test("words are at most eight, each once, of at most a hundred characters", () => {
  expect(readFilter({ q: " 学校  学校\t改造 " }).words).toEqual(["学校", "改造"]);
  expect(readFilter({ q: "a b c d e f g h i j" }).words).toHaveLength(8);
  expect(readFilter({ q: "长".repeat(300) }).words).toEqual(["长".repeat(100)]);
});
