import { type Refusal, Refused } from "@/core/refusal";
import { addHours, formatDate } from "@/core/time";
import { type ClauseId, clauseOf, clauseValue, isOn, type Profile } from "./clauses";
import {
  bidValidityEnd,
  candidatePeriodEnd,
  contractDue,
  decryptionWindowEnd,
  earliestApplicationDeadline,
  earliestBidDeadline,
  earliestSaleEnd,
  latestChange,
  latestDocumentObjection,
  writtenReportDue,
} from "./clocks";
import type { Regime } from "./regime";
import { roundOf, roundWords } from "./rounds";

/** What the plan of work (招标工作计划) is computed from. */
export interface PlanInput {
  readonly profile: Profile;
  readonly regime: Pick<Regime, "mandatory" | "qualification" | "tenderMode"> & Partial<Pick<Regime, "twoStage">>;
  /** When notice and documents come out; the later publication when the medium's is known. */
  readonly publishAt: Date;
  /** Times that were chosen already: later acts count from them instead of from the earliest lawful ones. */
  readonly chosen?: {
    readonly saleStart: Date | null;
    readonly saleEnd: Date | null;
    readonly bidDeadline: Date | null;
  };
  readonly validityDays: number;
  readonly windowMinutes: number;
}

/** One act of the plan: the bound that the law sets for it, and what was chosen. */
export interface PlanRow {
  readonly act: string;
  readonly clause?: ClauseId;
  readonly article: string;
  readonly bound: "not_before" | "not_after";
  /** The bound, or why it cannot be computed: the holidays of its year are not loaded. */
  readonly at: Date | Refusal;
  /** The rule in a few words. */
  readonly rule: string;
  readonly chosen?: Date;
  /** `fail` keeps the lot from being published, `warn` wants a printed reason. */
  readonly verdict: "pass" | "warn" | "fail";
}

export const isDate = (at: PlanRow["at"]): at is Date => at instanceof Date;

function bound(compute: () => Date): Date | Refusal {
  try {
    return compute();
  } catch (error) {
    if (error instanceof Refused) return error.refusal;
    throw error;
  }
}

const later = (a: Date, b: Date): Date => (a > b ? a : b);

/**
 * The acts from publication to contract, each with the earliest or latest lawful moment and its article (TS 5.2). The law
 * sets no least time for an evaluation, so what follows it counts from the end of the decryption window.
 */
export function taskPlan(input: PlanInput): PlanRow[] {
  const { profile, regime } = input;
  const before = roundOf(regime) && firstRoundRows(input);
  // After a first round the documents go to those who came through it, once it is over.
  const issued = later(before?.applicationsDue ?? input.publishAt, input.chosen?.saleStart ?? input.publishAt);
  const saleEnd = earliestSaleEnd(profile, issued);
  const chosenSaleEnd = input.chosen?.saleEnd ?? undefined;
  const soldUntil = chosenSaleEnd ?? saleEnd;
  const full = earliestBidDeadline(profile, issued);
  const earliest = regime.mandatory ? later(full, soldUntil) : soldUntil;
  const deadline = input.chosen?.bidDeadline ?? later(earliest, full);
  const days = (id: ClauseId, at: Date) => clauseValue(profile, id, formatDate(at));
  return [
    ...(before?.rows ?? []),
    {
      act:
        regime.tenderMode === "open" && !regime.twoStage
          ? "发布招标公告，开始发售招标文件"
          : "发出投标邀请书和招标文件",
      article: "《招标投标法》第十六条、第十七条、《招标投标法实施条例》第十六条",
      bound: "not_before",
      at: issued,
      rule: before ? `${roundWords(regime).deadline}后，向${roundWords(regime).chosen}发出` : "公告发布之时",
      verdict: "pass",
    },
    row("停止发售招标文件", "CLK-01", saleEnd, `自开始发售不少于 ${days("CLK-01", issued)} 日`, chosenSaleEnd, "fail"),
    {
      ...row(
        "投标截止、开标",
        "CLK-03",
        earliest,
        regime.mandatory
          ? `自招标文件开始发出不少于 ${days("CLK-03", issued)} 日`
          : `非依法必须招标，可短于 ${days("CLK-03", issued)} 日，须在公告中写明理由`,
        input.chosen?.bidDeadline ?? undefined,
        "fail",
      ),
      ...(!regime.mandatory && deadline < full && deadline >= earliest ? { verdict: "warn" as const } : {}),
    },
    last(
      "可能影响投标文件编制的澄清、修改",
      "CLK-05",
      latestChange(profile, "tender", deadline),
      "逾期须顺延投标截止时间",
    ),
    last("对招标文件提出异议", "CLK-06", latestDocumentObjection(profile, deadline), "逾期提出的不中止招标活动"),
    ...afterOpening(input, deadline),
  ];
}

