import { expect, test } from "vitest";
import { trialRun } from "@/lifecycle/evaluation/engine/trial";
import { defaultContent } from "./defaults";
import { contentOf, EditorProblem, stateOf, totalPoints } from "./editor";
import { TenderDocumentContent } from "./schema";

const content = defaultContent("一标段", 1_280_000_000n);

test("the default document is complete, and its method can be computed", () => {
  expect(TenderDocumentContent.parse(content)).toEqual(content);
  expect(trialRun(content)).toMatchObject({ ok: true });
});

test("the form gives back the document it was made from", () => {
  expect(contentOf(stateOf(content), content)).toEqual(content);
  expect(totalPoints(stateOf(content))).toBe("100.00");
});

test("typed amounts, points and factors arrive exactly", () => {
  const state = {
    ...stateOf(content),
    ceiling: "12,345,678.90",
    method: { ...stateOf(content).method!, base: "B2" as const, e1: "2" },
  };
  const changed = contentOf(state, content);
  expect(changed.ceilingFen).toBe("1234567890");
  expect(changed.method).toMatchObject({ price: { base: { variant: "B2" }, e1: "2", trims: [{ minN: 5 }] } });
});

test("what is no amount is named", () => {
  expect(() => contentOf({ ...stateOf(content), security: "二十万" }, content)).toThrow(EditorProblem);
});

test("a method that the form does not know stays as it is", () => {
  const other = { ...content, method: { kind: "lowest_evaluated" } };
  expect(stateOf(other).method).toBeUndefined();
  expect(contentOf(stateOf(other), other).method).toEqual({ kind: "lowest_evaluated" });
});

test("visits and meetings keep their Beijing time; one without a time is named", () => {
  const visit = { kind: "visit" as const, at: "2026-03-06T01:30:00.000Z", place: "项目部大门口", note: "" };
  const with1 = { ...content, gatherings: [visit] };
  expect(stateOf(with1).gatherings).toEqual([{ ...visit, at: "2026-03-06T09:30" }]);
  expect(contentOf(stateOf(with1), content)).toEqual(with1);
  expect(contentOf({ ...stateOf(with1), gatherings: [] }, with1)).toEqual(content);
  expect(() => contentOf({ ...stateOf(content), gatherings: [{ ...visit, at: "" }] }, content)).toThrow("踏勘现场");
});

test("R-L.30: what the bidder would subcontract has a field of its own in every new document, and may stay empty", () => {
  expect(content.form.find(({ id }) => id === "subcontract")).toMatchObject({ kind: "text", required: false });
});
