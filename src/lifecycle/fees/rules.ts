import { formatYuan, yuanText } from "@/core/money";
import { type Refusal, refuse } from "@/core/refusal";
import { addDays, formatClock, formatDate, shanghai } from "@/core/time";
import type { ClaimStep } from "@/platform/billing/schema";
import { withhold } from "./labour-tax";
import { EXPERT_WORK, type ExpertRates, type ExpertWork, TRAVEL, type Travel } from "./schema";

const HOUR_MS = 3_600_000;
/** Hours of a half day, and of the day after which overtime is paid. */
const HALF_DAY_HOURS = 4;
const DAY_HOURS = 8;
/** An evaluation of several days is counted between these hours of each: nobody is paid for the night. */
const [DAY_BEGINS, DAY_ENDS] = ["08:00", "22:00"];

/** Time that an expert worked on one Beijing day. */
export interface WorkSpan {
  readonly from: Date;
  readonly to: Date;
}

/** From check-in to the report, by Beijing days; one day is counted whole, of several the hours of work. */
export function spansOf(from: Date, to: Date): WorkSpan[] {
  if (formatDate(from) === formatDate(to)) return [{ from, to }];
  const spans: WorkSpan[] = [];
  for (let day = formatDate(from); day <= formatDate(to); day = formatDate(addDays(shanghai(`${day} 00:00`), 1))) {
    const [begins, ends] = [shanghai(`${day} ${DAY_BEGINS}`), shanghai(`${day} ${DAY_ENDS}`)];
    const span = { from: from > begins ? from : begins, to: to < ends ? to : ends };
    if (span.to > span.from) spans.push(span);
  }
  return spans;
}

export interface ExpertFee {
  readonly grossFen: bigint;
  readonly taxFen: bigint;
  readonly netFen: bigint;
  readonly steps: readonly ClaimStep[];
}

/**
 * What one expert is paid (R-5.7.26): half days and overtime of each day by the standard, travel once, income tax withheld by the
 * payer. Each started half day and hour counts; whoever left after arriving gets what is agreed for attendance.
 */
export function expertFee(
  rates: ExpertRates,
  work: { readonly kind: ExpertWork; readonly spans: readonly WorkSpan[]; readonly travel: Travel },
  now: Date,
): ExpertFee {
  const steps: ClaimStep[] = [];
  let gross = 0n;
  const add = (text: string, fen: bigint) => {
    steps.push({ text, amount: yuanText(fen) });
    gross += fen;
  };
  if (work.kind === "attendance") add(EXPERT_WORK.attendance, BigInt(rates.attendanceFen));
  else {
    const half = BigInt(work.kind === "again" ? rates.againHalfDayFen : rates.halfDayFen);
    for (const { from, to } of work.spans) {
      const hours = (to.getTime() - from.getTime()) / HOUR_MS;
      const halves = BigInt(Math.max(1, Math.ceil(Math.min(hours, DAY_HOURS) / HALF_DAY_HOURS)));
      const over = BigInt(Math.max(0, Math.ceil(hours - DAY_HOURS)));
      const when = `${EXPERT_WORK[work.kind]} ${formatClock(from)} 至 ${formatClock(to)}`;
      add(`${when}：${halves} 个半日 × ${formatYuan(half)}`, halves * half);
      if (over)
        add(`超时 ${over} 小时 × ${formatYuan(BigInt(rates.overtimeHourFen))}`, over * BigInt(rates.overtimeHourFen));
    }
  }
  add(`交通补助：${TRAVEL[work.travel]}`, BigInt(rates[`${work.travel}Fen`]));
  const { taxableFen, percent, deductionFen, taxFen } = withhold(gross, formatDate(now));
  steps.push(
    { text: "应发合计", amount: yuanText(gross) },
    {
      text: `预扣个人所得税：应纳税所得额 ${yuanText(taxableFen)} × ${percent}%${deductionFen ? ` - ${yuanText(deductionFen)}` : ""}，四舍五入到分`,
      amount: yuanText(-taxFen),
    },
    { text: "实发", amount: yuanText(gross - taxFen) },
  );
  return { grossFen: gross, taxFen, netFen: gross - taxFen, steps };
}

/** May this standard be entered? It follows the last one and changes nothing of the past. */
export function refusalToEnter(validFrom: string, last: string | undefined, today: string): Refusal | undefined {
  if (last !== undefined && (validFrom <= last || validFrom < today))
    return refuse("conflict", "fees.schedule_past", { last, today });
  return undefined;
}

/** The standard of a day; undefined before the first one. */
export const scheduleOn = <S extends { readonly validFrom: string }>(all: readonly S[], day: string): S | undefined =>
  [...all].sort((a, b) => a.validFrom.localeCompare(b.validFrom)).findLast(({ validFrom }) => validFrom <= day);
