import { expect, test } from "vitest";
import { simplePdf } from "@/dev/scenarios/tendering";
import { pdfText } from "@/documents/pdf-text";
import { otherPrices, writtenPrices } from "./pdf-price";

const PRICE = 1_201_000_000n;
const inFile = async (...lines: string[]) =>
  otherPrices(writtenPrices((await pdfText(await simplePdf("投标函", lines, new Date(0)))) ?? ""), PRICE);

test("R-5.5.3: a total that only the PDF changes is found, in figures and in words", async () => {
  expect(await inFile("我方的投标总价为人民币（大写）壹仟贰佰零壹万元整（小写）¥12,010,000.00。")).toEqual([]);
  expect(await inFile("投标总价：12,010,001.00 元，工期 260 天")).toEqual(["12,010,001.00 元"]);
  expect(await inFile("投标报价：1201.1 万元")).toEqual(["1201.1 万元"]);
  expect(await inFile("投标总价（大写）：壹仟贰佰零贰万圆正")).toEqual(["壹仟贰佰零贰万圆正"]);
});

test("radicals that fonts say instead of characters are read, as browsers print them", () => {
  const printed = "我⽅的投标总价为⼈\u2ea0币（⼤写） 壹仟贰佰零壹万元整 （⼩写）￥ 1 2 , 0 1 0 , 0 0 1 . 0 0 元";
  expect(otherPrices(writtenPrices(printed), PRICE)).toEqual(["12,010,001.00 元"]);
});

test("what is no total is taken for none", async () => {
  expect(await inFile("投标报价有效期至 2026 年 9 月", "投标总价见开标一览表", "履约保证金 500,000.00 元")).toEqual([]);
  expect(writtenPrices("投标总价的 2% 即 240,200.00 元")).toEqual([]);
  expect(await pdfText(new TextEncoder().encode("%PDF-1.7 nothing"))).toBeUndefined();
});
