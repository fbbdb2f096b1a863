import { FAILED_STATES, hasReached, type LotState } from "../states";

/** Steps of the procedure as the public sees them: the state in which each begins, and when. */
const STEPS: readonly { readonly title: string; readonly from: LotState; readonly until: LotState }[] = [
  { title: "公告与文件获取", from: "T1", until: "T2" },
  { title: "投标截止、开标", from: "T2", until: "O2" },
  { title: "评标", from: "O2", until: "A1" },
  { title: "候选人公示", from: "A1", until: "A2" },
  { title: "定标", from: "A2", until: "A3" },
  { title: "中标通知", from: "A3", until: "C1" },
];

/** What comes before them, where there is a first round. */
const FIRST_ROUND = { from: "P1", until: "T1" } as const;

export interface TimelineTimes {
  /** Texts ready to be shown, by the title of the step. */
  readonly [title: string]: string | undefined;
}

/** Where a lot stands in the procedure. `minimums` are the spans that the law asks for after a step, by its title. */
export function LotTimeline({
  state,
  times,
  minimums = {},
  firstRound,
}: {
  state: LotState;
  times: TimelineTimes;
  minimums?: TimelineTimes;
  /** Title of the round before the tender document. */
  firstRound?: string | undefined;
}) {
  const failed = FAILED_STATES.includes(state);
  return (
    <ol className="timeline" aria-label="招标进程">
      {(firstRound ? [{ title: firstRound, ...FIRST_ROUND }, ...STEPS] : STEPS).map(({ title, from, until }) => {
        const done = !failed && hasReached(state, until);
        const now = !failed && !done && hasReached(state, from);
        return (
          <li key={title} className={done ? "done" : now ? "now" : undefined} aria-current={now ? "step" : undefined}>
            {title}
            <span className="visually-hidden">{done ? "（已完成）" : now ? "（进行中）" : "（未开始）"}</span>
            {times[title] && <span className="small muted"> {times[title]}</span>}
            {minimums[title] && <span className="small muted minimum">{minimums[title]}</span>}
          </li>
        );
      })}
    </ol>
  );
}
