import type { ReactNode } from "react";
import { formatInstant } from "@/core/time";
import type { RoundKind } from "@/lifecycle/law/rounds";
import type { AnswerView, ObjectionView } from "../queries";
import type { Wording } from "../rules";
import { OUTCOMES, objectedTo } from "../schema";

/** Objections as their filer, those who answer, or the supervisor may see them. */
export function ObjectionList({
  objections,
  round,
  unanswered,
}: {
  objections: readonly ObjectionView[];
  round?: RoundKind | undefined;
  /** What stands below an objection without an answer. */
  unanswered?(objection: ObjectionView): ReactNode;
}) {
  return (
    <ol className="plain-list">
      {objections.map((objection) => {
        const { id, number, kind, clause, text, demand, inTime, filedAt, dueAt, organisation, answer } = objection;
        return (
          <li key={id}>
            <article aria-label={`第 ${number} 号异议`}>
              <h3>
                第 {number} 号　对{objectedTo(kind, round)}的异议
              </h3>
              <dl className="fields">
                {organisation && (
                  <>
                    <dt>提出单位</dt>
                    <dd>{organisation}</dd>
                  </>
                )}
                <dt>所涉条款或事项</dt>
                <dd>{clause}</dd>
                <dt>事实和理由</dt>
                <dd>{text}</dd>
                <dt>请求事项</dt>
                <dd>{demand}</dd>
                <dt>提出时间</dt>
                <dd>
                  {formatInstant(new Date(filedAt))}
                  {inTime ? "" : "（超过法定期限，按意见处理，不暂停）"}
                </dd>
                {!answer && (
                  <>
                    <dt>答复期限</dt>
                    <dd>{formatInstant(new Date(dueAt))}</dd>
                  </>
                )}
              </dl>
              {answer ? <Answer answer={answer} /> : unanswered?.(objection)}
            </article>
          </li>
        );
      })}
    </ol>
  );
}

/** An objection's wording as everybody reads it. */
export function PublishedWording({ wording: { clause, text, demand } }: { wording: Wording }) {
  return (
    <dl className="fields">
      <dt>所涉条款或事项</dt>
      <dd>{clause}</dd>
      <dt>事实和理由</dt>
      <dd>{text}</dd>
      <dt>请求事项</dt>
      <dd>{demand}</dd>
    </dl>
  );
}

/** For everybody: what was objected and answered, never who objected. */
export function AnswerList({ answers, round }: { answers: readonly AnswerView[]; round?: RoundKind | undefined }) {
  return (
    <ol className="plain-list">
      {answers.map((answer) => (
        <li key={answer.number}>
          <article aria-label={`第 ${answer.number} 号异议与答复`}>
            <h3>
              第 {answer.number} 号　对{objectedTo(answer.kind, round)}的异议
              {answer.objected ? "" : `：${answer.clause}`}
            </h3>
            {answer.objected && <PublishedWording wording={{ clause: answer.clause, ...answer.objected }} />}
            <Answer answer={answer} />
          </article>
        </li>
      ))}
    </ol>
  );
}

function Answer({ answer: { outcome, text, at } }: { answer: AnswerView }) {
  return (
    <dl className="fields">
      <dt>答复</dt>
      <dd>
        <strong>{OUTCOMES[outcome]}</strong>　{text}
      </dd>
      <dt>答复时间</dt>
      <dd>{formatInstant(new Date(at))}</dd>
    </dl>
  );
}
