import { describe, expect, test } from "vitest";
import { shanghai } from "@/core/time";
import { aRegime } from "@/lifecycle/lot/testing-lot";
import { TenderDocumentContent } from "@/lifecycle/tender-document/schema";
import { CANDIDATE_FIELDS, missingCandidateFields, NOTICE_FIELDS, requiredNoticeFields } from "./notice-fields";
import { failuresOf, type PublishFacts, publishCheck } from "./publish-check";
import { highestSecurity } from "./publish-check-money";
import { looksSplit, mustBeTendered } from "./thresholds";

const facts = (set: Partial<PublishFacts> = {}): PublishFacts => ({
  profile: "national",
  regime: aRegime(),
  now: shanghai("2026-03-02 09:00"),
  publishAt: shanghai("2026-03-02 09:00"),
  saleStart: shanghai("2026-03-02 09:00"),
  saleEnd: shanghai("2026-03-09 17:00"),
  bidDeadline: shanghai("2026-03-30 09:30"),
  estimateFen: 1_300_000_000n,
  projectEstimatesFen: [1_300_000_000n],
  ceilingFen: 1_280_000_000n,
  securityFen: 20_000_000n,
  validityDays: 90,
  decryptionWindowMinutes: 60,
  envelopeCount: 1,
  consortiumAllowed: false,
  noticeFields: Object.fromEntries(NOTICE_FIELDS.map(({ key }) => [key, "已填"])),
  texts: [{ place: "投标人资格要求", text: "投标人须具备建筑工程施工总承包二级及以上资质。" }],
  mandateNumber: "WT-2026-1",
  methodTrial: { ok: true, text: "可以计算" },
  ...set,
});
const said = (text: string) => [{ place: "其他", text }];
const row = (id: string, set: Partial<PublishFacts> = {}) => publishCheck(facts(set)).find((item) => item.id === id);

test("a complete lot passes every row", () => {
  const rows = publishCheck(facts());
  expect(rows.filter(({ verdict }) => verdict !== "pass")).toEqual([]);
  expect(failuresOf(rows)).toEqual([]);
});

test("CLK-01: a sale one second short of five days blocks, for non-mandatory lots too", () => {
  const saleEnd = shanghai("2026-03-07 08:59:59");
  expect(row("CLK-01", { saleEnd })).toMatchObject({
    verdict: "fail",
    fix: "将获取截止时间改为 2026-03-07 09:00:00 (北京时间) 或以后",
  });
  expect(row("CLK-01", { saleEnd, regime: aRegime({ mandatory: false }) })).toMatchObject({ verdict: "fail" });
  expect(row("CLK-01", { saleEnd: shanghai("2026-03-07 09:00") })).toMatchObject({ verdict: "pass" });
});

test("CLK-03 R-5.2.5: 19 days fail and 20 pass", () => {
  const at = (text: string) => ({ bidDeadline: shanghai(text) });
  expect(row("CLK-03", at("2026-03-21 09:00"))).toMatchObject({ verdict: "fail" });
  expect(row("CLK-03", at("2026-03-22 08:59:59"))).toMatchObject({ verdict: "fail" });
  expect(row("CLK-03", at("2026-03-22 09:00"))).toMatchObject({ verdict: "pass" });
  expect(row("CLK-03", { ...at("2026-03-21 09:00"), regime: aRegime({ mandatory: false }) })).toMatchObject({
    verdict: "warn",
  });
});

test("the clock starts when documents are issued, not before publication", () => {
  const set = { saleStart: shanghai("2026-03-01 09:00"), bidDeadline: shanghai("2026-03-21 10:00") };
  expect(row("CLK-03", set)).toMatchObject({ verdict: "fail" });
});

test("CLK-20 R-5.4.10: 2.01 per cent of the estimate, or more than the cap, is refused", () => {
  expect(row("CLK-20", { estimateFen: 1_000_000_00n, securityFen: 2_010_000n })).toMatchObject({ verdict: "fail" });
  expect(row("CLK-20", { estimateFen: 1_000_000_00n, securityFen: 2_000_000n })).toMatchObject({ verdict: "pass" });
  expect(row("CLK-20", { estimateFen: 10_000_000_000n, securityFen: 80_000_001n })).toMatchObject({ verdict: "fail" });
  expect(highestSecurity("works", 10_000_000_000n)).toBe(80_000_000n);
  expect(highestSecurity("survey_design", 10_000_000_000n)).toBe(10_000_000n);
  expect(highestSecurity("services", 10_000_000_000n)).toBe(200_000_000n);
});

