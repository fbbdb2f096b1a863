import { formatYuan } from "@/core/money";
import type { ProvisionalTask } from "../provisional";

/** Provisional sums that the tenderer must tender after the contract (IR29), each with where to begin. */
export function ProvisionalTasks({
  tasks,
  newHref,
  isTenderer,
}: {
  tasks: readonly ProvisionalTask[];
  /** Where a new tender project begins; the item is added. */
  newHref: string;
  isTenderer: boolean;
}) {
  if (!tasks.length) return null;
  return (
    <section className="card" aria-labelledby="provisional-title">
      <h2 id="provisional-title">合同签订后须依法招标的暂估价</h2>
      <p className="small muted">
        以暂估价形式包括在总承包范围内、属于依法必须招标的范围且达到规模标准的，应当依法招标（《招标投标法实施条例》第二十九条）。
      </p>
      <ul className="plain-list">
        {tasks.map(({ code, name, totalFen, subject, begun }) => (
          <li key={code}>
            <span className="hash">{code}</span> {name}，{formatYuan(totalFen)}，{subject}{" "}
            {begun ? (
              <span className="chip ok">
                已开始：{begun.name}（{begun.code}）
              </span>
            ) : isTenderer ? (
              <a href={`${newHref}&item=${encodeURIComponent(code)}`}>新建招标项目</a>
            ) : (
              <span className="chip warn">待招标人办理</span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
