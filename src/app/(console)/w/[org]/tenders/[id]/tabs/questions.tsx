import { clarificationViews, openQuestions } from "@/lifecycle/clarification/queries";
import { proposedDeadline } from "@/lifecycle/clarification/rules";
import { ClarificationList } from "@/lifecycle/clarification/ui/clarification-list";
import { PublishClarificationForm } from "@/lifecycle/clarification/ui/publish-form";
import { profileOf } from "@/lifecycle/law/clauses";
import { asActor } from "@/server/web/context";
import { page } from "@/server/web/page";
import type { Room } from "@/server/web/views/room";

/** Questions and clarifications: anonymous questions by clause, answers to everybody. */
export async function QuestionsTab({ room: { lot, now } }: { room: Room }) {
  const { published, questions, profile } = await page(() =>
    asActor(async (tx, actor, { site }) => ({
      published: await clarificationViews(tx, actor, lot.id),
      questions: await openQuestions(tx, lot.id),
      profile: profileOf(site.profile),
    })),
  );
  return (
    <>
      {lot.state === "T1" && lot.bidDeadline && (
        <section className="card" aria-labelledby="clarify-title">
          <h2 id="clarify-title">答复与澄清</h2>
          <PublishClarificationForm
            lotId={lot.id}
            questions={questions}
            deadline={lot.bidDeadline.toISOString()}
            proposed={proposedDeadline(profile, lot.bidDeadline, now)?.toISOString()}
          />
        </section>
      )}
      <section className="card" aria-labelledby="published-title">
        <h2 id="published-title">已发布的澄清与修改</h2>
        <ClarificationList clarifications={published} />
      </section>
    </>
  );
}
