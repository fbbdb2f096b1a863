import { expect, test } from "vitest";
import { namesParty, withoutParty, withoutWords } from "./naming";

const party = {
  organisation: "甲山建设集团有限公司（演示）",
  creditCode: "91520100MA6ABCD10B",
  phone: "13800000001",
  email: "jia@example.test",
  person: "甲一（演示）",
};

test("R-5.4.5: a question that would tell who asked is found by every name of the asker", () => {
  const says = (text: string) => namesParty(text, party);
  expect(says("请问第三章 2.1 的资质要求是否包含二级？")).toBeUndefined();
  expect(says("我司甲山建设集团有限公司（演示）认为工期过短")).toBe("甲山建设集团有限公司（演示）");
  expect(says("甲山 建设 已办理")).toBe("甲山建设");
  expect(says("代码 91520100ma6abcd10b")).toBe("91520100MA6ABCD10B");
  expect(says("请回电 138 0000 0001")).toBe("13800000001");
  expect(says("联系人甲一")).toBe("甲一");
});

test("R-5.10.6: what is published of a party's text names it nowhere", () => {
  const published = withoutParty(
    "我司甲山建设集团有限公司（演示）（91520100ma6abcd10b）认为工期过短；甲山 建设 联系人甲一，138 0000 0001，JIA@example.test。",
    party,
  );
  expect(published).toBe("我司■■（■■）认为工期过短；■■ 联系人■■，■■，■■。");
  expect(namesParty(published, party)).toBeUndefined();
});

test("words to be left out are taken as they are written, not as a pattern", () => {
  expect(withoutWords("单价 3.5 元（含税）与 395 元", ["3.5", "（含税）"])).toBe("单价 ■■ 元■■与 395 元");
  expect(withoutWords("a\\b [c] d-e f/g", ["\\b", "[c]", "d-e", "f/g"])).toBe("a■■ ■■ ■■ ■■");
  expect(withoutWords("不变", ["", "  "])).toBe("不变");
});
