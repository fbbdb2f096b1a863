import { expect, test } from "vitest";
import { roundOf, roundWords } from "@/lifecycle/law/rounds";
import { objectedTo } from "@/lifecycle/objection/schema";
import { refusalOfRegime } from "@/lifecycle/tender-project/rules";
import { firstStageContent } from "./defaults";
import { findingOfChange, PARTICIPANT_CHANGED, refusalOfContent, refusalToBeginReview } from "./rules";
import { PrequalContent, type PrequalContentInput } from "./schema";

const now = new Date("2026-03-02T01:00:00Z");
const notice = { performancePlace: "演示新区", performanceTime: "1 年", contactPhone: "0851-00000000" };
const usual = firstStageContent({ name: "监控系统" }, { consortium: false, subject: "goods" }, now, "甲", "乙");
const content: PrequalContentInput = { ...usual, notice: { ...usual.notice, ...notice } };
const messages = (set: object): string[] => {
  const parsed = PrequalContent.safeParse({ ...content, ...set });
  return parsed.success ? [] : parsed.error.issues.map(({ message }) => message);
};

test("IR30: two stages go with open tendering and without prequalification, in one or two envelopes", () => {
  const regime = { tenderMode: "open", qualification: "post", twoStage: true } as const;
  expect(refusalOfRegime(regime)).toBeUndefined();
  expect(refusalOfRegime({ ...regime, qualification: "pre" })).toMatchObject({ code: "tender.two_stage_prequalified" });
  expect(refusalOfRegime({ ...regime, tenderMode: "invited" })).toMatchObject({ code: "tender.two_stage_invited" });
  expect(roundOf(regime)).toBe("proposal");
  expect(roundWords(regime).package).toBe("技术建议文件");
});

test("IR30: a technical proposal is asked for no money and no price, and says what it treats", () => {
  expect(messages({})).toEqual([]);
  const field = { id: "price", label: "投标报价（元）", kind: "text", required: true };
  expect(messages({ form: [field] })).toEqual([expect.stringContaining("不带报价的技术建议")]);
  expect(messages({ form: [{ ...field, label: "要点", kind: "money" }] })).toEqual([
    "栏目只能填文字或者数字，不能是金额",
  ]);
  expect(messages({ requiredFiles: [{ id: "list", title: "分项价格表" }] })).toHaveLength(1);
  expect(messages({ items: [{ id: "cost", title: "总价构成", text: "说明" }] })).toHaveLength(1);
  expect(messages({ items: [] })).toEqual(["请至少写一项技术建议应当说明的内容"]);
  const criteria = [{ id: "licence", title: "资质", standard: "三级", evidence: "证书" }];
  expect(messages({ criteria })).toEqual(["技术建议不评审，不写资格条件"]);
  expect(messages({ items: undefined, criteria: [] })).toEqual(["请至少写一项资格条件"]);
});

test("IR30: a security is asked for in the second stage and never in the first", () => {
  expect(messages({ securityFen: "500000" })).toEqual([expect.stringContaining("在第二阶段的招标文件中提出")]);
});

test("IR30: the document is that of its kind of round", () => {
  const parsed = PrequalContent.parse(content);
  expect(refusalOfContent(parsed, "proposal")).toBeUndefined();
  expect(refusalOfContent(parsed, "application")).toMatchObject({ code: "prequalification.other_round" });
  const twice = { ...parsed, items: [parsed.items![0]!, parsed.items![0]!] };
  expect(refusalOfContent(twice, "proposal")).toMatchObject({ facts: { what: "技术建议应当说明的内容" } });
});

test("IR30: reading begins when all is open or the window is over, and never while one is being opened", () => {
  const end = new Date("2026-03-16T02:00:00Z");
  const left = { waiting: true, released: false };
  expect(refusalToBeginReview("proposal", left, end, new Date(end.getTime() - 1))).toMatchObject({
    code: "proposal.opening_not_finished",
  });
  expect(refusalToBeginReview("proposal", left, end, end)).toBeUndefined();
  expect(refusalToBeginReview("proposal", { waiting: false, released: false }, end, now)).toBeUndefined();
  expect(refusalToBeginReview("application", { waiting: false, released: true }, end, end)).toMatchObject({
    code: "prequalification.opening_not_finished",
  });
});

test("IR30: who bids in the second stage is who handed in the proposal", () => {
  expect(findingOfChange(["a", "b"], ["a", "c"], "proposal")).toBe(PARTICIPANT_CHANGED);
  expect(findingOfChange(["a", "b"], ["a", "b"], "proposal")).toBeUndefined();
});

test("IR30: an objection is against the document of the first stage, and says so", () => {
  expect(objectedTo("prequalification_document", "proposal")).toBe("第一阶段文件");
  expect(objectedTo("prequalification_document", "application")).toBe("资格预审文件");
  expect(objectedTo("result", "proposal")).toBe("评标结果");
});
