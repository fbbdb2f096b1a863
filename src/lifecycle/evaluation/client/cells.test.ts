import { expect, test } from "vitest";
import { worksDocument } from "@/dev/scenarios/document";
import { cellKey, EMPTY_SCORE, readScoreCell, refusalOfMarkCell, sumOf } from "./cells";

const { criteria, reviewItems } = worksDocument(1n, 1n);

test("a typed score outside its printed range is refused at once", () => {
  expect(readScoreCell(criteria, "plan", { typed: "15.01", reason: "" })).toMatchObject({
    refusal: { code: "evaluation.score_out_of_range" },
  });
  expect(readScoreCell(criteria, "plan", { typed: "-1", reason: "" })).toMatchObject({
    refusal: { code: "evaluation.score_out_of_range" },
  });
  expect(readScoreCell(criteria, "plan", { typed: "十", reason: "" })).toMatchObject({
    refusal: { code: "evaluation.score_out_of_range", facts: { max: "15" } },
  });
  expect(readScoreCell(criteria, "plan", { typed: "12.5", reason: "" })).toEqual({ scoreHundredths: 1250 });
});

test("a low score needs its reason; an empty box is not yet a score", () => {
  expect(readScoreCell(criteria, "plan", { typed: "5", reason: "短" })).toMatchObject({
    refusal: { code: "evaluation.low_score_reason" },
  });
  expect(readScoreCell(criteria, "plan", { typed: "5", reason: "施工方案缺少冬季施工和深基坑的措施" })).toEqual({
    scoreHundredths: 500,
  });
  expect(readScoreCell(criteria, "plan", EMPTY_SCORE)).toBeUndefined();
});

test("a failure is complete with ground, reason and place only", () => {
  const fail = { verdict: "fail", ground: "", reason: "", place: "" } as const;
  expect(refusalOfMarkCell(reviewItems, "seal", fail)?.code).toBe("evaluation.ground_missing");
  expect(
    refusalOfMarkCell(reviewItems, "seal", {
      ...fail,
      ground: "RJ-1",
      reason: "投标函没有单位盖章也没有签字",
      place: "投标函第 1 页",
    }),
  ).toBeUndefined();
  expect(refusalOfMarkCell(reviewItems, "seal", { ...fail, verdict: "pass" })).toBeUndefined();
});

test("the sum counts what can be read", () => {
  const cells = new Map([
    [cellKey("b", "plan"), { typed: "12", reason: "" }],
    [cellKey("b", "schedule"), { typed: "99", reason: "" }],
    [cellKey("c", "plan"), { typed: "15", reason: "" }],
  ]);
  expect(sumOf(criteria, "b", cells)).toBe(1200);
});
