import { addDays, addHours, addMinutes } from "@/core/time";

/** Colours of a supervision point (监督点预警): in time, soon late, late. */
export const COLOURS = { green: "正常", yellow: "即将到期", red: "逾期" } as const;
export type Colour = keyof typeof COLOURS;

/** An act that the law gives a time for, as it stands in one lot. */
export interface SupervisionPoint {
  /** `media`, `opening`, `candidates`, `objection-1` …: names the point in the lot. */
  readonly id: string;
  readonly title: string;
  readonly ground: string;
  readonly since: Date;
  readonly warnAt: Date;
  readonly dueAt: Date;
  readonly doneAt: Date | undefined;
}

export interface PointFacts {
  readonly state: string;
  readonly mandatory: boolean;
  /** An invitation is printed by no medium. */
  readonly isInvited?: boolean;
  readonly noticePublishedAt: Date | null;
  readonly mediaPublishedAt: Date | null;
  readonly bidDeadline: Date | null;
  readonly openedAt: Date | null;
  /** When the report was handed in. */
  readonly reportedAt: Date | null;
  readonly candidatesPublishedAt: Date | null;
  readonly objections: readonly {
    readonly number: number;
    readonly filedAt: Date;
    readonly alarmAt: Date;
    readonly dueAt: Date;
    readonly answeredAt: Date | null;
  }[];
}

/** Hours in which a legal medium prints (发布管理办法第十一条); half of it is time to ask. */
export const MEDIA_HOURS = { warn: 6, due: 12 } as const;
/** CLK-11: days from the report to the publication of the candidates (IR54). */
export const CANDIDATE_DAYS = { warn: 2, due: 3 } as const;
/** The opening is at the deadline (BL34): some minutes are a machine's, more are somebody's. */
const OPENING_MINUTES = { warn: 1, due: 10 } as const;

/** Supervision points of a lot in the order of the procedure, as far as they have begun. */
export function pointsOf(facts: PointFacts): SupervisionPoint[] {
  const { noticePublishedAt: notice, bidDeadline: deadline, reportedAt: report } = facts;
  const points: SupervisionPoint[] = [];
  const add = (point: Omit<SupervisionPoint, "doneAt"> & { doneAt: Date | null }) =>
    points.push({ ...point, doneAt: point.doneAt ?? undefined });
  if (notice && facts.mandatory && !facts.isInvited)
    add({
      ...{ id: "media", title: "公告在法定媒介发布", ground: "《招标公告和公示信息发布管理办法》第十一条" },
      ...{ since: notice, warnAt: addHours(notice, MEDIA_HOURS.warn), dueAt: addHours(notice, MEDIA_HOURS.due) },
      doneAt: facts.mediaPublishedAt,
    });
  for (const { number, filedAt, alarmAt, dueAt, answeredAt } of facts.objections)
    add({
      ...{
        id: `objection-${number}`,
        title: `答复异议（第 ${number} 号）`,
        ground: "《实施条例》第二十二条、第五十四条",
      },
      ...{ since: filedAt, warnAt: alarmAt, dueAt, doneAt: answeredAt },
    });
  // A lot that failed at its deadline, or was ended before, is not waiting for an opening.
  if (deadline && (facts.openedAt || facts.state === "T2"))
    add({
      ...{ id: "opening", title: "投标截止同时开标", ground: "《招标投标法》第三十四条" },
      since: deadline,
      warnAt: addMinutes(deadline, OPENING_MINUTES.warn),
      dueAt: addMinutes(deadline, OPENING_MINUTES.due),
      doneAt: facts.openedAt,
    });
  if (report && facts.mandatory)
    add({
      ...{ id: "candidates", title: "收到评标报告后公示中标候选人", ground: "《实施条例》第五十四条" },
      since: report,
      warnAt: addDays(report, CANDIDATE_DAYS.warn),
      dueAt: addDays(report, CANDIDATE_DAYS.due),
      doneAt: facts.candidatesPublishedAt,
    });
  return points;
}

/** How a point stands: what was done late stays red, because it was late. */
export function colourOf({ warnAt, dueAt, doneAt }: SupervisionPoint, now: Date): Colour {
  const at = doneAt ?? now;
  if (at > dueAt) return "red";
  return !doneAt && now >= warnAt ? "yellow" : "green";
}
