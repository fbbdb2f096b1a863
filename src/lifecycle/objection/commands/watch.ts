import { and, eq, isNull, lte } from "drizzle-orm";
import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { addDays, formatInstant } from "@/core/time";
import { isWorkday } from "@/core/workdays";
import { byService, defineServiceCommand } from "@/kit/command";
import { lotFace } from "@/lifecycle/lot/move";
import { lockLot, updateLot } from "@/lifecycle/lot/queries";
import { correctionFacts, publishCorrection } from "@/lifecycle/notice/correction";
import { noticeMessage } from "@/lifecycle/notice/hub-messages";
import { documentInForce, holdersOf } from "@/lifecycle/tender-document/queries";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { writeLetters } from "@/platform/inbox/letters";
import { openSuspending } from "../queries";
import { objections } from "../tables";

/** Days by which a deadline moves that would come while an objection is open: the time that an answer has. */
export const POSTPONE_DAYS = 3;
/** So long before the deadline it is moved: nobody must find it passed. */
export const POSTPONE_MINUTES = 10;

/**
 * Moves the deadline of a lot that is stopped by an unanswered objection (IR22, IR77): the activity cannot go on, and no
 * bidder's time may end in it. Page, hub and holders are told as of every other correction.
 */
export const postponeForObjection = defineServiceCommand({
  name: "objection.postpone",
  input: z.object({ lotId: z.uuid() }),
  may: byService,
  async run(scope, { lotId }) {
    const { tx, site, now } = scope;
    const lot = await lockLot(tx, lotId);
    const old = lot.bidDeadline;
    const isDue = lot.state === "T1" && old && now.getTime() >= old.getTime() - POSTPONE_MINUTES * 60_000;
    if (!isDue || (await openSuspending(tx, lotId)).length === 0)
      throw new Refused(refuse("conflict", "general.changed_meanwhile"));
    let moved = addDays(old, POSTPONE_DAYS);
    while (!isWorkday(moved) || moved <= now) moved = addDays(moved, 1);
    const updated = await updateLot(tx, lot, { bidDeadline: moved });
    const tender = await tenderProjectOf(tx, lot.tenderProjectId);
    const document = await documentInForce(tx, lotId);
    const facts = await correctionFacts(scope, updated, tender, document.content);
    const summary = "因对招标文件的异议尚未答复，招标投标活动暂停，投标截止时间顺延";
    const notice = await publishCorrection(scope, facts, { summary, oldDeadline: old });
    const parties = [tender.tendererOrgId, tender.agencyOrgId].filter((org) => org !== null);
    const jobs = await writeLetters(
      tx,
      site.id,
      now,
      [...new Set([...(await holdersOf(tx, lotId)), ...parties])].map((orgId) => ({
        orgId,
        lotId,
        kind: "postponed",
        subject: `投标截止时间顺延：标段 ${lot.code}`,
        body: `${summary}，由 ${formatInstant(old)} 改为 ${formatInstant(moved)}。已递交的投标文件仍然有效，可替换或撤回。`,
        byPhone: true,
      })),
    );
    return {
      result: { newDeadline: moved.toISOString() },
      trail: [
        {
          action: "lot.postponed",
          subject: notice.number,
          lotId,
          chain: `project:${tender.id}`,
          facts: { oldDeadline: old.toISOString(), newDeadline: moved.toISOString(), ground: "objection" },
          changed: { before: { lot: lotFace(lot) }, after: { lot: lotFace(updated), notice } },
        },
      ],
      hub: [noticeMessage({ ...facts, notice }, "2")],
      jobs: [...jobs, { name: "deliver-outbox", payload: {}, key: `deliver:${site.id}` }],
    };
  },
});

/** CLK-07: after 48 hours without an answer those who must answer are reminded, once. */
export const warnOfObjections = defineServiceCommand({
  name: "objection.warn",
  input: z.object({ lotId: z.uuid() }),
  may: byService,
  async run({ tx, site, now }, { lotId }) {
    const lot = await lockLot(tx, lotId, "share");
    const tender = await tenderProjectOf(tx, lot.tenderProjectId);
    const due = await tx
      .update(objections)
      .set({ warnedAt: now })
      .where(
        and(
          eq(objections.lotId, lotId),
          isNull(objections.answeredAt),
          isNull(objections.warnedAt),
          lte(objections.alarmAt, now),
        ),
      )
      .returning();
    if (!due.length) throw new Refused(refuse("conflict", "general.changed_meanwhile"));
    const parties = [...new Set([tender.tendererOrgId, tender.agencyOrgId].filter((org) => org !== null))];
    const jobs = await writeLetters(
      tx,
      site.id,
      now,
      parties.flatMap((orgId) =>
        due.map(({ number, dueAt }) => ({
          orgId,
          lotId,
          kind: "objection",
          subject: `异议即将到期（第 ${number} 号）：标段 ${lot.code}`,
          body: `第 ${number} 号异议已超过 48 小时未答复，答复期限为 ${formatInstant(dueAt)}（实施条例第二十二条、第五十四条）。`,
          byPhone: true,
        })),
      ),
    );
    return {
      result: { warned: due.length },
      trail: [
        {
          action: "objection.due-soon",
          subject: lot.code,
          lotId,
          chain: `project:${tender.id}`,
          facts: { numbers: due.map(({ number }) => String(number)) },
        },
      ],
      jobs,
    };
  },
});
