import { expect, test } from "vitest";
import { recordSecurity, securityText } from "./record";

test("R-5.6.6: what is read out of a security: guarantee in the package, transfer in time and whole or short, or none", () => {
  const text = (...args: Parameters<typeof recordSecurity>) => {
    const said = recordSecurity(...args);
    return said && securityText(said);
  };
  const decrypted = { state: "decrypted" };
  const guarantee = { kind: "insurance", amountFen: "5000000" } as const;
  expect(text(5_000_000n, { ...decrypted, guarantee }, 0n)).toBe("保险保函 ¥50,000.00，已随投标文件递交");
  expect(text(5_000_000n, decrypted, 5_000_000n)).toBe("银行转账 ¥50,000.00，已到账");
  expect(text(5_000_000n, decrypted, 4_999_999n)).toBe("银行转账 ¥49,999.99，已到账，少于要求的 ¥50,000.00");
  expect(text(5_000_000n, decrypted, 0n)).toBe("无，未到账");
  // What lies in a package that stays closed nobody knows.
  expect(text(5_000_000n, { state: "failed" }, 0n)).toBe("转账未到账，投标文件未开启");
  expect(text(0n, decrypted, 0n)).toBeUndefined();
});
