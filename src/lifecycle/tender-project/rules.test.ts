import { expect, test } from "vitest";
import { refusalOfProject } from "./rules";
import { CreateTenderProject } from "./schema";

test("R-5.2.1: a project of fixed assets without its 24-character code is refused, and with a code of another shape too", () => {
  expect(refusalOfProject({ fixedAssets: true })).toMatchObject({ code: "tender.invest_code_missing" });
  expect(refusalOfProject({ fixedAssets: true, investCode: "2026-520100-47-01-000001" })).toBeUndefined();
  expect(refusalOfProject({ fixedAssets: false })).toBeUndefined();
  const { investCode } = CreateTenderProject.shape.project.shape;
  expect(investCode.safeParse("2026-520100-47-01-00000").success).toBe(false);
  expect(investCode.safeParse("2026-520100-47-01-000001").success).toBe(true);
});
