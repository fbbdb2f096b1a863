import { expect, test } from "vitest";
import { shanghai } from "@/core/time";
import { profileOf } from "@/lifecycle/law/clauses";
import { namesAsker, proposedDeadline, refusalOfDeadline, refusalOfEmpty, refusalToAsk } from "./rules";

const national = profileOf("national");
const lot = { state: "T1" as const, flags: [], bidDeadline: shanghai("2026-03-30 09:30") };

test("R-5.4.5: a question that would tell who asked is found by every name of the asker", () => {
  const asker = {
    organisation: "甲山建设集团有限公司（演示）",
    creditCode: "91520100MA6ABCD10B",
    phone: "13800000001",
    email: "jia@example.test",
    person: "甲一（演示）",
  };
  const says = (text: string) => namesAsker(text, asker);
  expect(says("请问第三章 2.1 的资质要求是否包含二级？")).toBeUndefined();
  expect(says("我司甲山建设集团有限公司（演示）认为工期过短")).toBe("甲山建设集团有限公司（演示）");
  expect(says("甲山 建设 已办理")).toBe("甲山建设");
  expect(says("代码 91520100ma6abcd10b")).toBe("91520100MA6ABCD10B");
  expect(says("请回电 138 0000 0001")).toBe("13800000001");
  expect(says("联系人甲一")).toBe("甲一");
});

test("R-5.4.7 CLK-05: at 15 days the deadline stays, at 14 days 23 hours it must move to a working day 15 days ahead", () => {
  expect(proposedDeadline(national, lot.bidDeadline, shanghai("2026-03-15 09:30"))).toBeUndefined();
  // Monday 03-30 plus one day is enough.
  expect(proposedDeadline(national, lot.bidDeadline, shanghai("2026-03-15 10:30"))).toEqual(
    shanghai("2026-03-31 09:30"),
  );
  // Fifteen days after 03-20 is Saturday 04-04, a holiday until 04-06.
  expect(proposedDeadline(national, lot.bidDeadline, shanghai("2026-03-20 09:00"))).toEqual(
    shanghai("2026-04-07 09:30"),
  );
});

test("a new deadline is later than the old one", () => {
  expect(refusalOfDeadline(lot.bidDeadline, lot.bidDeadline)).toMatchObject({ code: "clarification.deadline_earlier" });
  expect(refusalOfDeadline(lot.bidDeadline, shanghai("2026-03-31 09:30"))).toBeUndefined();
});

test("an empty clarification is none", () => {
  expect(refusalOfEmpty({ answers: [], remarks: [], changes: [] })).toMatchObject({ code: "clarification.empty" });
  expect(refusalOfEmpty({ answers: [], remarks: [{ clause: "3.1", answer: "见附件" }], changes: [] })).toBeUndefined();
});

test("questions are asked until the deadline; an objection does not stop them, an order does", () => {
  const now = shanghai("2026-03-20 09:00");
  expect(refusalToAsk(lot, now)).toBeUndefined();
  expect(refusalToAsk(lot, lot.bidDeadline)).toMatchObject({ kind: "too_late" });
  expect(refusalToAsk({ ...lot, flags: ["SUSPENDED_OBJECTION"] }, now)).toBeUndefined();
  expect(refusalToAsk({ ...lot, flags: ["SUSPENDED_ORDER"] }, now)).toMatchObject({ code: "clarification.suspended" });
  expect(refusalToAsk({ ...lot, state: "D0" }, now)).toMatchObject({ code: "clarification.not_tendering" });
});
