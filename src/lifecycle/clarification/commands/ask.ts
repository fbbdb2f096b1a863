import { randomUUID } from "node:crypto";
import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { namesParty } from "@/core/naming";
import { permit, Refused, refuse } from "@/core/refusal";
import { startOfShanghaiDay } from "@/core/time";
import { defineCommand, roles } from "@/kit/command";
import { lockLot } from "@/lifecycle/lot/queries";
import { hasObtained } from "@/lifecycle/tender-document/queries";
import { digestOf, requireAct } from "@/platform/identity/act";
import { markAboutRead } from "@/platform/inbox/queries";
import { organisationOf, personOf } from "@/platform/party/queries";
import { ownOpenCount } from "../queries";
import { refusalToAsk } from "../rules";
import { AskQuestion, CLARIFICATION_LIMITS, type Question } from "../schema";
import { clarificationReads, clarifications, questionAskers, questions } from "../tables";

/** The digest that the asker signs. */
export const questionDigest = ({ lotId, clause, text }: Question): Promise<string> => digestOf({ lotId, clause, text });

/**
 * Asks a question on the tender document (提问). The publisher reads clause and text, and never who asked; the answer goes
 * to everybody (IR21).
 */
export const askQuestion = defineCommand({
  name: "clarification.ask",
  input: AskQuestion,
  may: roles("bidder"),
  async run(scope, { statement, ...question }) {
    const { tx, actor, site, now } = scope;
    const { lotId, clause, text } = question;
    // Shared: bidders do not wait for one another.
    const lot = await lockLot(tx, lotId, "share");
    permit(refusalToAsk(lot, now));
    if (!(await hasObtained(tx, actor, lotId))) throw new Refused(refuse("conflict", "clarification.obtain_first"));
    if ((await ownOpenCount(tx, actor, lotId)) >= CLARIFICATION_LIMITS.openQuestions)
      throw new Refused(refuse("conflict", "clarification.too_many", { limit: CLARIFICATION_LIMITS.openQuestions }));
    const { name: organisation, creditCode, phone, email } = await organisationOf(tx, actor.orgId);
    const { name: person } = await personOf(tx, actor.personId);
    const word = namesParty(`${clause}\n${text}`, { organisation, creditCode, phone, email, person });
    if (word) throw new Refused(refuse("invalid", "clarification.names_asker", { word }));
    await requireAct(scope, statement, {
      act: "clarification.ask",
      subject: lot.code,
      digest: await questionDigest(question),
    });
    const id = randomUUID();
    await tx.insert(questionAskers).values({
      questionId: id,
      siteId: site.id,
      lotId,
      orgId: actor.orgId,
      personId: actor.personId,
      statement,
      at: now,
    });
    await tx.insert(questions).values({ id, siteId: site.id, lotId, clause, text, askedOn: startOfShanghaiDay(now) });
    return {
      result: { questionId: id },
      trail: [
        // Who asks holds the document: the line goes where no other one ever looks.
        { action: "question.asked", subject: lot.code, lotId, chain: `holders:${lotId}`, facts: { questionId: id } },
      ],
    };
  },
});

/** Confirms that a clarification was read (已阅读): the time is evidence, and nobody else learns it. */
export const confirmReading = defineCommand({
  name: "clarification.read",
  input: z.object({ clarificationId: z.uuid() }),
  may: roles("bidder"),
  async run({ tx, actor, site, now }, { clarificationId }) {
    const [clarification] = await tx.select().from(clarifications).where(eq(clarifications.id, clarificationId));
    if (!clarification || !(await hasObtained(tx, actor, clarification.lotId)))
      throw new Refused(refuse("not_found", "general.not_found"));
    const { lotId, number } = clarification;
    await tx
      .insert(clarificationReads)
      .values({ siteId: site.id, lotId, clarificationId, orgId: actor.orgId, personId: actor.personId, at: now })
      .onConflictDoNothing();
    await markAboutRead(tx, actor, clarificationId, now);
    const [read] = await tx
      .select({ at: clarificationReads.at })
      .from(clarificationReads)
      .where(and(eq(clarificationReads.clarificationId, clarificationId), eq(clarificationReads.orgId, actor.orgId)));
    return {
      result: { readAt: read!.at.toISOString() },
      trail: [
        { action: "clarification.read", subject: clarificationId, lotId, chain: `holders:${lotId}`, facts: { number } },
      ],
    };
  },
});
