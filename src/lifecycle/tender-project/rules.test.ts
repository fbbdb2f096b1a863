import { expect, test } from "vitest";
import { refusalOfProject, refusalOfRegime } from "./rules";
import { CreateTenderProject } from "./schema";

test("R-5.3.4: an invited tender has no prequalification", () => {
  expect(refusalOfRegime({ qualification: "pre", tenderMode: "invited" })).toMatchObject({
    code: "tender.invited_prequalified",
  });
  expect(refusalOfRegime({ qualification: "pre", tenderMode: "open" })).toBeUndefined();
  expect(refusalOfRegime({ qualification: "post", tenderMode: "invited" })).toBeUndefined();
});

test("R-5.2.1: a project of fixed assets without its 24-character code is refused, and with a code of another shape too", () => {
  expect(refusalOfProject({ fixedAssets: true })).toMatchObject({ code: "tender.invest_code_missing" });
  expect(refusalOfProject({ fixedAssets: true, investCode: "2026-520100-47-01-000001" })).toBeUndefined();
  expect(refusalOfProject({ fixedAssets: false })).toBeUndefined();
  const { investCode } = CreateTenderProject.shape.project.shape;
  expect(investCode.safeParse("2026-520100-47-01-00000").success).toBe(false);
  expect(investCode.safeParse("2026-520100-47-01-000001").success).toBe(true);
});
