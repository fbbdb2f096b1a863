import { formatYuan } from "@/core/money";
import type { CheckRow } from "./check-row";
import type { Regime } from "./regime";
import { THRESHOLDS_FEN } from "./thresholds";

/** What a provisional sum buys: part of the works, goods, or services. */
export const PROVISIONAL_SUBJECTS = {
  works: "专业工程暂估价",
  goods: "材料、设备暂估价",
  services: "服务暂估价",
} as const;
export type ProvisionalSubject = keyof typeof PROVISIONAL_SUBJECTS;

/** A provisional sum (暂估价) of a bill of quantities. */
export interface ProvisionalSum {
  readonly code: string;
  readonly name: string;
  /** Undefined where the bill does not say: then it is material or equipment, which unnamed sums of a bill of works are. */
  readonly subject?: ProvisionalSubject | undefined;
  readonly totalFen: bigint;
}

export interface ProvisionalToTender extends ProvisionalSum {
  readonly subject: ProvisionalSubject;
  readonly limitFen: bigint;
}

/**
 * Provisional sums that must be tendered after the contract (IR29): those within a contract that has to be tendered by law
 * and that reach the threshold of what they buy.
 */
export function provisionalToTender(
  { mandatory }: Pick<Regime, "mandatory">,
  sums: readonly ProvisionalSum[],
): ProvisionalToTender[] {
  if (!mandatory) return [];
  return sums.flatMap((sum) => {
    const subject = sum.subject ?? "goods";
    const limitFen = THRESHOLDS_FEN[subject];
    return sum.totalFen >= limitFen ? [{ ...sum, subject, limitFen }] : [];
  });
}

/** A sum in a line. */
export const provisionalLine = ({ code, name, subject, totalFen, limitFen }: ProvisionalToTender): string =>
  `${code} ${name}：${formatYuan(totalFen)}（${PROVISIONAL_SUBJECTS[subject]}，规模标准 ${formatYuan(limitFen)}）`;

/** The hint of the check before publication; no row where the bill has no provisional sums. */
export function provisionalRows(regime: Pick<Regime, "mandatory">, sums: readonly ProvisionalSum[]): CheckRow[] {
  if (!sums.length) return [];
  const due = provisionalToTender(regime, sums);
  const base = {
    id: "R-L.113",
    title: "暂估价",
    value: due.length ? due.map(provisionalLine).join("；") : `${sums.length} 项，均未达到规模标准`,
    limit: "属于依法必须招标的范围且达到规模标准的暂估价，应当依法招标",
    article: "《招标投标法实施条例》第二十九条",
  };
  return [
    due.length
      ? { ...base, verdict: "warn", fix: "达到规模标准，合同签订后须依法招标；发出中标通知书后平台列为招标人待办" }
      : { ...base, verdict: "pass" },
  ];
}
