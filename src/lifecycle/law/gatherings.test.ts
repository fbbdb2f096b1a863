import { expect, test } from "vitest";
import { gatheringProblem } from "./gatherings";

test("R-5.4.12: wording that visits are for some, are listed or are a condition is found; their denial is not", () => {
  for (const [text, problem] of [
    ["由招标人带领各投标人逐家踏勘", "single"],
    ["踏勘时间请与招标人预约", "single"],
    ["部分潜在投标人踏勘现场", "single"],
    ["招标人将单独组织踏勘", "single"],
    ["请携带授权委托书签到", "list"],
    ["请于 3 月 4 日前报名参加踏勘", "list"],
    ["招标人登记参加踏勘的单位名称", "list"],
    ["未参加踏勘的投标人，其投标无效", "forced"],
    ["投标人必须参加投标预备会", "forced"],
  ] as const)
    expect(gatheringProblem(text), text).toBe(problem);
  for (const text of [
    "项目部大门口集合，请自备安全帽",
    "面向所有潜在投标人，不签到、不报名、不登记参加单位",
    "无需预约，不作为投标条件",
    "踏勘和投标预备会分别于 3 月 5 日和 3 月 6 日举行",
    "投标人自愿参加，费用自理",
  ])
    expect(gatheringProblem(text), text).toBeUndefined();
});
