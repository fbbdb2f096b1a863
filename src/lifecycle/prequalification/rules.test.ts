import { expect, test } from "vitest";
import {
  findingOfChange,
  judgeApplicant,
  refusalOfContent,
  refusalOfMarks,
  refusalOfReviewers,
  refusalToAmend,
} from "./rules";
import type { PrequalContent } from "./schema";

const criteria = [
  { id: "licence", title: "资质", standard: "三级及以上", evidence: "证书" },
  { id: "works", title: "业绩", standard: "1 项", evidence: "合同" },
];
const mark = (reviewerId: string, criterionId: string, passed: boolean, reason = "") => ({
  ...{ reviewerId, criterionId, passed, reason },
});

test("R-5.3.4 IR18: every criterion is judged, and what is not met is reasoned", () => {
  const all = [mark("a", "licence", true), mark("a", "works", false, "没有类似工程")];
  expect(refusalOfMarks(criteria, all)).toBeUndefined();
  expect(refusalOfMarks(criteria, all.slice(1))).toMatchObject({ code: "prequalification.unmarked" });
  expect(refusalOfMarks(criteria, [all[0]!, mark("a", "works", false, "无")])).toMatchObject({
    code: "prequalification.no_reason",
  });
  expect(refusalOfMarks(criteria, [...all, mark("a", "other", true)])).toMatchObject({
    code: "prequalification.twice",
  });
});

test("R-5.3.4: more than half decide a criterion, all criteria the applicant; who is not open is not judged", () => {
  const of = (works: readonly boolean[]) => [
    ...works.map((_, i) => mark(`${i}`, "licence", true)),
    ...works.map((passed, i) => mark(`${i}`, "works", passed, passed ? "" : `理由${i}`)),
  ];
  expect(judgeApplicant(criteria, 3, of([true, true, false]), true)).toMatchObject({ qualified: true, reasons: [] });
  expect(judgeApplicant(criteria, 3, of([true, false, false]), true)).toMatchObject({
    qualified: false,
    reasons: ["业绩：不符合。理由1；理由2"],
  });
  expect(judgeApplicant(criteria, 3, [], false)).toMatchObject({ opened: false, qualified: false, items: [] });
});

test("R-5.3.5 CLK-17: a mandatory tender of state funds has a lawful committee, any other an odd number", () => {
  const regime = { mandatory: true, stateFundsDominant: true } as never;
  const members = (experts: number, others: number) => [
    ...Array.from({ length: experts }, () => ({ kind: "expert" as const })),
    ...Array.from({ length: others }, () => ({ kind: "tenderer" as const })),
  ];
  expect(refusalOfReviewers(regime, members(4, 1))).toBeUndefined();
  expect(refusalOfReviewers(regime, members(3, 1))).toMatchObject({ code: "law.committee_size" });
  expect(refusalOfReviewers(regime, members(3, 2))).toMatchObject({ code: "law.committee_experts" });
  const own = { mandatory: true, stateFundsDominant: false } as never;
  expect(refusalOfReviewers(own, members(0, 1))).toBeUndefined();
  expect(refusalOfReviewers(own, members(0, 2))).toMatchObject({ code: "prequalification.reviewers_even" });
});

test("R-5.3.8 IR37: a consortium stays as it applied, whatever the order of its members", () => {
  expect(findingOfChange(["a", "b", "c"], ["a", "c", "b"])).toBeUndefined();
  expect(findingOfChange(["a"], ["a"])).toBeUndefined();
  for (const [before, now] of [
    [["a", "b"], ["a"]],
    [["a"], ["a", "b"]],
    [
      ["a", "b"],
      ["b", "a"],
    ],
    [
      ["a", "b"],
      ["a", "c"],
    ],
  ] as const)
    expect(findingOfChange(before, now)).toContain("IR37");
});

test("R-5.3.4: nothing of the document is there twice", () => {
  const content = { criteria, form: [{ id: "x" }], requiredFiles: [{ id: "y" }] } as unknown as PrequalContent;
  expect(refusalOfContent(content)).toBeUndefined();
  expect(refusalOfContent({ ...content, criteria: [...criteria, criteria[0]!] })).toMatchObject({
    code: "prequalification.twice",
  });
});

test("CLK-04 IR21: a change is published until the deadline, and moves no date nearer", () => {
  const lot = {
    state: "P1" as const,
    flags: [],
    saleEnd: new Date("2026-03-08T01:00:00Z"),
    applicationDeadline: new Date("2026-03-14T01:00:00Z"),
  };
  const content = { deadline: "2026-03-14T01:00:00Z", saleEnd: "2026-03-08T01:00:00Z" } as PrequalContent;
  const now = new Date("2026-03-10T01:00:00Z");
  expect(refusalToAmend(lot, content, now)).toBeUndefined();
  expect(refusalToAmend(lot, { ...content, deadline: "2026-03-14T00:59:59Z" }, now)).toMatchObject({
    code: "prequalification.date_earlier",
  });
  expect(refusalToAmend(lot, content, lot.applicationDeadline)).toMatchObject({
    code: "lot.application_deadline_passed",
  });
});
