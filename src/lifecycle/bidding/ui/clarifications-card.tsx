import { AskForm } from "@/lifecycle/clarification/ui/ask-form";
import { ClarificationList } from "@/lifecycle/clarification/ui/clarification-list";
import type { BidRoomView } from "../room";

/** What changed since the document was obtained comes first; a bid of an older version is told so before it is sealed. */
export function ClarificationsCard({ view: { clarifications, questions, lot } }: { view: BidRoomView }) {
  const unread = clarifications.filter(({ readAt }) => !readAt);
  return (
    <section className="card" id="clarifications" aria-labelledby="h-clarifications">
      <h2 id="h-clarifications">澄清与答疑</h2>
      {unread.length > 0 && (
        <p className="note warn" role="status">
          有 {unread.length} 份新的澄清与修改未确认阅读，请阅读全文并核对投标文件。
        </p>
      )}
      <ClarificationList clarifications={clarifications} confirms />
      {questions.length > 0 && (
        <>
          <h3>本单位的提问（仅本单位可见）</h3>
          <ul className="plain-list">
            {questions.map(({ id, clause, text, answeredIn }) => (
              <li key={id}>
                条款 {clause}　{text}　
                {answeredIn ? (
                  <a href={`#clarification-${answeredIn}`}>见第 {answeredIn} 号</a>
                ) : (
                  <span className="chip">待答复</span>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
      {lot.state === "T1" && (
        <details>
          <summary>对招标文件提问</summary>
          <AskForm lotId={lot.id} />
        </details>
      )}
    </section>
  );
}
