import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { DrawCase, runDrawCase } from "@/lifecycle/committee/draw-case";
import { PublishedCase, recompute } from "./published-case";

const example = (name: string): unknown => JSON.parse(readFileSync(`public/specs/examples/${name}.json`, "utf8"));

test("R-5.7.2 R-5.6.7: the published example of draws is recomputed by an outsider from its file alone", async () => {
  const result = await runDrawCase(DrawCase.parse(example("draw-1")));
  expect(result.disagreements).toEqual([]);
  expect(result.draws.map(({ label }) => label)).toEqual(["EXPERT|civil", "SEAT", "K"]);
});

test("R-5.7.15: the published examples of evaluations are recomputed from their files alone", () => {
  for (const name of ["score-1", "score-3"]) {
    const { differences } = recompute(PublishedCase.parse(example(name)));
    expect(differences, name).toEqual([]);
  }
});

test("a published result that does not follow from its case is named by place", () => {
  const published = PublishedCase.parse(example("score-1"));
  published.expect = { base: "9276237.51", rows: [], ranking: [{ rank: 1, bid: "B" }] };
  expect(recompute(published).differences).toEqual([
    'base：公布 "9276237.51"，复算 "9276237.50"',
    "rows：项数不同",
    "ranking：项数不同",
  ]);
});
