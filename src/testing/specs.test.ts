import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const FOLDER = "public/specs";
const read = (name: string) => readFileSync(join(FOLDER, name), "utf8");
const documents = readdirSync(FOLDER).filter((name) => name.endsWith(".md") && name !== "README.md");
const FORMAT = /\b(?:xb|xbid|xinbiao)-[a-z-]+\/\d+\b/g;

test("R-O.8b: the list of interfaces names every specification and the version of every format in them", () => {
  const list = read("README.md");
  for (const name of documents) expect(list, name).toContain(`](${name})`);
  const named = new Set(list.match(FORMAT));
  const used = new Set(documents.flatMap((name) => read(name).match(FORMAT) ?? []));
  expect([...used].filter((format) => !named.has(format))).toEqual([]);
});

test("what a specification points to is there", () => {
  for (const name of ["README.md", ...documents])
    for (const [, target] of read(name).matchAll(/\]\((?!https?:)([^)#]+)/g))
      expect(() => readFileSync(join(FOLDER, target!)), `${name} → ${target}`).not.toThrow();
});
