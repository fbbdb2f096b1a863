import { expect, test } from "vitest";
import { z } from "zod";
import { Refused } from "@/core/refusal";
import { FIELD_LABELS, fieldLabel } from "@/i18n/field-labels";
import { sentenceOf } from "@/i18n/refusals";
import { parseInput } from "@/kit/command";
import { SiteForm } from "@/platform/site/schema";
import { namesIn } from "@/testing/schema-names";
import { appRouter } from "./router";

test("every field that a procedure takes has a name that people read", () => {
  const procedures = Object.values(appRouter._def.procedures) as unknown as {
    _def: { meta?: { input?: z.ZodType } };
  }[];
  const names = new Set<string>();
  for (const { _def } of procedures) namesIn(_def.meta?.input, names);
  expect(names.size).toBeGreaterThan(150);
  expect([...names].filter((name) => FIELD_LABELS[name] === undefined).sort()).toEqual([]);
});

const sentenceFor = (schema: z.ZodType, input: unknown): string => {
  try {
    parseInput(schema, input);
  } catch (error) {
    if (error instanceof Refused) return sentenceOf(error.refusal);
    throw error;
  }
  return "";
};

test("a refusal of a nested field says its label and its place in the list, never a path or English", () => {
  expect(fieldLabel(["values", "priceList", 2, "price"])).toBe("服务与收费第 3 项的收费标准");
  expect(fieldLabel(["content", "criteria", 0, "maxHundredths"])).toBe("评分因素第 1 项的分值");
  expect(fieldLabel([])).toBe("内容");
  const form = z.object({ values: SiteForm.pick({ platformCode: true, priceList: true }) });
  const good = { platformCode: "E5200000001", priceList: [] };
  expect(sentenceFor(form, { values: { ...good, platformCode: "x" } })).toContain(
    "（平台标识代码）：平台标识代码为 11 位：一个大写字母、六位行政区划代码、四位序号。",
  );
  expect(sentenceFor(form, { values: { ...good, priceList: [{ service: "注册", price: "" }] } })).toContain(
    "（服务与收费第 1 项的收费标准）：收费标准必填（免费写“免费”）。",
  );
  const said = sentenceFor(form, { values: { ...good, priceList: 5 } });
  expect(said).toContain("（服务与收费）：无效输入");
  expect(said).not.toMatch(/values|priceList|Invalid/);
});
