import { and, eq, gte, sql } from "drizzle-orm";
import { z } from "zod";
import { hex, utf8 } from "@/core/bytes";
import { Refused, refuse } from "@/core/refusal";
import { addMinutes } from "@/core/time";
import { sha256 } from "@/crypto/sha256";
import { defineCommand, roles } from "@/kit/command";
import { lockLot } from "@/lifecycle/lot/queries";
import { runsTender, tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { organisationOf } from "@/platform/party/queries";
import { say } from "../events";
import { openingRecordOf, openingsOf } from "../queries";
import { isOpening, roundOfLot } from "../rounds";
import { MAX_MESSAGE_CHARS } from "../rules";
import { hallEvents } from "../tables";

/** Messages of one organisation in a minute: a hall is for a room full of people. */
const MAX_PER_MINUTE = 10;

/**
 * Says something in the hall (开标大厅发言): host and bidders, from the list of names until the record is signed, in front of
 * everybody. What was said is kept in its order and goes into the archive. Before the opening there is nobody to say it
 * to: a word would betray that somebody bid.
 */
export const speakInHall = defineCommand({
  name: "opening.speak",
  input: z.object({
    lotId: z.uuid(),
    text: z.string().trim().min(1, "请填写发言内容").max(MAX_MESSAGE_CHARS, `发言不能超过 ${MAX_MESSAGE_CHARS} 字`),
  }),
  may: roles("bidder", "tenderer", "agency"),
  async run({ tx, actor, site, now }, { lotId, text }) {
    const lot = await lockLot(tx, lotId, "update");
    const host = runsTender(actor, await tenderProjectOf(tx, lot.tenderProjectId));
    const bid =
      actor.role === "bidder" && lot.openedAt !== null
        ? (await openingsOf(tx, lotId)).some(({ orgId }) => orgId === actor.orgId)
        : false;
    if (!host && !bid) throw new Refused(refuse("not_found", "general.not_found"));
    if (!isOpening(lot) || (await openingRecordOf(tx, lotId, roundOfLot(lot)))?.signedAt)
      throw new Refused(refuse("conflict", "opening.nobody_listens"));
    const { name } = await organisationOf(tx, actor.orgId);
    const [row] = await tx
      .select({ n: sql<string>`count(*)` })
      .from(hallEvents)
      .where(
        and(
          eq(hallEvents.lotId, lotId),
          eq(hallEvents.kind, "message"),
          gte(hallEvents.at, addMinutes(now, -1)),
          sql`${hallEvents.payload} ->> 'organisation' = ${name}`,
        ),
      );
    if (Number(row?.n ?? 0) >= MAX_PER_MINUTE) throw new Refused(refuse("conflict", "opening.speaks_too_often"));
    await say(tx, site.id, lotId, now, "message", { organisation: name, host, text });
    return {
      result: {},
      trail: [
        {
          action: "opening.spoken",
          subject: lot.code,
          lotId,
          chain: `project:${lot.tenderProjectId}`,
          facts: { sha256: hex(sha256(utf8(text))) },
        },
      ],
    };
  },
});
