import { formatDate, formatInstant } from "@/core/time";
import type { CheckRow } from "./check-row";
import { clauseOf, clauseValue, profileOf } from "./clauses";
import { earliestApplicationDeadline, earliestSaleEnd, latestChange } from "./clocks";
import { type StandingFacts, standingRows } from "./publish-check-texts";
import { roundWords } from "./rounds";

/** What a prequalification is about to be published with. */
export interface PrequalFacts extends StandingFacts {
  readonly profile: string;
  readonly saleEnd: Date;
  readonly deadline: Date;
  readonly consortiumAllowed: boolean;
  /** Fields of the notice that must be said, and are. */
  readonly noticeFields: Readonly<Record<string, string>>;
}

/** The check before a prequalification is published: its two clocks, and what stands before every publication. */
export function prequalCheck(facts: PrequalFacts): CheckRow[] {
  return [
    saleRow(facts),
    deadlineRow(facts),
    objectionRow(facts),
    consortiumRow(facts),
    ...stageRows(facts),
    ...fieldRows(facts),
    ...standingRows(facts),
  ];
}

const wordsFor = ({ regime }: Pick<PrequalFacts, "regime">) => roundWords(regime);

/** CLK-01: the document of the first round is offered for five days at least (IR16). */
function saleRow(facts: PrequalFacts): CheckRow {
  const { profile: name, now, saleEnd, deadline } = facts;
  const words = wordsFor(facts);
  const profile = profileOf(name);
  const base = {
    id: "CLK-01",
    title: `${words.document}发售（获取）期`,
    value: `发布时起至 ${formatInstant(saleEnd)}`,
    limit: `不少于 ${clauseValue(profile, "CLK-01", formatDate(now))} 日，不晚于${words.deadline}`,
    article: clauseOf("CLK-01").article,
  };
  const earliest = earliestSaleEnd(profile, now);
  if (saleEnd > deadline) return { ...base, verdict: "fail", fix: `获取截止时间不能晚于${words.deadline}时间` };
  return saleEnd >= earliest
    ? { ...base, verdict: "pass" }
    : { ...base, verdict: "fail", fix: `将获取截止时间改为 ${formatInstant(earliest)} 或以后` };
}

/** CLK-02: applications are due five days after the end of the offer at least (IR17); mandatory tenders, and no proposals. */
function deadlineRow({ profile: name, regime, now, saleEnd, deadline }: PrequalFacts): CheckRow {
  const profile = profileOf(name);
  const earliest = earliestApplicationDeadline(profile, saleEnd);
  const base = {
    id: "CLK-02",
    title: `停止发售至${roundWords(regime).deadline}`,
    value: formatInstant(deadline),
    limit: `不少于 ${clauseValue(profile, "CLK-02", formatDate(now))} 日`,
    article: clauseOf("CLK-02").article,
  };
  if (deadline >= earliest) return { ...base, verdict: "pass" };
  const fix = `将${roundWords(regime).deadline}时间改为 ${formatInstant(earliest)} 或以后`;
  // The law sets the span for applications; for technical proposals it is what is usual, and binds nobody.
  if (regime.twoStage)
    return { ...base, verdict: "warn", fix: `技术建议没有法定的最短期限，比照资格预审提示；可${fix}` };
  return regime.mandatory
    ? { ...base, verdict: "fail", fix }
    : { ...base, verdict: "warn", fix: `非依法必须招标项目可以缩短，须在公告中写明理由；或${fix}` };
}

/** CLK-04: until when the document can be changed without moving the deadline. */
function objectionRow({ profile: name, now, deadline, regime }: PrequalFacts): CheckRow {
  const latest = latestChange(profileOf(name), "prequalification", deadline);
  return {
    id: "CLK-04",
    title: regime.twoStage ? "可能影响技术建议的修改最晚发布时间" : "可能影响申请的修改最晚发布时间",
    value: formatInstant(latest),
    limit: "应晚于发布",
    article: clauseOf("CLK-04").article,
    ...(latest > now ? { verdict: "pass" } : { verdict: "warn", fix: `顺延${roundWords(regime).deadline}时间` }),
  };
}

