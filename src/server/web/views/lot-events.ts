import type { CalendarEvent } from "@/core/ical";
import { formatInstant } from "@/core/time";
import { roundWords } from "@/lifecycle/law/rounds";
import { FAILED_STATES } from "@/lifecycle/lot/states";
import type { LotOfTender } from "@/lifecycle/tender-project/queries";

/**
 * Dates of a lot as its notices publish them. What changes a date is a publication, so the version of an event is the
 * number of publications before it: nothing here moves because of bids.
 */
export function lotEvents(
  { lot, tender }: LotOfTender,
  notices: readonly { readonly publishedAt: Date | null }[],
  base: string,
): CalendarEvent[] {
  const changedAt = notices.at(-1)?.publishedAt ?? lot.noticePublishedAt;
  if (!changedAt || FAILED_STATES.includes(lot.state)) return [];
  const { hostname } = new URL(base);
  const name = `${tender.name} ${lot.name}`;
  const event = (key: string, title: string, at: Date | null, text: string, remindHours: number[] = []) =>
    at
      ? [
          {
            uid: `${lot.code}-${key}@${hostname}`,
            title: `${title}：${name}`,
            at,
            description: `${text}\n标段编号 ${lot.code}\n${title} ${formatInstant(at)}\n以平台公告和服务器时间为准。`,
            url: `${base}/tenders/${lot.code}`,
            changedAt,
            sequence: notices.length,
            remindHours,
          },
        ]
      : [];
  const words = roundWords(tender.regime);
  // Until the qualified are invited, the lot's times are those of its prequalification.
  const isApplying = lot.prequalified && !lot.bidDeadline;
  return [
    ...event(
      "sale-end",
      `获取${isApplying ? words.document : "招标文件"}截止`,
      lot.saleEnd,
      `此后不能再获取${isApplying ? words.document : "招标文件"}。`,
      [24],
    ),
    ...event(
      "application-deadline",
      words.deadline,
      lot.applicationDeadline,
      `逾期送达的${words.package}不予受理；截止后请在解密时间内解密。`,
      [72, 24, 1],
    ),
    ...event("deadline", "投标截止、开标", lot.bidDeadline, "逾期送达的投标文件不予受理。截止即开标。", [72, 24, 1]),
    ...event(
      "second-opening",
      "第二信封开标",
      lot.secondOpeningAt,
      "仅开启通过第一信封评审的投标人的第二信封，请届时在开标大厅解密。",
      [24, 1],
    ),
    ...event(
      "publicity-end",
      "中标候选人公示期满",
      lot.candidatePeriodEndsAt,
      "对评标结果有异议的，应在公示期内提出。",
    ),
  ];
}
