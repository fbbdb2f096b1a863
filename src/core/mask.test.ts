import { expect, test } from "vitest";
import { masked } from "./mask";

test("personal data are masked by one function", () => {
  expect(masked("52010019900307123X")).toBe("520100**********3X");
  expect(masked("13800001234")).toBe("138****1234");
  expect(masked("0851-88880000")).toBe("085******0000");
  expect(masked("zhangsan@example.test")).toBe("z***@example.test");
  expect(masked("E1234567")).toBe("E12***67");
  expect(masked("12345")).toBe("*****");
  expect(masked("")).toBe("");
});

test("what is masked cannot be read back", () => {
  for (const text of ["52010019900307123X", "13800001234", "0851-88880000", "622848000011112222"])
    expect(masked(text).replaceAll("*", "").length).toBeLessThan(text.length / 1.5);
});
