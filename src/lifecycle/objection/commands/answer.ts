import { and, eq, isNull } from "drizzle-orm";
import { permit, Refused, refuse } from "@/core/refusal";
import { defineCommand, roles } from "@/kit/command";
import { lotFace } from "@/lifecycle/lot/move";
import { updateLot } from "@/lifecycle/lot/queries";
import { requireScope } from "@/lifecycle/mandate/queries";
import { lockOwnLot, tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { digestOf, requireAct } from "@/platform/identity/act";
import { writeLetters } from "@/platform/inbox/letters";
import { organisationOf } from "@/platform/party/queries";
import { objectionAnswerMessage } from "../hub-messages";
import { filerOf, objectionOf, openSuspending } from "../queries";
import { refusalOfPublished, withoutFiler, withoutOmitted } from "../rules";
import { AnswerObjection, type ObjectionAnswer, OUTCOMES } from "../schema";
import { objectionAnswers, objections } from "../tables";

/** The digest that those who answer sign. */
export const answerDigest = ({ objectionId, outcome, text, omitted }: ObjectionAnswer): Promise<string> =>
  digestOf({ objectionId, outcome, text, ...(omitted.length ? { omitted } : {}) });

/**
 * Answers an objection (异议答复), signed. What was objected becomes public with it, without its filer and without the
 * words that the answer leaves out (R-S.2c). The last answer lifts the suspension.
 * When the deadline came meanwhile it has been moved by then, so that nobody's right ended in the suspension (IR77).
 */
export const answerObjection = defineCommand({
  name: "objection.answer",
  input: AnswerObjection,
  may: roles("tenderer", "agency"),
  async run(scope, { statement, ...answer }) {
    const { tx, actor, site, now } = scope;
    const { objectionId, outcome, text, omitted } = answer;
    const objection = await objectionOf(tx, objectionId);
    const { lot, tender } = await lockOwnLot(tx, actor, objection.lotId);
    await requireScope(tx, actor, tender, "objection", now);
    const [mine] = await tx
      .update(objections)
      .set({ answeredAt: now })
      .where(and(eq(objections.id, objectionId), isNull(objections.answeredAt)))
      .returning();
    if (!mine) throw new Refused(refuse("conflict", "objection.answered_before"));
    await requireAct(scope, statement, {
      act: "objection.answer",
      subject: lot.code,
      digest: await answerDigest(answer),
    });
    const { number, kind, lotId } = objection;
    const filer = await filerOf(tx, objection);
    permit(refusalOfPublished(answer, objection, filer));
    const { clause, ...objected } = withoutOmitted(withoutFiler(objection, filer), omitted);
    await tx.insert(objectionAnswers).values({
      objectionId,
      siteId: site.id,
      lotId,
      number,
      kind,
      clause,
      objected,
      outcome,
      text,
      at: now,
      statement,
    });
    const lifted = (await openSuspending(tx, lotId)).length === 0 && lot.flags.includes("SUSPENDED_OBJECTION");
    const after = lifted
      ? await updateLot(tx, lot, { flags: lot.flags.filter((flag) => flag !== "SUSPENDED_OBJECTION") })
      : lot;
    const jobs = await writeLetters(tx, site.id, now, [
      {
        orgId: objection.orgId,
        lotId,
        kind: "objection-answer",
        subject: `异议答复（第 ${number} 号）：标段 ${lot.code}`,
        body: `对贵单位第 ${number} 号异议的答复：${OUTCOMES[outcome]}。${text}\n对答复不服的，可在知道或者应当知道之日起十日内向监督部门投诉（实施条例第六十条）。`,
        byPhone: true,
      },
    ]);
    return {
      result: { lifted },
      trail: [
        {
          action: "objection.answered",
          subject: `${lot.code}-YY${String(number).padStart(2, "0")}`,
          lotId,
          chain: `project:${lot.tenderProjectId}`,
          facts: { number, kind, outcome, lifted, omitted: omitted.length },
          changed: { before: lotFace(lot), after: lotFace(after) },
        },
      ],
      hub: [
        objectionAnswerMessage(
          { lot, tender: await tenderProjectOf(tx, lot.tenderProjectId), objection, now },
          answer,
          {
            ...(await organisationOf(tx, actor.orgId)),
            role: actor.role as "tenderer" | "agency",
          },
        ),
      ],
      jobs: [...jobs, { name: "deliver-outbox", payload: {}, key: `deliver:${site.id}` }],
    };
  },
});
