import { formatDate, formatInstant } from "@/core/time";
import { baseEstimateRow } from "./base-estimate";
import { clauseOf } from "./clauses";
import { lint } from "./lint";
import { requiredNoticeFields } from "./notice-fields";
import type { CheckRow, PublishFacts } from "./publish-check";
import { fileRows } from "./publish-check-files";
import { REGIME_TEXTS, type Regime } from "./regime";
import { roundOf } from "./rounds";

/** What the rows read that stand before every publication. */
export type StandingFacts = Pick<
  PublishFacts,
  | "regime"
  | "now"
  | "mandate"
  | "mandateNumber"
  | "selfTenderFiling"
  | "byAgency"
  | "serviceContract"
  | "needsApproval"
  | "approval"
  | "inviteGround"
  | "texts"
  | "fileTexts"
  | "lintAnswers"
>;

/** Rows that stand before every publication: mandate, service contract, approval, mode, and the wording. */
export const standingRows = (facts: StandingFacts): CheckRow[] => [
  mandateRow(facts),
  serviceRow(facts),
  approvalRow(facts),
  modeRow(facts),
  ...lintRows(facts),
];

/** Rows about what is said: notice, mandate, mode, method. */
export function textRows(facts: PublishFacts): CheckRow[] {
  return [
    ...noticeRows(facts),
    mandateRow(facts),
    serviceRow(facts),
    approvalRow(facts),
    modeRow(facts),
    ...inviteeRow(facts),
    consortiumRow(facts),
    envelopeRow(facts),
    floorRow(facts),
    ...baseEstimateRow(facts),
    ...lintRows(facts),
    ...fileRows(facts.files ?? [], facts.now),
    methodRow(facts),
  ];
}

function noticeRows({ regime, noticeFields }: PublishFacts): CheckRow[] {
  return requiredNoticeFields(regime).map(({ key, title, article }) => {
    const value = noticeFields[key]?.trim() ?? "";
    const base = { id: `NOTICE-${key}`, title: `公告载明：${title}`, limit: "必须载明", article };
    return value
      ? { ...base, value, verdict: "pass" as const }
      : { ...base, value: "未填写", verdict: "fail" as const, fix: `填写“${title}”` };
  });
}

/** What is wrong with an agency's contract, and what to do; undefined when it may publish under it. */
function mandateProblem({ mandate, now }: StandingFacts): readonly [value: string, fix: string] | undefined {
  if (!mandate) return ["没有双方签署的委托代理合同", "拟定委托代理合同，由招标人和代理机构签章"];
  const { number, tendererSigned, agencySigned, coversPublishing, startsAt, endsAt } = mandate;
  if (!tendererSigned || !agencySigned) {
    const missing = [tendererSigned ? "" : "招标人", agencySigned ? "" : "代理机构"].filter(Boolean).join("、");
    return [`${number}，${missing}尚未签署`, `请${missing}签署委托代理合同`];
  }
  if (!coversPublishing) return [`${number}，委托事项不包括发布`, "由招标人发布，或双方另签包括发布的委托代理合同"];
  return now < startsAt || now > endsAt
    ? [`${number}，期限 ${formatDate(startsAt)} 至 ${formatDate(endsAt)}`, "不在委托期限内，请双方另签委托代理合同"]
    : undefined;
}

function signedMandateRow(facts: StandingFacts): CheckRow {
  const base = {
    id: "R-5.2.4",
    title: "委托代理合同",
    limit: "招标人和代理机构双方签章，在委托期限内，委托事项包括发布",
    article: "《招标投标法》第十二条、《招标投标法实施条例》第十三条、第十四条",
  };
  const problem = mandateProblem(facts);
  return problem
    ? { ...base, value: problem[0], verdict: "fail", fix: problem[1] }
    : { ...base, value: `${facts.mandate!.number}，双方已签署`, verdict: "pass" };
}

