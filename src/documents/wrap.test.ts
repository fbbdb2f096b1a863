import { expect, test } from "vitest";
import { wrapText } from "./wrap";

/** Chinese characters are 2 wide, others 1. */
const measure = (text: string) => [...text].reduce((width, character) => width + (character > "\u2000" ? 2 : 1), 0);
const wrap = (text: string, width: number) => wrapText(text, width, measure);

test("Chinese breaks between any two characters, and nothing is lost", () => {
  expect(wrap("投标截止时间为上午九点整", 8)).toEqual(["投标截止", "时间为上", "午九点整"]);
  const text = "依法必须进行招标的项目，自招标文件开始发出之日起至投标人提交投标文件截止之日止，最短不得少于二十日。";
  for (let width = 4; width < 40; width++) expect(wrap(text, width).join("")).toBe(text);
});

test("no line begins with a closing mark or ends with an opening one", () => {
  for (const line of wrap("中标候选人（第一名）、中标候选人（第二名）、中标候选人（第三名）。", 12)) {
    expect(line).not.toMatch(/^[、。，）]/);
    expect(line).not.toMatch(/（$/);
  }
});

test("words stay together, hashes are broken, line feeds are kept", () => {
  expect(wrap("hello world again", 11)).toEqual(["hello world", "again"]);
  expect(wrap("报价 ¥9,330,000.00 元", 14)).toEqual(["报价", "¥9,330,000.00", "元"]);
  expect(wrap("a".repeat(10), 4)).toEqual(["aaaa", "aaaa", "aa"]);
  expect(wrap("一\n\n二", 10)).toEqual(["一", "", "二"]);
});
