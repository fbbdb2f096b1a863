"use client";

import { formatClock, formatInstant } from "@/core/time";
import { durationText } from "@/ui/countdown";
import { useServerTime } from "@/ui/server-clock";
import { deadlineMark } from "../client/estimate";

/** Time left until the deadline, by server time. Speaks once at each mark, never every second. */
export function DeadlineBar({
  deadline,
  initial,
  title = "投标截止",
}: {
  deadline: string;
  initial: string;
  /** What ends then. */
  title?: string;
}) {
  const { now } = useServerTime(initial);
  const left = new Date(deadline).getTime() - now.getTime();
  const mark = deadlineMark(left);
  const tone = left <= 0 ? "danger" : mark !== undefined && mark <= 10 ? "warn" : "";
  return (
    <div className={`state-bar ${tone}`}>
      <span>
        {title} {formatInstant(new Date(deadline))}
      </span>
      <span role="timer" suppressHydrationWarning>
        {left > 0 ? (
          <>
            还有 <strong className="countdown">{durationText(left)}</strong>
          </>
        ) : (
          <strong>已截止</strong>
        )}
      </span>
      <span className="small push" suppressHydrationWarning>
        服务器时间 {formatClock(now)}，以此为准
      </span>
      <span className="visually-hidden" aria-live={mark !== undefined && mark <= 5 ? "assertive" : "polite"}>
        {left <= 0 ? `${title}时间已到` : mark === undefined ? "" : `距${title}不足 ${mark} 分钟`}
      </span>
    </div>
  );
}
