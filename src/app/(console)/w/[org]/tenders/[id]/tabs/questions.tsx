import { clarificationViews, openQuestions } from "@/lifecycle/clarification/queries";
import { proposedDeadline } from "@/lifecycle/clarification/rules";
import { ClarificationList } from "@/lifecycle/clarification/ui/clarification-list";
import { PublishClarificationForm } from "@/lifecycle/clarification/ui/publish-form";
import { profileOf } from "@/lifecycle/law/clauses";
import { draftOf } from "@/lifecycle/tender-document/queries";
import { asActor } from "@/server/web/context";
import { page } from "@/server/web/page";
import type { Room } from "@/server/web/views/room";

/** Questions and clarifications: anonymous questions by clause, answers to everybody. */
export async function QuestionsTab({ room: { lot, now } }: { room: Room }) {
  const { published, questions, profile, gatherings } = await page(() =>
    asActor(async (tx, actor, { site }) => ({
      published: await clarificationViews(tx, actor, lot.id),
      questions: await openQuestions(tx, lot.id),
      profile: profileOf(site.profile),
      gatherings: (await draftOf(tx, lot.id))?.content.gatherings ?? [],
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
            gatherings={gatherings}
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
