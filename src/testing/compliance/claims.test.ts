import { expect, test } from "vitest";
import { CLOCKS, claimsOf, ROWS, standing } from "./claims";

test("the matrix has 338 rows and the law 32 clocks, each once", () => {
  expect(ROWS).toHaveLength(338);
  expect(CLOCKS).toHaveLength(32);
  expect(new Set([...ROWS, ...CLOCKS].map(({ id }) => id)).size).toBe(370);
  for (const { id } of [...ROWS, ...CLOCKS]) expect(claimsOf(`${id}: x`)).toEqual([id]);
});

test("only what a title begins with is a claim", () => {
  expect(claimsOf("R-5.7.2 R-5.7.24: the price score")).toEqual(["R-5.7.2", "R-5.7.24"]);
  expect(claimsOf("CLK-08: at the very deadline")).toEqual(["CLK-08"]);
  expect(claimsOf("R-O.14a SOD-04: a named verifier")).toEqual(["R-O.14a"]);
  expect(claimsOf("RF-09 R-5.4.6, CLK-09 F1: two")).toEqual(["R-5.4.6", "CLK-09"]);
  expect(claimsOf("SOD-07: two administrators")).toEqual([]);
  expect(claimsOf("as R-5.7.2: says")).toEqual([]);
  expect(claimsOf("R-5.7.2 the price score")).toEqual([]);
});

test("one failing test takes the proof away, whatever passes besides", () => {
  const { verdicts, unknown } = standing([
    { title: "R-O.2: a", passed: true },
    { title: "R-O.2 CLK-01: b", passed: false },
    { title: "R-O.2: c", passed: true },
    { title: "R-O.3: d", passed: true },
    { title: "R-X.9: e", passed: true },
  ]);
  expect([verdicts.get("R-O.2"), verdicts.get("CLK-01"), verdicts.get("R-O.3"), verdicts.get("R-O.5")]).toEqual([
    "failed",
    "failed",
    "proved",
    "unproved",
  ]);
  expect(unknown).toEqual(["R-X.9"]);
});
