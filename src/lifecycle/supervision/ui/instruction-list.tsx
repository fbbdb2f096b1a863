import { formatInstant } from "@/core/time";
import type { InstructionView } from "../queries";
import { TakeNotice } from "./take-notice";

/** Instructions of the supervising body on a lot, newest first, each with what the platform answered. */
export function InstructionList({
  instructions,
  lotId,
}: {
  instructions: readonly InstructionView[];
  /** For those who run the tender: they take notice of decisions. */
  lotId?: string;
}) {
  if (!instructions.length) return null;
  return (
    <section className="card" aria-labelledby="instructions-title">
      <h2 id="instructions-title">监督指令</h2>
      <ul className="plain-list">
        {instructions.map(({ id, title, no, ground, text, executed, answer, receivedAt, notice }) => (
          <li key={id}>
            <p className="row">
              <strong>{title}</strong>
              <span className={executed ? "chip ok" : "chip danger"}>{executed ? "已执行" : "未执行"}</span>
              <span>{no}</span>
              <span className="small muted">{formatInstant(receivedAt)}</span>
            </p>
            <p>{text}</p>
            {ground && <p className="small">依据：{ground}</p>}
            {!executed && <p className="small">{answer}</p>}
            {notice?.at && <p className="small">招标人（招标代理机构）于 {formatInstant(notice.at)} 签收</p>}
            {notice && !notice.at && lotId && <TakeNotice lotId={lotId} instructionId={id} />}
          </li>
        ))}
      </ul>
      <p className="small muted">
        指令由监督部门签名，平台、招标人和招标代理机构都不能拒绝或撤销；期限在恢复后按剩余时间继续计算。
      </p>
    </section>
  );
}
