import { Refused } from "@/core/refusal";
import { formatDate, formatInstant, weekdayName } from "@/core/time";
import { isWorkday } from "@/core/workdays";
import { sentenceOf } from "@/i18n/refusals";
import { clauseOf, clauseValue, type Profile } from "./clauses";
import {
  bidValidityEnd,
  defaultWindowMinutes,
  earliestBidDeadline,
  earliestSaleEnd,
  latestDocumentObjection,
} from "./clocks";
import type { CheckRow, PublishFacts } from "./publish-check";

const MISSING = "未填写";

/** Rows about times. */
export function clockRows(facts: PublishFacts, profile: Profile): CheckRow[] {
  return [
    saleRow(facts, profile),
    deadlineRow(facts, profile),
    orderRow(facts),
    workdayRow(facts),
    objectionRow(facts, profile),
    validityRow(facts),
    windowRow(facts, profile),
  ];
}

/** Documents are first issued when sale begins, and never before the notice is out. */
const firstIssued = (facts: PublishFacts): Date | undefined =>
  facts.saleStart ? (facts.saleStart > facts.publishAt ? facts.saleStart : facts.publishAt) : undefined;

function saleRow(facts: PublishFacts, profile: Profile): CheckRow {
  const { article } = clauseOf("CLK-01");
  const start = firstIssued(facts);
  const base = { id: "CLK-01", title: "招标文件发售（获取）期", article };
  const limit = `不少于 ${clauseValue(profile, "CLK-01", formatDate(facts.now))} 日`;
  if (!start || !facts.saleEnd)
    return { ...base, value: MISSING, limit, verdict: "fail", fix: "填写获取招标文件的起止时间" };
  const earliest = earliestSaleEnd(profile, start);
  const value = `${formatInstant(start)} 至 ${formatInstant(facts.saleEnd)}`;
  if (facts.saleEnd >= earliest) return { ...base, value, limit, verdict: "pass" };
  return { ...base, value, limit, verdict: "fail", fix: `将获取截止时间改为 ${formatInstant(earliest)} 或以后` };
}

function deadlineRow(facts: PublishFacts, profile: Profile): CheckRow {
  const { article } = clauseOf("CLK-03");
  const start = firstIssued(facts);
  const base = { id: "CLK-03", title: "招标文件开始发出至投标截止", article };
  const limit = `不少于 ${clauseValue(profile, "CLK-03", formatDate(facts.now))} 日`;
  if (!start || !facts.bidDeadline) return { ...base, value: MISSING, limit, verdict: "fail", fix: "填写投标截止时间" };
  const earliest = earliestBidDeadline(profile, start);
  const value = formatInstant(facts.bidDeadline);
  if (facts.bidDeadline >= earliest) return { ...base, value, limit, verdict: "pass" };
  const fix = `将投标截止时间改为 ${formatInstant(earliest)} 或以后`;
  return facts.regime.mandatory
    ? { ...base, value, limit, verdict: "fail", fix }
    : { ...base, value, limit, verdict: "warn", fix: `非依法必须招标项目可以缩短，须在公告中写明理由；或${fix}` };
}

function orderRow({ saleEnd, bidDeadline, publishAt, now, saleStart }: PublishFacts): CheckRow {
  const base = {
    id: "TIME-ORDER",
    title: "时间先后",
    limit: "发布 → 开始获取 → 停止获取 → 投标截止",
    article: "逻辑检查",
  };
  if (!saleStart || !saleEnd || !bidDeadline) return { ...base, value: MISSING, verdict: "fail", fix: "填写全部时间" };
  const isOrdered = publishAt >= now && saleStart < saleEnd && saleEnd <= bidDeadline && bidDeadline > publishAt;
  return isOrdered
    ? { ...base, value: "先后正确", verdict: "pass" }
    : { ...base, value: "先后有误", verdict: "fail", fix: "停止获取不应晚于投标截止，发布时间不应早于现在" };
}

/** A deadline on a day off is lawful, but nobody is there: it is moved only by the tenderer, so it is a warning. */
function workdayRow({ bidDeadline }: PublishFacts): CheckRow {
  const base = { id: "DEADLINE-WORKDAY", title: "投标截止日为工作日", limit: "宜为工作日", article: "平台建议" };
  if (!bidDeadline) return { ...base, value: MISSING, verdict: "fail", fix: "填写投标截止时间" };
  const value = `${formatDate(bidDeadline)}（${weekdayName(bidDeadline)}）`;
  try {
    return isWorkday(bidDeadline)
      ? { ...base, value, verdict: "pass" }
      : { ...base, value, verdict: "warn", fix: "建议改到工作日，避免节假日无人值守" };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { ...base, value, verdict: "fail", fix: sentenceOf(error.refusal) };
  }
}

function objectionRow(facts: PublishFacts, profile: Profile): CheckRow {
  const base = { id: "CLK-06", title: "对招标文件提出异议的最晚时间", article: clauseOf("CLK-06").article };
  const limit = "应晚于招标文件开始发出";
  const start = firstIssued(facts);
  if (!facts.bidDeadline || !start) return { ...base, value: MISSING, limit, verdict: "fail", fix: "填写投标截止时间" };
  const latest = latestDocumentObjection(profile, facts.bidDeadline);
  return latest > start
    ? { ...base, value: formatInstant(latest), limit, verdict: "pass" }
    : {
        ...base,
        value: "没有可提出异议的时间",
        limit,
        verdict: "warn",
        fix: "顺延投标截止时间，给潜在投标人提出异议的时间",
      };
}

function validityRow({ bidDeadline, validityDays }: PublishFacts): CheckRow {
  const base = {
    id: "CLK-24",
    title: "投标有效期",
    limit: "须载明，自投标截止起算",
    article: clauseOf("CLK-24").article,
  };
  if (!bidDeadline || validityDays < 1) return { ...base, value: MISSING, verdict: "fail", fix: "填写投标有效期天数" };
  const value = `${validityDays} 天，至 ${formatDate(bidValidityEnd(bidDeadline, validityDays - 1))} 24:00`;
  return validityDays >= 60
    ? { ...base, value, verdict: "pass" }
    : { ...base, value, verdict: "warn", fix: "有效期较短，评标、公示、异议和签约须在期内完成，建议不少于 60 天" };
}

function windowRow(facts: PublishFacts, profile: Profile): CheckRow {
  const limit = defaultWindowMinutes(profile, facts.now);
  const base = {
    id: "CLK-30",
    title: "解密时限",
    limit: `宜不少于 ${limit} 分钟`,
    article: clauseOf("CLK-30").article,
  };
  const value = `${facts.decryptionWindowMinutes} 分钟`;
  return facts.decryptionWindowMinutes >= limit
    ? { ...base, value, verdict: "pass" }
    : { ...base, value, verdict: "warn", fix: "时限较短，因投标人原因未解密的视为撤销，请确认是否合适" };
}