function consortiumRow({ regime, consortiumAllowed }: PrequalFacts): CheckRow {
  const text = (isAllowed: boolean) => (isAllowed ? "接受联合体" : "不接受联合体");
  const base = {
    id: "IR37",
    title: "联合体约定一致",
    value: `${roundWords(regime).document}：${text(consortiumAllowed)}；招标方案：${text(regime.consortium)}`,
    limit: `公告、${roundWords(regime).document}与招标方案一致`,
    article: "《招标投标法实施条例》第三十七条",
  };
  return consortiumAllowed === regime.consortium
    ? { ...base, verdict: "pass" }
    : { ...base, verdict: "fail", fix: `使${roundWords(regime).document}与招标方案的约定一致` };
}

const O10 = "《招标公告和公示信息发布管理办法》第五条";
/** What a prequalification notice must say (O10 art. 5). */
const REQUIRED: readonly (readonly [key: string, title: string])[] = [
  ["projectName", "招标项目名称"],
  ["scope", "招标范围"],
  ["scale", "项目规模、数量"],
  ["fundSource", "资金来源及落实情况"],
  ["place", "实施地点"],
  ["period", "实施时间（工期或交货期）"],
  ["conditions", "资格能力要求"],
  ["consortium", "是否接受联合体"],
  ["obtainFormTime", "获取资格预审文件的时间"],
  ["obtainFormWay", "获取资格预审文件的方式"],
  ["applicationDeadline", "递交资格预审申请文件的截止时间"],
  ["applicationWay", "递交资格预审申请文件的方式"],
  ["tendererName", "招标人名称"],
  ["tendererAddress", "招标人地址"],
  ["tendererContact", "招标人联系人及联系方式"],
  ["platformAddress", "电子交易平台网址"],
  ["responsible", "项目负责人"],
  ["supervision", "监督部门"],
];

/** What the tender notice of a first stage says in place of what a prequalification notice does. */
const OF_STAGE: Readonly<Record<string, readonly [key: string, title: string]>> = {
  conditions: ["qualification", "投标资格能力要求"],
  obtainFormTime: ["obtainProposalTime", "获取第一阶段文件的时间"],
  obtainFormWay: ["obtainProposalWay", "获取第一阶段文件的方式"],
  applicationDeadline: ["proposalDeadline", "提交技术建议的截止时间"],
  applicationWay: ["proposalWay", "提交技术建议的方式"],
};

const SECURITY_WORD = "保证金";
/** Who says that none is asked for has said it right. */
const NO_SECURITY = /(不要求|不收取|无须|不)(提交|交纳)?(投标)?保证金/g;

/** IR30: a security is asked for in the second stage; who mentions one in the first is asked to look again. */
function stageRows({ regime, texts }: PrequalFacts): CheckRow[] {
  if (!regime.twoStage) return [];
  const found = texts.find(({ text }) => text.replace(NO_SECURITY, "").includes(SECURITY_WORD));
  const base = {
    id: "IR30",
    title: "第一阶段不要求投标保证金",
    value: found ? `${found.place}提到${SECURITY_WORD}` : "未要求",
    limit: "要求提交的，在第二阶段提出",
    article: "《招标投标法实施条例》第三十条",
  };
  return [
    found
      ? { ...base, verdict: "warn", fix: "核对该处没有要求在第一阶段提交投标保证金" }
      : { ...base, verdict: "pass" },
  ];
}

const fieldRows = ({ noticeFields, regime }: PrequalFacts): CheckRow[] =>
  REQUIRED.map((required) => {
    const [key, title] = (regime.twoStage && OF_STAGE[required[0]]) || required;
    const value = noticeFields[key]?.trim() ?? "";
    const base = { id: `NOTICE-${key}`, title: `公告载明：${title}`, limit: "必须载明", article: O10 };
    return value
      ? { ...base, value, verdict: "pass" as const }
      : { ...base, value: "未填写", verdict: "fail" as const, fix: `填写“${title}”` };
  });
