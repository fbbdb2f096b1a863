import { expect, test } from "vitest";
import { LINT_RULES, lint } from "./lint";
import { findingsOfPage, placedFindings, sentencesOfPage } from "./lint-pages";
import { fileRows, READING_ROW } from "./publish-check-files";

test("R-5.4.11: what every rule finds is found on a page as well, broken over lines, and found again from what is kept", () => {
  for (const { id, example } of LINT_RULES) {
    const broken = example.replace(/(?<=\p{Script=Han})(?=\p{Script=Han})/gu, " \n ");
    const findings = findingsOfPage(7, `第二章 投标人须知。${broken}。其余按本章执行。`);
    const again = lint(placedFindings("招标文件.pdf", findings));
    expect(
      again.map(({ rule }) => rule.id),
      example,
    ).toContain(id);
    expect(again[0]).toMatchObject({ place: "招标文件“招标文件.pdf”第 7 页" });
  }
});

test("R-5.4.11: a page is sentences, without the breaks of its lines, and no longer than what is kept", () => {
  expect(sentencesOfPage(" 一、投标人须 知。  须具有本市  类似工程业绩；ISO  9001 ")).toEqual([
    "一、投标人须知。",
    "须具有本市类似工程业绩；",
    "ISO 9001",
  ]);
  const long = `${"甲，".repeat(400)}须具有本市类似工程业绩`;
  const lines = sentencesOfPage(long);
  expect(lines.join("")).toBe(long);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(300);
  expect(sentencesOfPage("甲".repeat(900))).toHaveLength(3);
  const [finding, ...more] = findingsOfPage(1, long);
  expect(more).toEqual([]);
  expect(lint(placedFindings("a.pdf", [finding!])).map(({ rule }) => rule.id)).toEqual(["LINT-02"]);
});

test("R-5.4.11: a hundred thousand suspicious words on a page without a full stop are looked through at once", () => {
  const begun = performance.now();
  findingsOfPage(1, "指定品牌或相当于，".repeat(40_000));
  expect(performance.now() - begun).toBeLessThan(2_000);
});

test("R-5.4.11: publication waits for a reading five minutes, and for what cannot be read the publisher looks itself", () => {
  const uploadedAt = new Date("2026-03-02T01:00:00Z");
  const rowOf = (minutes: number, read?: NonNullable<Parameters<typeof fileRows>[0][number]["read"]>) =>
    fileRows(
      [{ name: "图纸.pdf", uploadedAt, ...(read ? { read } : {}) }],
      new Date(uploadedAt.getTime() + minutes * 60_000),
    )[0]!;
  expect(rowOf(4)).toMatchObject({ id: READING_ROW, verdict: "fail" });
  expect(rowOf(5)).toMatchObject({ verdict: "warn", value: "平台尚未读完" });
  expect(rowOf(0, { state: "unreadable", reason: "no-text", pages: 0, wordless: [] })).toMatchObject({
    title: "招标文件“图纸.pdf”的文字检查",
    verdict: "warn",
    value: expect.stringContaining("扫描件"),
  });
  expect(rowOf(0, { state: "read", reason: "cut", pages: 500, wordless: [] })).toMatchObject({
    verdict: "warn",
    value: "文件过长，只检查了前 500 页",
  });
  expect(rowOf(0, { state: "read", reason: null, pages: 12, wordless: [] })).toMatchObject({
    verdict: "pass",
    value: "已检查 12 页",
  });
  const wordless = Array.from({ length: 11 }, (_, i) => i + 1);
  expect(rowOf(0, { state: "read", reason: null, pages: 12, wordless: [3, 5] })).toMatchObject({
    verdict: "warn",
    value: "第 3、5 页没有文字（可能是扫描件或图片），平台未检查",
  });
  expect(rowOf(0, { state: "read", reason: null, pages: 12, wordless }).value).toContain("、10 等 11 页没有文字");
});
