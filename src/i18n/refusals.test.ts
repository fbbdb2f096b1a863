import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { SENTENCES } from "./refusals";

test.each(Object.entries(SENTENCES))(
  "R-8.5.3: %s says in Chinese what is wrong, and what to do next",
  (_, sentence) => {
    expect(sentence).toMatch(/[\u4e00-\u9fff]{4}/);
    expect(sentence).toMatch(/[。）]$/);
    expect(sentence).toMatch(/请|系统会自动|可以|须|再试|等待|不能再|不得|方可/);
  },
);

test("R-8.5.3: every refusal code of a package is documented where anybody can read it", () => {
  const documented = readFileSync("public/specs/receipt.md", "utf8");
  const sources = [
    "src/crypto/xbid/receive.ts",
    "src/crypto/xbid/refusal.ts",
    "src/lifecycle/bidding/commands/finish.ts",
  ];
  const texts = [...sources.map((path) => readFileSync(path, "utf8")), ...Object.values(SENTENCES)].join("\n");
  const codes = [...new Set([...texts.matchAll(/RF-\d\d/g)].map(([code]) => code))].sort();
  expect(codes.length).toBeGreaterThanOrEqual(8);
  expect(codes.filter((code) => !documented.includes(`| ${code} |`))).toEqual([]);
});