function firstRoundRows({ profile, regime, publishAt }: PlanInput): { rows: PlanRow[]; applicationsDue: Date } {
  const days = (id: ClauseId) => clauseValue(profile, id, formatDate(publishAt));
  const saleEnd = earliestSaleEnd(profile, publishAt);
  const words = roundWords(regime);
  // The law sets no least time for technical proposals.
  const isBound = regime.mandatory && !regime.twoStage;
  const unbound = regime.twoStage ? "法律没有规定最短期限，不早于停止发售" : "非依法必须招标，不早于停止发售";
  const applicationsDue = isBound ? earliestApplicationDeadline(profile, saleEnd) : saleEnd;
  return {
    applicationsDue,
    rows: [
      row(`停止发售${words.document}`, "CLK-01", saleEnd, `自开始发售不少于 ${days("CLK-01")} 日`),
      row(words.deadline, "CLK-02", applicationsDue, isBound ? `自停止发售不少于 ${days("CLK-02")} 日` : unbound),
      last(
        `可能影响${words.short}编制的澄清、修改`,
        "CLK-04",
        latestChange(profile, "prequalification", applicationsDue),
        regime.twoStage ? `逾期须顺延${words.deadline}时间` : "逾期须顺延申请截止时间",
      ),
    ],
  };
}

function afterOpening({ profile, regime, windowMinutes, validityDays }: PlanInput, deadline: Date): PlanRow[] {
  const opened = decryptionWindowEnd(deadline, windowMinutes);
  const days = (id: ClauseId) => clauseValue(profile, id, formatDate(deadline));
  const validityEnd = bidValidityEnd(deadline, validityDays - 1);
  const periodEnd = bound(() => candidatePeriodEnd(opened, profile));
  // Without publicity the award may follow the report; with it, the end of the period.
  const awardAt = regime.mandatory ? periodEnd : opened;
  const after = (compute: (award: Date) => Date) => (isDate(awardAt) ? bound(() => compute(awardAt)) : awardAt);
  return [
    ...(isOn(profile, "CLK-29")
      ? [row("抽取评标专家", "CLK-29", addHours(opened, -24), "评标开始前 24 小时以内")]
      : []),
    row("解密结束，开始评标", "CLK-30", opened, `自开标 ${windowMinutes} 分钟，以招标文件约定为准`),
    {
      ...row(
        "中标候选人公示期满",
        "CLK-12",
        periodEnd,
        `收到评标报告之日起 ${days("CLK-11")} 日内公示，公示期不少于 ${days("CLK-12")} 日`,
      ),
      ...(regime.mandatory ? {} : { rule: "非依法必须招标，可以不公示" }),
    },
    {
      act: "确定中标人，发出中标通知书和结果通知书",
      article: "《招标投标法》第四十五条、《招标投标法实施条例》第五十五条",
      bound: "not_before",
      at: awardAt,
      rule: regime.mandatory ? "公示期满，没有未答复的异议" : "收到评标报告",
      verdict: "pass",
    },
    ...(regime.mandatory
      ? [
          last(
            "提交招标投标情况书面报告",
            "CLK-15",
            after((award) => writtenReportDue(profile, award)),
            `自确定中标人起 ${days("CLK-15")} 日内`,
          ),
        ]
      : []),
    last(
      "订立书面合同",
      "CLK-14",
      after((award) => contractDue(profile, award, validityEnd)),
      `自中标通知书发出 ${days("CLK-14")} 日内，并在投标有效期内；签订后 5 日内退还投标保证金及利息`,
    ),
    last("投标有效期届满", "CLK-24", validityEnd, `自投标截止起 ${validityDays} 天`),
  ];
}

function row(
  act: string,
  clause: ClauseId,
  at: PlanRow["at"],
  rule: string,
  chosen?: Date,
  whenEarly: "warn" | "fail" = "warn",
): PlanRow {
  const verdict = chosen && isDate(at) && chosen < at ? whenEarly : "pass";
  const { article } = clauseOf(clause);
  return { act, clause, article, bound: "not_before", at, rule, verdict, ...(chosen ? { chosen } : {}) };
}

const last = (act: string, clause: ClauseId, at: PlanRow["at"], rule: string): PlanRow => ({
  ...row(act, clause, at, rule),
  bound: "not_after",
});
