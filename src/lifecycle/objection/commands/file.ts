import { randomUUID } from "node:crypto";
import { and, eq, isNull, sql } from "drizzle-orm";
import { Refused, refuse } from "@/core/refusal";
import { formatInstant } from "@/core/time";
import { defineCommand, roles } from "@/kit/command";
import { roundOf } from "@/lifecycle/law/rounds";
import { lockLot, updateLot } from "@/lifecycle/lot/queries";
import { objectionDueTimes, standingOfObjection } from "@/lifecycle/lot/rules";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { digestOf, requireAct } from "@/platform/identity/act";
import { writeLetters } from "@/platform/inbox/letters";
import { organisationOf } from "@/platform/party/queries";
import { objectionMessage } from "../hub-messages";
import { FileObjection, OBJECTION_LIMITS, type Objection, objectedTo } from "../schema";
import { objections } from "../tables";

/** The digest that the filer signs. */
export const objectionDigest = ({ lotId, kind, clause, text, demand }: Objection): Promise<string> =>
  digestOf({ lotId, kind, clause, text, demand });

/** States in which a kind of objection can be filed at all. */
const STATES = {
  prequalification_document: ["P1"],
  tender_document: ["T1"],
  result: ["A1"],
  notice: ["P1", "T1"],
} as const;

/**
 * Files an objection (提出异议). In time it stops the next step until it is answered (IR22, IR54); late it is kept and
 * answered as an opinion. Who files need not hold the document: interested parties may object (IR22).
 */
export const fileObjection = defineCommand({
  name: "objection.file",
  input: FileObjection,
  may: roles("bidder"),
  async run(scope, { statement, ...objection }) {
    const { tx, actor, site, now } = scope;
    const { lotId, kind, clause, text, demand } = objection;
    const lot = await lockLot(tx, lotId);
    const tender = await tenderProjectOf(tx, lot.tenderProjectId);
    const against = objectedTo(kind, roundOf(tender.regime));
    if (lot.state.startsWith("D")) throw new Refused(refuse("not_found", "general.not_found"));
    if (!(STATES[kind] as readonly string[]).includes(lot.state))
      throw new Refused(refuse("conflict", "objection.wrong_state", { kind: against }));
    const [own] = await tx
      .select({ n: sql<number>`count(*)::int` })
      .from(objections)
      .where(and(eq(objections.lotId, lotId), eq(objections.orgId, actor.orgId), isNull(objections.answeredAt)));
    if ((own?.n ?? 0) >= OBJECTION_LIMITS.openPerOrganisation)
      throw new Refused(refuse("conflict", "objection.too_many", { limit: OBJECTION_LIMITS.openPerOrganisation }));
    await requireAct(scope, statement, {
      act: "objection.file",
      subject: lot.code,
      digest: await objectionDigest(objection),
    });
    const { inTime, suspends } = standingOfObjection(
      kind,
      {
        deadline: lot.state === "P1" ? lot.applicationDeadline : lot.bidDeadline,
        candidatesPublishedAt: lot.candidatesPublishedAt,
        candidatePeriodEndsAt: lot.candidatePeriodEndsAt,
      },
      now,
    );
    const { alarmAt, dueAt } = objectionDueTimes(now);
    const [{ number } = { number: 1 }] = await tx.execute<{ number: number }>(
      sql`select xb_next_objection(${lotId}) as number`,
    );
    const id = randomUUID();
    await tx.insert(objections).values({
      id,
      siteId: site.id,
      lotId,
      number,
      kind,
      orgId: actor.orgId,
      personId: actor.personId,
      clause,
      text,
      demand,
      inTime,
      filedAt: now,
      alarmAt,
      dueAt,
      statement,
    });
    if (suspends && !lot.flags.includes("SUSPENDED_OBJECTION"))
      await updateLot(tx, lot, { flags: [...lot.flags, "SUSPENDED_OBJECTION"] });
    const answering = [...new Set([tender.tendererOrgId, tender.agencyOrgId].filter((org) => org !== null))];
    const jobs = await writeLetters(
      tx,
      site.id,
      now,
      answering.map((orgId) => ({
        orgId,
        lotId,
        kind: "objection",
        subject: `收到异议（第 ${number} 号）：标段 ${lot.code}`,
        body: `收到对${against}的异议，须于 ${formatInstant(dueAt)} 前答复${suspends ? "，答复前招标投标活动暂停" : inTime ? "（不暂停招标投标活动；公告确有错误的，应发布更正公告）" : "（逾期提出，按意见处理，不暂停）"}。请进入标段工作间“异议”页答复。`,
        byPhone: true,
      })),
    );
    return {
      result: { objectionId: id, number, inTime, dueAt: dueAt.toISOString() },
      trail: [
        // The project's chain is public, and would name who objects.
        {
          action: "objection.filed",
          subject: id,
          lotId,
          chain: `sealed:${lotId}`,
          facts: { number, kind, inTime, suspends },
        },
      ],
      // The supervision learns of it at once (9019); nothing of the filer is public.
      hub: [
        objectionMessage(
          { lot, tender, objection: { id, number, kind, clause, text, demand }, now },
          { ...(await organisationOf(tx, actor.orgId)), role: "bidder" },
        ),
      ],
      jobs: [...jobs, { name: "deliver-outbox", payload: {}, key: `deliver:${site.id}` }],
    };
  },
});
