"use client";

import { trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";

export interface ShownLetter {
  readonly id: string;
  readonly subject: string;
  readonly body: string;
  readonly sentAt: string;
  readonly readAt?: string;
  /** Which ways it took, in words. */
  readonly delivery: string;
}

/** Letters of an organisation. Opening one marks it as read: the read time is evidence. */
export function LetterList({ letters }: { letters: readonly ShownLetter[] }) {
  const act = useAct();
  if (!letters.length) return <p className="card">还没有来信。</p>;
  const read = (letter: ShownLetter) => {
    if (letter.readAt) return;
    void act.run(async () => {
      await trpc.inbox.read.mutate({ letterId: letter.id });
      return "已记录阅读时间。";
    });
  };
  return (
    <>
      {act.note}
      <ul className="plain-list card">
        {letters.map((letter) => (
          <li key={letter.id}>
            <details onToggle={(event) => event.currentTarget.open && read(letter)}>
              <summary>
                {!letter.readAt && <span className="chip warn">未读</span>} <strong>{letter.subject}</strong>{" "}
                <span className="small muted">{letter.sentAt}</span>
              </summary>
              <p style={{ whiteSpace: "pre-wrap" }}>{letter.body}</p>
              <p className="small muted">
                {letter.delivery} · {letter.readAt ? `阅读时间 ${letter.readAt}` : "打开后记录阅读时间"}
              </p>
            </details>
          </li>
        ))}
      </ul>
    </>
  );
}