function mandateRow(facts: StandingFacts): CheckRow {
  const { regime, mandateNumber, selfTenderFiling } = facts;
  if (facts.byAgency) return signedMandateRow(facts);
  const byAgency = regime.orgForm === "agency";
  const number = (byAgency ? mandateNumber : selfTenderFiling)?.trim() ?? "";
  const base = {
    id: "R-5.2.4",
    title: byAgency ? "委托代理合同" : "自行招标备案",
    value: number || "未登记",
    limit: byAgency || regime.mandatory ? "须登记编号" : "不要求",
    article: "《招标投标法》第十二条、《招标投标法实施条例》第十四条",
  };
  return number || (!byAgency && !regime.mandatory)
    ? { ...base, verdict: "pass" }
    : { ...base, verdict: "fail", fix: byAgency ? "登记委托代理合同编号" : "登记自行招标备案编号" };
}

/** Who tenders on a platform of others has a contract with its operator (O20 art. 16). */
function serviceRow({ serviceContract = "signed" }: StandingFacts): CheckRow {
  const base = {
    id: "R-O.16a",
    title: "平台服务合同",
    value: { signed: "双方已签署", "own platform": "自有平台，不需要", missing: "尚未签署" }[serviceContract],
    limit: "与平台运营机构签订，载明服务内容、收费、数据归属、保密和保存",
    article: "《电子招标投标办法》第十六条",
  };
  return serviceContract === "missing"
    ? { ...base, verdict: "fail", fix: "签署平台服务合同" }
    : { ...base, verdict: "pass" };
}

/** Where the project is approved or verified, scope, mode and form of its tender are too, and are kept to (IR7). */
function approvalRow({ regime, needsApproval = false, approval }: StandingFacts): CheckRow {
  const isNeeded = regime.mandatory && needsApproval;
  const base = {
    id: "R-5.2.3",
    title: "招标范围、方式、组织形式的审批、核准",
    value: approval?.title ?? "未登记",
    limit: isNeeded ? "须登记，招标方式和组织形式与其一致" : "不要求登记；已登记的，招标方式和组织形式与其一致",
    article: "《招标投标法实施条例》第七条",
  };
  if (!approval)
    return isNeeded
      ? { ...base, verdict: "fail", fix: "登记审批、核准文件（文号、部门、日期、招标范围、方式和组织形式）" }
      : { ...base, verdict: "pass" };
  const differs = (["tenderMode", "orgForm"] as const).filter((key) => approval[key] !== regime[key]);
  if (!differs.length) return { ...base, verdict: "pass" };
  const names = differs
    .map((key) => `${DECIDED[key]}核准为${approvedText(approval, key)}、现为${approvedText(regime, key)}`)
    .join("；");
  return {
    ...base,
    value: `${approval.title}；${names}`,
    verdict: regime.mandatory ? "fail" : "warn",
    fix: "按核准内容另行建立招标项目，或向审批、核准部门申请变更后登记新的文件",
  };
}

const DECIDED = { tenderMode: "招标方式", orgForm: "组织形式" } as const;
const approvedText = (of: Pick<Regime, "tenderMode" | "orgForm">, key: keyof typeof DECIDED): string =>
  key === "tenderMode" ? REGIME_TEXTS.tenderMode[of.tenderMode] : REGIME_TEXTS.orgForm[of.orgForm];

function modeRow({ regime, inviteGround }: StandingFacts): CheckRow {
  const openIsTheRule = regime.mandatory && regime.stateFundsDominant;
  const base = {
    id: "R-L.114",
    title: "招标方式",
    value: regime.tenderMode === "open" ? "公开招标" : `邀请招标（理由：${inviteGround?.trim() || "未填写"}）`,
    limit: openIsTheRule ? "应当公开招标；邀请招标须有法定理由" : "公开招标或者邀请招标",
    article: "《招标投标法》第十一条、《招标投标法实施条例》第八条",
  };
  return regime.tenderMode === "open" || !openIsTheRule || inviteGround?.trim()
    ? { ...base, verdict: "pass" }
    : { ...base, verdict: "fail", fix: "改为公开招标，或填写邀请招标的法定理由和批准文号" };
}

function inviteeRow(facts: PublishFacts): CheckRow[] {
  const { regime, inviteeCount = 0 } = facts;
  // Those of a first round are invited, and were three at least when it ended.
  if (roundOf(regime)) return [replyRow(facts)];
  if (regime.tenderMode === "open") return [];
  const base = {
    id: "CLK-16",
    title: "受邀单位数",
    value: `${inviteeCount} 个`,
    limit: "不少于 3 个",
    article: clauseOf("CLK-16").article,
  };
  return [
    inviteeCount >= 3 ? { ...base, verdict: "pass" } : { ...base, verdict: "fail", fix: "增加受邀单位" },
    replyRow(facts),
  ];
}

