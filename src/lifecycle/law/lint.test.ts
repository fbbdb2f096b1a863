import { describe, expect, test } from "vitest";
import { firstContent } from "@/lifecycle/tender-document/defaults";
import { LINT_RULES, lint } from "./lint";

const rulesOf = (text: string) => lint([{ place: "投标人资格要求", text }]).map(({ rule }) => rule.id);

describe("R-5.4.11 R-L.6 R-L.20: wording that restricts or favours bidders is found", () => {
  test.each(LINT_RULES.map((rule) => [rule.id, rule] as const))("R-5.4.11: %s finds its example", (id, rule) => {
    expect(rulesOf(rule.example)).toContain(id);
    expect(rule.article).toMatch(/《.+》/);
    expect(rule.advice.length).toBeGreaterThan(5);
  });

  test.each([
    ["LINT-01", "主要设备品牌：某某电气"],
    ["LINT-03", "仅接受当地注册的企业"],
    ["LINT-04", "省内企业优先"],
    ["LINT-06", "净资产须在 3000 万元以上，营业收入不少于 1 亿元"],
    ["LINT-08", "外资企业不得参加"],
    ["LINT-09", "报名截止时间为 3 月 5 日"],
    ["LINT-10", "请携带营业执照原件到现场核验"],
  ])("R-5.4.11: %s in other words", (id, text) => {
    expect(rulesOf(text)).toContain(id);
  });

  test("R-L.20: a brand that stands for its like is lawful", () => {
    expect(rulesOf("水泵须采用某某品牌或相当于该品牌的产品")).toEqual([]);
  });

  test.each([
    "具有建筑工程施工总承包三级及以上资质和有效的安全生产许可证",
    "近三年具有 1 项类似工程业绩",
    "质量保修期 2 年，缺陷责任期 24 个月",
    "投标函经单位签章并由负责人签字",
    "每项 2.5 分，最高 10 分",
    "接受保函，由依法设立的金融机构、担保公司出具",
  ])("R-5.4.11: an ordinary demand is not found: %s", (text) => {
    expect(rulesOf(text)).toEqual([]);
  });
});

test("R-5.4.11: the wording a new tender document begins with has nothing to answer", () => {
  const content = firstContent({ name: "施工标段", estimateFen: 500_000_000n }, { consortium: false, envelopes: 1 });
  expect(lint([{ place: "全文", text: JSON.stringify(content) }])).toEqual([]);
});

test("R-5.4.11: an answer is bound to the sentence and the place, not to the text around it", () => {
  const key = (text: string, place = "其他") => lint([{ place, text }])[0]?.key;
  const one = key("前文。本省企业加 2 分。后文");
  expect(key("另外的前文。本省企业加 2 分。")).toBe(one);
  expect(key("本省企业加 3 分。")).not.toBe(one);
  expect(key("本省企业加 2 分。", "评分标准")).not.toBe(one);
});

test("a text of a hundred thousand characters is read in a moment", () => {
  const begun = performance.now();
  lint([{ place: "投标人须知", text: "须具有本市的注册资本，".repeat(10_000) }]);
  lint([{ place: "投标人须知", text: "须".repeat(100_000) }]);
  lint([{ place: "投标人须知", text: "本".repeat(100_000) }]);
  expect(performance.now() - begun).toBeLessThan(2_000);
});
