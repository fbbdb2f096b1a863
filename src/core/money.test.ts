import { expect, test } from "vitest";
import { capitalAmount, exchangeAmount, formatYuan, parseYuan, yuanText } from "./money";

test("amounts are read as people write them, and never rounded", () => {
  expect(parseYuan("12,800,000.00")).toBe(1_280_000_000n);
  expect(parseYuan("¥ 300")).toBe(30_000n);
  expect(parseYuan("0.5")).toBe(50n);
  for (const text of ["", "-1", "1.001", "12,80.00", "1e5", "１２", "一万", "12.", ".5", "NaN"]) {
    expect(parseYuan(text), text).toBeUndefined();
  }
});

test("R-A.2: amounts travel as decimals with currency and unit, and 1 万元 is 10000 元", () => {
  expect(parseYuan("1", 1)).toBe(parseYuan("10000", 0));
  expect(parseYuan("12.345678", 1)).toBe(parseYuan("123456.78", 0));
  expect(parseYuan("0.0000001", 1)).toBeUndefined();
  expect(exchangeAmount(1_000_000n)).toEqual({ amount: "10000.00", currency: "156", unit: "0" });
});

test("amounts are shown with thousands and two decimals", () => {
  expect(formatYuan(123_456_789n)).toBe("¥1,234,567.89");
  expect(formatYuan(5n)).toBe("¥0.05");
  expect(formatYuan(-100_000n)).toBe("-¥1,000.00");
  expect(yuanText(123_456_789n)).toBe("1234567.89");
});

test("capital amounts follow the rules for bills", () => {
  const cases: Record<string, string> = {
    "0": "零元整",
    "0.05": "伍分",
    "0.50": "伍角整",
    "1.05": "壹元零伍分",
    "325.04": "叁佰贰拾伍元零肆分",
    "6007.14": "陆仟零柒元壹角肆分",
    "1409.50": "壹仟肆佰零玖元伍角整",
    "1680.32": "壹仟陆佰捌拾元叁角贰分",
    "16409.02": "壹万陆仟肆佰零玖元零贰分",
    "100000": "壹拾万元整",
    "107000.53": "壹拾万柒仟元伍角叁分",
    "1280000": "壹佰贰拾捌万元整",
    "10000500": "壹仟万零伍佰元整",
    "10010001": "壹仟零壹万零壹元整",
    "9276237.50": "玖佰贰拾柒万陆仟贰佰叁拾柒元伍角整",
    "100005000": "壹亿零伍仟元整",
    "100000000": "壹亿元整",
    "1000000000000": "壹万亿元整",
    "1200000000000": "壹万贰仟亿元整",
    "1000300000000": "壹万零叁亿元整",
  };
  for (const [yuan, text] of Object.entries(cases)) expect(capitalAmount(parseYuan(yuan)!), yuan).toBe(text);
});