/** Who is invited can answer, and still has the documents to get afterwards. */
function replyRow({ replyBy, publishAt, saleEnd }: PublishFacts): CheckRow {
  const base = {
    id: "R-5.3.3",
    title: "回复邀请的截止时间",
    value: replyBy ? formatInstant(replyBy) : "未填写",
    limit: "晚于邀请发出，不晚于停止获取招标文件",
    article: "《招标投标法》第十七条",
  };
  return replyBy && replyBy > publishAt && (!saleEnd || replyBy <= saleEnd)
    ? { ...base, verdict: "pass" }
    : { ...base, verdict: "fail", fix: "填写回复邀请的截止时间" };
}

function consortiumRow({ regime, consortiumAllowed }: PublishFacts): CheckRow {
  const text = (isAllowed: boolean) => (isAllowed ? "接受联合体" : "不接受联合体");
  const base = {
    id: "IR37",
    title: "联合体投标约定一致",
    value: `招标文件：${text(consortiumAllowed)}；公告：${text(regime.consortium)}`,
    limit: "公告与招标文件一致",
    article: "《招标投标法实施条例》第三十七条",
  };
  return consortiumAllowed === regime.consortium
    ? { ...base, verdict: "pass" }
    : { ...base, verdict: "fail", fix: "使招标文件与公告的约定一致" };
}

function envelopeRow({ regime, envelopeCount }: PublishFacts): CheckRow {
  const base = {
    id: "ENVELOPES",
    title: "信封数量",
    value: `${envelopeCount} 个`,
    limit: `${regime.envelopes} 个`,
    article: "招标方案",
  };
  return envelopeCount === regime.envelopes
    ? { ...base, verdict: "pass" }
    : { ...base, verdict: "fail", fix: "使招标文件的信封数量与招标方案一致" };
}

const FLOOR = /最低(投标)?限价|最低投标报价不得低于|低于.{0,12}(限价|标底).{0,8}(否决|废标|无效)/;

/** There is no field for a lowest price, and no sentence may bring one in (IR27). */
function floorRow({ texts }: PublishFacts): CheckRow {
  const found = texts.map(({ text }) => FLOOR.exec(text)?.[0]).find(Boolean);
  const base = {
    id: "R-5.4.8-floor",
    title: "未规定最低投标限价",
    limit: "不得规定最低投标限价",
    article: "《招标投标法实施条例》第二十七条",
  };
  return found
    ? { ...base, value: `发现“${found}”`, verdict: "fail", fix: "删除关于最低投标限价的内容" }
    : { ...base, value: "未发现", verdict: "pass" };
}

/** Findings in the wording (IR32), each with what the publisher said about it. */
function lintRows({ texts, fileTexts = [], lintAnswers }: StandingFacts): CheckRow[] {
  return lint([...texts, ...fileTexts]).map(({ key, rule, place, sentence }) => {
    const reason = lintAnswers?.get(key);
    return {
      id: "R-5.4.11",
      title: `疑似限制、排斥投标人：${rule.title}（${place}）`,
      value: `“${sentence}”${reason === undefined ? "" : `；说明：${reason}`}`,
      limit: "不得以不合理条件限制、排斥潜在投标人，不得含有倾向性内容",
      article: `${rule.article}（${rule.id}）`,
      verdict: "warn" as const,
      ...(reason === undefined ? { fix: rule.advice } : {}),
      hit: { key, ...(reason === undefined ? {} : { reason }) },
    };
  });
}

function methodRow({ methodTrial }: PublishFacts): CheckRow {
  const base = {
    id: "METHOD-TRIAL",
    title: "评标办法试算",
    value: methodTrial.text,
    limit: "参数完整，可由系统计算",
    article: "《招标投标法实施条例》第四十九条",
  };
  return methodTrial.ok ? { ...base, verdict: "pass" } : { ...base, verdict: "fail", fix: "按提示修改评标办法参数" };
}
