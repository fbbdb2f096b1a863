import { expect, test } from "vitest";
import { addDays } from "@/core/time";
import { type PrequalFacts, prequalCheck } from "./prequal-check";

const now = new Date("2026-03-02T01:00:00Z");
const facts: PrequalFacts = {
  profile: "national",
  now,
  saleEnd: addDays(now, 5),
  deadline: addDays(now, 10),
  consortiumAllowed: false,
  noticeFields: {},
  texts: [],
  regime: {
    mandatory: true,
    stateFundsDominant: true,
    tenderMode: "open",
    orgForm: "agency",
    consortium: false,
  } as never,
};
const verdict = (id: string, more: Partial<PrequalFacts>) =>
  prequalCheck({ ...facts, ...more }).find((row) => row.id === id)?.verdict;

test("CLK-01: the prequalification document is offered for five days to the millisecond, and not after the deadline", () => {
  expect(verdict("CLK-01", {})).toBe("pass");
  expect(verdict("CLK-01", { saleEnd: new Date(addDays(now, 5).getTime() - 1) })).toBe("fail");
  expect(verdict("CLK-01", { saleEnd: addDays(now, 11) })).toBe("fail");
});

test("CLK-02: applications are due five days after the end of the offer; a lot that is not mandatory is warned", () => {
  expect(verdict("CLK-02", {})).toBe("pass");
  const short = { deadline: new Date(addDays(now, 10).getTime() - 1) };
  expect(verdict("CLK-02", short)).toBe("fail");
  expect(verdict("CLK-02", { ...short, regime: { ...facts.regime, mandatory: false } })).toBe("warn");
});

test("IR37: notice, document and plan say the same of consortia; what must be said is", () => {
  expect(verdict("IR37", {})).toBe("pass");
  expect(verdict("IR37", { consortiumAllowed: true })).toBe("fail");
  expect(verdict("NOTICE-conditions", {})).toBe("fail");
  expect(verdict("NOTICE-conditions", { noticeFields: { conditions: "资质" } })).toBe("pass");
});

test("IR30: a first stage that mentions a security is shown again, unless it says that there is none; its times bind nobody", () => {
  const regime = { ...facts.regime, twoStage: true };
  const saying = (text: string) => ({ regime, texts: [{ place: "投标人须知", text }] });
  expect(verdict("IR30", saying("第一阶段不要求投标保证金。"))).toBe("pass");
  expect(verdict("IR30", saying("须提交投标保证金。"))).toBe("warn");
  expect(verdict("IR30", {})).toBeUndefined();
  expect(verdict("CLK-02", { regime, deadline: new Date(addDays(now, 10).getTime() - 1) })).toBe("warn");
  expect(verdict("NOTICE-qualification", { regime })).toBe("fail");
});
