import { and, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { addHours, formatInstant } from "@/core/time";
import { defineCommand, roles } from "@/kit/command";
import { lockLot } from "@/lifecycle/lot/queries";
import { seats } from "@/lifecycle/seat/tables";
import { digestOf, requireAct } from "@/platform/identity/act";
import { StatementInput } from "@/platform/identity/schema";
import { bindSeat } from "@/platform/identity/session";
import { DECLARATION } from "../declaration";
import { ownMember, requestOf } from "../queries";
import { committeeMembers } from "../tables";

/** Check-in at the drawn seat (签到): binds the session to the seat; only now does the member learn the lot. */
export const checkIn = defineCommand({
  name: "committee.check-in",
  input: z.object({ memberId: z.uuid(), seatCode: z.string().trim().max(20) }),
  may: roles("expert"),
  async run({ tx, actor, now }, { memberId, seatCode }) {
    const member = await ownMember(tx, actor, memberId);
    const lot = await lockLot(tx, member.lotId, "share");
    const request = await requestOf(tx, lot.id);
    const from = addHours(request!.evaluationAt, -2);
    if (now < from)
      throw new Refused(refuse("too_early", "committee.check_in_too_early", { from: formatInstant(from) }));
    const [seat] = member.seatId ? await tx.select().from(seats).where(eq(seats.id, member.seatId)) : [];
    if (seat?.code !== seatCode) throw new Refused(refuse("forbidden", "committee.other_seat"));
    await tx
      .update(committeeMembers)
      .set({ state: "signed_in", signedInAt: now })
      .where(and(eq(committeeMembers.id, memberId), isNull(committeeMembers.signedInAt)));
    await bindSeat(tx, actor, seat.id);
    return {
      result: { lotId: lot.id },
      trail: [
        {
          action: "committee.checked-in",
          subject: memberId,
          lotId: lot.id,
          chain: `sealed:${lot.id}`,
          facts: { seat: seat.code },
        },
      ],
    };
  },
});

/** Digest of the declaration: lot and words. */
export const declarationDigest = (lotCode: string): Promise<string> => digestOf({ lot: lotCode, text: DECLARATION });

/** Signs the declaration of no conflict (回避声明); until then no bid is shown to the member. */
export const declareNoConflict = defineCommand({
  name: "committee.declare",
  input: z.object({ memberId: z.uuid(), statement: StatementInput }),
  may: roles("expert"),
  async run(scope, { memberId, statement }) {
    const { tx, actor, now } = scope;
    const member = await ownMember(tx, actor, memberId);
    if (member.state !== "signed_in") throw new Refused(refuse("conflict", "committee.not_checked_in"));
    const lot = await lockLot(tx, member.lotId, "share");
    await requireAct(scope, statement, {
      act: "committee.declare",
      subject: lot.code,
      digest: await declarationDigest(lot.code),
    });
    await tx
      .update(committeeMembers)
      .set({ declaration: statement, declaredAt: now })
      .where(eq(committeeMembers.id, memberId));
    return {
      result: {},
      trail: [{ action: "committee.declared", subject: memberId, lotId: lot.id, chain: `sealed:${lot.id}`, facts: {} }],
    };
  },
});

/** Leaves the committee for a conflict (回避): the next on standby takes the place and the seat; nothing of the member counts. */
export const recuse = defineCommand({
  name: "committee.recuse",
  input: z.object({ memberId: z.uuid(), reason: z.string().trim().min(5, "请写明回避事由，不少于 5 字").max(500) }),
  may: roles("expert"),
  async run({ tx, actor }, { memberId, reason }) {
    const member = await ownMember(tx, actor, memberId);
    const lot = await lockLot(tx, member.lotId, "update");
    if (lot.state !== "O2" || member.state === "recused")
      throw new Refused(refuse("conflict", "committee.wrong_state"));
    await tx
      .update(committeeMembers)
      .set({ state: "recused", seatId: null, isChair: 0 })
      .where(eq(committeeMembers.id, memberId));
    // A member cannot see who is on standby: the database moves the next one up and gives its id alone.
    const [next] = await tx.execute<{ id: string | null }>(
      sql`select xb_standby_takes(${lot.id}, ${member.seatId}, ${member.isChair}) as id`,
    );
    if (!next?.id) throw new Refused(refuse("conflict", "committee.no_standby"));
    return {
      result: {},
      trail: [
        {
          action: "committee.recused",
          subject: memberId,
          lotId: lot.id,
          chain: `sealed:${lot.id}`,
          facts: { reason, replacedBy: next.id },
        },
      ],
      jobs: [{ name: "invite-expert", payload: { memberId: next.id }, key: `invite:${next.id}` }],
    };
  },
});
