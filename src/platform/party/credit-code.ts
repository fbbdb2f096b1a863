import { checkCreditCode } from "@/core/codes";

const ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY";

export interface CreditCodeWord {
  /** Why it is refused: which character, by which rule, what next. */
  readonly problem?: string;
  /** Accepted, but worth a second look. */
  readonly warning?: string;
}

/**
 * What a person is told about a unified social credit code (GB 32100-2015 5; organisation part GB 11714). The outer
 * check refuses; older registrations fail the inner one and are only warned about.
 */
export function wordOnCreditCode(code: string): CreditCodeWord {
  const check = checkCreditCode(code);
  if (check.ok)
    return check.innerCheck
      ? {}
      : { warning: "第 9–17 位（组织机构代码）的校验位不符。早期登记的代码可能如此，请对照营业执照核对后继续。" };
  const next = "请对照营业执照逐位核对。";
  if (check.problem === "length") return { problem: `统一社会信用代码应为 18 位，现为 ${code.length} 位。${next}` };
  if (check.problem === "alphabet") {
    const at = [...code].findIndex((character) => !ALPHABET.includes(character));
    return {
      problem: `统一社会信用代码第 ${at + 1} 位“${code[at]}”不是代码字符：只用数字和大写字母，不用 I、O、S、V、Z。${next}`,
    };
  }
  return {
    problem: `统一社会信用代码校验不通过：按前 17 位计算，第 18 位应为“${check.expected}”，现为“${code[17]}”。可能有一位抄错或两位颠倒，${next}`,
  };
}
