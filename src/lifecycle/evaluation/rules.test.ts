import { describe, expect, test } from "vitest";
import { type MemberMark, majorityRejections, missingItems, refusalOfMark, refusalOfScore } from "./rules";

const items = [{ id: "seal", title: "签章", standard: "按要求签章", clause: "2.1.1", group: "form" as const }];
const criteria = [
  {
    id: "plan",
    title: "施工方案",
    standard: "完整",
    clause: "2.2.1",
    class: "technical" as const,
    maxHundredths: 2000,
  },
];

describe("preliminary review", () => {
  test("R-5.7.7: a rejection without ground, text or place in the bid is impossible", () => {
    const fail = { item: "seal", verdict: "fail" as const };
    expect(refusalOfMark(items, fail)).toMatchObject({ code: "evaluation.ground_missing" });
    expect(refusalOfMark(items, { ...fail, ground: "RJ-99", reason: "投标函没有单位签章和负责人签字" })).toMatchObject({
      code: "evaluation.ground_missing",
    });
    expect(refusalOfMark(items, { ...fail, ground: "RJ-1", reason: "没有" })).toMatchObject({
      code: "evaluation.reason_missing",
    });
    expect(refusalOfMark(items, { ...fail, ground: "RJ-1", reason: "投标函没有单位签章和负责人签字" })).toMatchObject({
      code: "evaluation.place_missing",
    });
    expect(
      refusalOfMark(items, {
        ...fail,
        ground: "RJ-1",
        reason: "投标函没有单位签章和负责人签字",
        place: "投标函第 1 页",
      }),
    ).toBeUndefined();
  });

  test("R-5.7.8: an item that is not printed in the tender document cannot be used", () => {
    expect(refusalOfMark(items, { item: "favourite", verdict: "pass" })).toMatchObject({
      code: "evaluation.item_not_printed",
    });
    expect(refusalOfScore(criteria, { item: "favourite", scoreHundredths: 1, reason: "" })).toMatchObject({
      code: "evaluation.item_not_printed",
    });
  });

  test("three of five members reject, two do not", () => {
    const mark = (memberId: string, verdict: "pass" | "fail"): MemberMark => ({
      memberId,
      bidId: "b",
      item: "seal",
      verdict,
      ground: "RJ-1",
      reason: "没有签章",
      place: "第 1 页",
    });
    const members = ["1", "2", "3", "4", "5"];
    expect(
      majorityRejections(members, [
        mark("1", "fail"),
        mark("2", "fail"),
        mark("3", "pass"),
        mark("4", "pass"),
        mark("5", "pass"),
      ]),
    ).toEqual([]);
    expect(
      majorityRejections(members, [
        mark("1", "fail"),
        mark("2", "fail"),
        mark("3", "fail"),
        mark("4", "pass"),
        mark("5", "pass"),
      ]),
    ).toMatchObject([{ bidId: "b", votes: 3, ground: "RJ-1" }]);
  });
});

describe("detailed review", () => {
  test("R-5.7.12: a score outside its printed range is refused", () => {
    for (const scoreHundredths of [-1, 2001, 12.5]) {
      expect(refusalOfScore(criteria, { item: "plan", scoreHundredths, reason: "" })).toMatchObject({
        code: "evaluation.score_out_of_range",
      });
    }
    expect(refusalOfScore(criteria, { item: "plan", scoreHundredths: 2000, reason: "" })).toBeUndefined();
  });

  test("a score below 60 % says why", () => {
    expect(refusalOfScore(criteria, { item: "plan", scoreHundredths: 1199, reason: "" })).toMatchObject({
      code: "evaluation.low_score_reason",
    });
    expect(
      refusalOfScore(criteria, { item: "plan", scoreHundredths: 1199, reason: "缺少雨季施工和高支模的专项措施" }),
    ).toBeUndefined();
    expect(refusalOfScore(criteria, { item: "plan", scoreHundredths: 1200, reason: "" })).toBeUndefined();
  });

  test("a sheet with an empty cell is not complete", () => {
    expect(
      missingItems(
        ["a", "b"],
        ["x", "y"],
        [
          { bidId: "a", item: "x" },
          { bidId: "a", item: "y" },
          { bidId: "b", item: "x" },
        ],
      ),
    ).toBe(1);
  });
});