test("R-5.3.2 R-O.17a R-L.9 R-L.16: a notice that lacks any item of the law blocks", () => {
  for (const { key, title } of requiredNoticeFields(aRegime())) {
    const noticeFields = { ...facts().noticeFields, [key]: " " };
    expect(failuresOf(publishCheck(facts({ noticeFields }))), title).toEqual([`公告载明：${title}`]);
  }
});

test("fields of an agency are asked only where there is one", () => {
  const keys = requiredNoticeFields(aRegime({ orgForm: "self" })).map(({ key }) => key);
  expect(keys).not.toContain("agencyName");
});

test("R-5.2.4: an agency's notice without a mandate is blocked", () => {
  expect(row("R-5.2.4", { mandateNumber: null })).toMatchObject({ verdict: "fail" });
});

test("R-5.2.4: an agency publishes under a contract that both signed, inside its period and scope", () => {
  const mandate = {
    number: "WT-1",
    tendererSigned: true,
    agencySigned: true,
    coversPublishing: true,
    startsAt: shanghai("2026-03-01 00:00"),
    endsAt: shanghai("2026-12-31 00:00"),
  };
  const verdict = (set?: Partial<typeof mandate>) =>
    row("R-5.2.4", { byAgency: true, ...(set ? { mandate: { ...mandate, ...set } } : {}) })!;
  expect(verdict()).toMatchObject({ verdict: "fail", value: "没有双方签署的委托代理合同" });
  expect(verdict({})).toMatchObject({ verdict: "pass" });
  expect(verdict({ tendererSigned: false })).toMatchObject({ verdict: "fail", value: "WT-1，招标人尚未签署" });
  expect(verdict({ agencySigned: false })).toMatchObject({ verdict: "fail", fix: "请代理机构签署委托代理合同" });
  expect(verdict({ coversPublishing: false })).toMatchObject({ verdict: "fail" });
  expect(verdict({ startsAt: shanghai("2026-03-03 00:00") })).toMatchObject({ verdict: "fail" });
  expect(verdict({ endsAt: shanghai("2026-03-01 12:00") })).toMatchObject({ verdict: "fail" });
  expect(row("R-5.2.4", { byAgency: false })).toMatchObject({ verdict: "pass" });
});

test("R-5.2.3: a mandatory project that needs approval is not published without it, nor otherwise than approved", () => {
  const approval = {
    title: "黔江省发展和改革委员会（演示）核准（核〔2026〕1 号）",
    documentNumber: "核〔2026〕1 号",
    tenderMode: "open" as const,
    orgForm: "agency" as const,
    ground: "",
  };
  const verdict = (set: Partial<PublishFacts>) => row("R-5.2.3", { needsApproval: true, ...set })?.verdict;
  expect(verdict({})).toBe("fail");
  expect(verdict({ approval })).toBe("pass");
  expect(verdict({ approval: { ...approval, tenderMode: "invited" } })).toBe("fail");
  expect(verdict({ approval: { ...approval, orgForm: "self" } })).toBe("fail");
  expect(verdict({ regime: aRegime({ mandatory: false }) })).toBe("pass");
  expect(verdict({ regime: aRegime({ mandatory: false }), approval: { ...approval, orgForm: "self" } })).toBe("warn");
  expect(verdict({ needsApproval: false })).toBe("pass");
});

test("R-5.2.3 R-L.114: inviting with state funds needs its ground", () => {
  const regime = aRegime({ tenderMode: "invited" });
  expect(row("R-L.114", { regime })).toMatchObject({ verdict: "fail" });
  expect(row("R-L.114", { regime, inviteGround: "涉密" })).toMatchObject({ verdict: "pass" });
  expect(row("CLK-16", { regime, inviteeCount: 2 })).toMatchObject({ verdict: "fail" });
});

