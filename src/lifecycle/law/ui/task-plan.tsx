import { addDays, formatClock, formatDate } from "@/core/time";
import { sentenceOf } from "@/i18n/refusals";
import { isDate, type PlanRow } from "../task-plan";

/** A bound that lies at midnight is the end of a day: people read 24:00 of that day. */
function momentText(at: Date): string {
  const clock = formatClock(at);
  return clock.endsWith("00:00:00") ? `${formatDate(addDays(at, -1))} 24:00` : clock.slice(0, 16);
}

const boundText = ({ at, bound }: PlanRow): string =>
  isDate(at) ? `${bound === "not_before" ? "不早于" : "不晚于"} ${momentText(at)}` : sentenceOf(at);

const VERDICTS = { pass: "✔ 符合", warn: "! 须说明理由", fail: "✖ 早于法定时间，不能发布" } as const;
const TONES = { pass: "", warn: "warn", fail: "danger" } as const;

/** The plan of work: what the law allows at the earliest if the lot were published now, beside the schedule as saved. */
export function TaskPlan({ today, saved }: { today: readonly PlanRow[]; saved?: readonly PlanRow[] }) {
  return (
    <section className="card" aria-labelledby="plan-title">
      <h2 id="plan-title">招标工作计划</h2>
      <p className="muted">
        按法定期限推算（北京时间）。法律没有规定评标最短时间，评标以后各项从解密结束起算。可用浏览器的打印功能打印本页。
      </p>
      <div className="scroll-x">
        <table className="plain stacks">
          <caption className="visually-hidden">各项工作的法定时间</caption>
          <thead>
            <tr>
              <th scope="col">工作</th>
              <th scope="col">若现在发布</th>
              {saved && <th scope="col">按已保存的日程</th>}
              <th scope="col">规则</th>
              <th scope="col">依据</th>
            </tr>
          </thead>
          <tbody>
            {today.map((row, i) => (
              <tr key={row.act} className={saved && TONES[saved[i]!.verdict]}>
                <th scope="row">{row.act}</th>
                <td data-label="若现在发布">{boundText(row)}</td>
                {saved && <SavedCell row={saved[i]!} />}
                <td data-label="规则">{row.rule}</td>
                <td data-label="依据" className="small muted">
                  {row.article}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function SavedCell({ row }: { row: PlanRow }) {
  return (
    <td data-label="按已保存的日程">
      {row.chosen ? (
        <>
          {momentText(row.chosen)} {VERDICTS[row.verdict]}
          {row.verdict !== "pass" && <div className="small">{boundText(row)}</div>}
        </>
      ) : (
        boundText(row)
      )}
    </td>
  );
}
