import { formatClock } from "@/core/time";
import type { OpeningToday } from "../portal";

/** Lots that are opened today: name, time and the way there, never who or how many take part. */
export function OpeningsToday({ openings }: { openings: readonly OpeningToday[] }) {
  return (
    <section className="card" aria-labelledby="today-title">
      <h2 id="today-title">今日开标</h2>
      {openings.length === 0 ? (
        <p className="muted">今日没有开标。</p>
      ) : (
        <ol className="plain-list">
          {openings.map(({ code, name, at }) => (
            <li key={code}>
              <time dateTime={at.toISOString()}>{formatClock(at).slice(11, 16)}</time>{" "}
              <a href={`/tenders/${code}`}>{name}</a> <a href={`/tenders/${code}/opening`}>开标时间与记录</a>
              <div className="small muted hash">{code}</div>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
