import type { CheckRow } from "./check-row";
import type { PublishFacts } from "./publish-check";

const REJECTS = /否决|废标|无效|不予(评审|受理|进入)|淘汰|中标条件|取消.{0,6}资格/;
const DISCLAIMS =
  /(不得|不能|不会|不应|不以|不作为|并非|不是|不构成)[^，。；！？\n]{0,30}(否决|废标|无效|不予|淘汰|中标条件|依据)/;

/** A sentence that makes distance from the base estimate a condition: of winning, or of being rejected (IR50). */
export const estimateAsCondition = (text: string): string | undefined =>
  text
    .split(/[。；！？\n]/)
    .map((sentence) => sentence.trim())
    .find((sentence) => sentence.includes("标底") && REJECTS.test(sentence) && !DISCLAIMS.test(sentence));

/** The base estimate is kept sealed until the opening, and is a reference for the committee and no more. */
export function baseEstimateRow({ texts, baseEstimateHash }: PublishFacts): CheckRow[] {
  if (!baseEstimateHash && !texts.some(({ text }) => text.includes("标底"))) return [];
  const base = {
    id: "R-5.4.9",
    title: "标底",
    limit: "标底必须保密，只能作为评标参考，不得作为中标条件或否决投标的条件",
    article: "《招标投标法》第二十二条、《招标投标法实施条例》第二十七条、第五十条",
  };
  for (const { place, text } of texts) {
    const found = estimateAsCondition(text);
    if (found)
      return [
        { ...base, value: `${place}：“${found}”`, verdict: "fail", fix: "删除以标底作为中标或否决投标条件的内容" },
      ];
  }
  return [
    { ...base, value: baseEstimateHash ? `已封存，校验值 ${baseEstimateHash}` : "没有封存标底", verdict: "pass" },
  ];
}