test("R-5.4.8: there is no field for a lowest price, its wording blocks, and without the ceiling nothing is published", () => {
  const names = Object.keys(TenderDocumentContent.shape).filter((name) => name.endsWith("Fen"));
  expect(names.sort()).toEqual(["ceilingFen", "securityFen"]);
  // The ceiling stands in the document or there is no document: it cannot come later.
  expect(TenderDocumentContent.shape.ceilingFen.safeParse(undefined).success).toBe(false);
  expect(row("R-5.4.8", { ceilingFen: 0n })).toMatchObject({ verdict: "fail", fix: "填写最高投标限价" });
  expect(failuresOf(publishCheck(facts({ ceilingFen: 0n })))).not.toEqual([]);

  expect(row("R-5.4.8-floor", { texts: said("本项目最低投标限价为 900 万元") })).toMatchObject({ verdict: "fail" });
  expect(row("R-5.4.8-floor", { texts: said("最高投标限价为 1280 万元") })).toMatchObject({ verdict: "pass" });
});

test("R-5.4.11: a sentence that restricts bidders is an amber row that blocks until it is answered", () => {
  const texts = said("须具有本市业绩");
  const [found, ...more] = publishCheck(facts({ texts })).filter(({ id }) => id === "R-5.4.11");
  expect(more).toEqual([]);
  expect(found).toMatchObject({ verdict: "warn", fix: expect.stringContaining("地域") });
  expect(failuresOf(publishCheck(facts({ texts })))).toEqual([found!.title]);
  const lintAnswers = new Map([[found!.hit!.key, "依据某某文件的特别规定"]]);
  expect(failuresOf(publishCheck(facts({ texts, lintAnswers })))).toEqual([]);
  expect(failuresOf(publishCheck(facts({ texts: said("须具有本市三项业绩"), lintAnswers })))).toHaveLength(1);
});

test("a deadline on a day off warns, in a year without holiday table blocks", () => {
  expect(row("DEADLINE-WORKDAY", { bidDeadline: shanghai("2026-04-04 09:00") })).toMatchObject({ verdict: "warn" });
  expect(row("DEADLINE-WORKDAY", { bidDeadline: shanghai("2027-01-05 09:00") })).toMatchObject({ verdict: "fail" });
});

test("the method must be computable, envelopes and consortium must agree", () => {
  expect(row("METHOD-TRIAL", { methodTrial: { ok: false, text: "权重之和不是 100" } })).toMatchObject({
    verdict: "fail",
  });
  expect(row("ENVELOPES", { envelopeCount: 2 })).toMatchObject({ verdict: "fail" });
  expect(row("IR37", { consortiumAllowed: true })).toMatchObject({ verdict: "fail" });
});

test("CLK-24 CLK-30: validity and decryption time are printed; short ones warn", () => {
  expect(row("CLK-24", { validityDays: 0 })).toMatchObject({ verdict: "fail" });
  expect(row("CLK-24", { validityDays: 30 })).toMatchObject({ verdict: "warn" });
  expect(row("CLK-24")!.value).toBe("90 天，至 2026-06-28 24:00");
  expect(row("CLK-30", { decryptionWindowMinutes: 30 })).toMatchObject({ verdict: "warn" });
  expect(row("CLK-30", { decryptionWindowMinutes: 30, profile: "guizhou-demo" })).toMatchObject({ verdict: "pass" });
});

describe("R-L.3: mandatory tendering needs scope and threshold", () => {
  const million = 100_000_000n;
  const cases = [
    ["works", 4n],
    ["goods", 2n],
    ["survey_design", 1n],
    ["services", 1n],
  ] as const;
  test.each(cases)("R-L.3: %s from %s million on, in scope by funds or by kind", (subject, millions) => {
    const at = (estimateFen: bigint, isInScopeByFunds: boolean, isInScopeByKind: boolean) =>
      mustBeTendered({ subject, estimateFen, isInScopeByFunds, isInScopeByKind });
    expect(at(millions * million, true, false)).toBe(true);
    expect(at(millions * million, false, true)).toBe(true);
    expect(at(millions * million, false, false)).toBe(false);
    expect(at(millions * million - 1n, true, true)).toBe(false);
  });

  test("R-L.3: a non-mandatory lot at the threshold is warned", () => {
    const regime = aRegime({ mandatory: false });
    const scope = { isInScopeByFunds: true, isInScopeByKind: false };
    expect(row("R-L.3", { regime, scope })).toMatchObject({ verdict: "warn" });
    expect(row("R-L.3", { regime, scope: { ...scope, isInScopeByFunds: false } })).toMatchObject({ verdict: "pass" });
  });
});

