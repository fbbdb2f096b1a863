import { expect, test } from "vitest";
import { runChunkedCases } from "./chunked";
import { runXbidCases } from "./xbid";

test("the published vectors of the project agree, case by case", async () => {
  const chunked = await runChunkedCases("public/specs/vectors/chunked.json");
  const xbid = await runXbidCases("public/specs/vectors/xbid/expected.json");
  expect([chunked.length, xbid.length]).toEqual([6, 16]);
  expect([...chunked, ...xbid].filter(({ agrees, verdict }) => !agrees || verdict === "skipped")).toEqual([]);
});
