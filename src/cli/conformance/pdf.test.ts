import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runPdfCases } from "./pdf";

const vectors = process.env.VECTORS_DIR && join(process.env.VECTORS_DIR, "pdf-sample", "expected.json");

test.runIf(vectors)("the published cases of signed PDFs agree (needs VECTORS_DIR)", async () => {
  expect(JSON.parse(readFileSync(vectors!, "utf8")).cases.length).toBeGreaterThan(0);
  expect((await runPdfCases(vectors!)).filter(({ agrees }) => !agrees)).toEqual([]);
});