test("R-5.2.6: three works lots of 3.9 million look split", () => {
  const split = { projectEstimatesFen: [390_000_000n, 390_000_000n, 390_000_000n], estimateFen: 390_000_000n };
  const voluntary = aRegime({ mandatory: false });
  expect(row("R-5.2.6", { ...split, regime: voluntary })).toMatchObject({ verdict: "warn" });
  expect(row("R-5.2.6", { projectEstimatesFen: [390_000_000n], regime: voluntary })).toMatchObject({ verdict: "pass" });
  expect(looksSplit("works", [390_000_000n, 390_000_000n, 390_000_000n])).toBe(true);
  expect(looksSplit("works", [390_000_000n])).toBe(false);
  expect(looksSplit("works", [390_000_000n, 500_000_000n])).toBe(false);
  expect(looksSplit("works", [100_000_000n, 100_000_000n])).toBe(false);
});

test("R-5.8.1: a publication of candidates that lacks an item names it", () => {
  const full = Object.fromEntries(CANDIDATE_FIELDS.map(({ key }) => [key, "已填"]));
  expect(missingCandidateFields(full, [full, full])).toEqual([]);
  expect(missingCandidateFields({ ...full, objection: "" }, [full])).toEqual(["提出异议的渠道和方式"]);
  expect(missingCandidateFields(full, [full, { ...full, lead: "" }])).toEqual(["第 2 名：项目负责人姓名"]);
});

test("R-5.4.3: the document's fee stays under the profile's cap and goes to an account that is written down", () => {
  const fee = (documentFeeFen: bigint, set: Partial<PublishFacts> = {}) =>
    row("R-5.4.3", { documentFeeFen, hasFeeAccount: true, ...set });
  expect(row("R-5.4.3")).toMatchObject({ verdict: "pass", value: "免费" });
  expect(fee(50_000n)).toMatchObject({ verdict: "pass", value: "¥500.00" });
  expect(fee(50_001n)).toMatchObject({ verdict: "fail", fix: expect.stringContaining("¥500.00") });
  expect(fee(30_001n, { profile: "guizhou-demo" })).toMatchObject({ verdict: "fail" });
  expect(fee(30_000n, { hasFeeAccount: false })).toMatchObject({
    verdict: "fail",
    fix: expect.stringContaining("账号"),
  });
});

test("R-5.4.9: no sentence makes the base estimate a condition of winning or of rejection", () => {
  const verdict = (text: string) => row("R-5.4.9", { texts: said(text) })?.verdict;
  for (const text of [
    "投标报价超过标底上下 5% 的，否决其投标。",
    "投标报价高于标底的按废标处理",
    "以投标报价最接近标底作为中标条件。",
    "报价与标底偏差超过10%的投标人不予评审",
  ])
    expect(verdict(text), text).toBe("fail");
  for (const text of [
    "本项目设有标底，标底在开标时公布，仅作为评标的参考。",
    "标底不得作为否决投标的依据。",
    "不以投标报价是否接近标底作为中标条件，也不以超过标底上下浮动范围作为否决投标的条件。",
  ])
    expect(verdict(text), text).toBe("pass");
  expect(row("R-5.4.9")).toBeUndefined();
  expect(row("R-5.4.9", { baseEstimateHash: "ab".repeat(32) })?.value).toContain("已封存");
});

test("R-5.4.12: a visit is for all together, between publication and deadline", () => {
  const visit = { title: "踏勘现场", at: shanghai("2026-03-06 09:30"), place: "项目部大门口", note: "" };
  const verdict = (set: Partial<typeof visit>) => row("R-5.4.12", { gatherings: [{ ...visit, ...set }] })?.verdict;
  expect(verdict({})).toBe("pass");
  expect(verdict({ note: "请与招标人预约，逐家踏勘" })).toBe("fail");
  expect(verdict({ at: shanghai("2026-03-02 08:59") })).toBe("fail");
  expect(verdict({ at: shanghai("2026-03-30 09:30") })).toBe("fail");
  expect(verdict({ at: shanghai("2026-03-20 09:30") })).toBe("warn");
  expect(row("R-5.4.12", { texts: said("招标人将分批组织部分潜在投标人踏勘现场。") })?.verdict).toBe("fail");
  expect(row("R-5.4.12", { texts: said("招标人不组织踏勘现场。") })?.verdict).toBe("pass");
  expect(row("R-5.4.12")).toBeUndefined();
});
