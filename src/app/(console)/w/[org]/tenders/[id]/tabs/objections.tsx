import { roundOf } from "@/lifecycle/law/rounds";
import { objectionsOf } from "@/lifecycle/objection/queries";
import { AnswerObjectionForm } from "@/lifecycle/objection/ui/answer-form";
import { ObjectionList } from "@/lifecycle/objection/ui/objection-list";
import { asActor } from "@/server/web/context";
import { page } from "@/server/web/page";
import type { Room } from "@/server/web/views/room";

/** Objections and their answers; one in time stops the next step until it is answered. */
export async function ObjectionsTab({ room: { lot, tender } }: { room: Room }) {
  const objections = await page(() => asActor((tx, actor) => objectionsOf(tx, actor, lot.id)));
  return (
    <section className="card" aria-labelledby="objections-title">
      <h2 id="objections-title">异议与答复</h2>
      {lot.flags.includes("SUSPENDED_OBJECTION") && (
        <p className="note warn">因异议中止：全部按时提出的异议答复前，不能截标、开标或进入下一步。</p>
      )}
      {objections.length === 0 && (
        <p className="muted">没有收到异议。收到后须在三日内答复，48 小时未答复时再次提醒。</p>
      )}
      <ObjectionList
        objections={objections}
        round={roundOf(tender.regime)}
        unanswered={({ id, number, published }) => (
          <AnswerObjectionForm objectionId={id} number={number} published={published} />
        )}
      />
    </section>
  );
}
