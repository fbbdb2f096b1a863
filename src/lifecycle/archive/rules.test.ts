import { expect, test } from "vitest";
import { type ArchiveNeeds, mandatoryItems, missingFromArchive } from "./rules";

const needs: ArchiveNeeds = {
  state: "A3",
  orgForm: "agency",
  qualification: "post",
  notices: ["N-1", "N-2"],
  documents: [1, 2],
  packages: ["a".repeat(64), "b".repeat(64)],
  opened: ["a".repeat(64)],
};
const complete = mandatoryItems(needs).map(({ path }) => path);

test("R-5.12.1: whichever item is taken out, the archive is incomplete and the item is named", () => {
  expect(missingFromArchive(needs, complete)).toEqual([]);
  for (const { path, title, letter } of mandatoryItems(needs)) {
    const rest = complete.filter((other) => other !== path);
    expect(missingFromArchive(needs, rest)).toEqual([`${letter} ${title}`]);
  }
});

test("what is not due yet is not missing, and what becomes due is", () => {
  expect(missingFromArchive({ ...needs, state: "C2" }, complete)).toEqual(["J 合同"]);
  expect(missingFromArchive({ ...needs, state: "Z" }, complete)).toEqual(["J 合同", "L 招标投标情况书面报告"]);
  expect(missingFromArchive({ ...needs, qualification: "pre" }, complete)).toEqual(["E 资格预审记录"]);
  expect(
    missingFromArchive(
      { ...needs, orgForm: "self" },
      complete.filter((path) => path !== "project/mandate.json"),
    ),
  ).toEqual([]);
});

test("a lot without notice or document is never complete", () => {
  expect(missingFromArchive({ ...needs, notices: [], documents: [] }, complete)).toEqual(["C 招标公告", "D 招标文件"]);
});
