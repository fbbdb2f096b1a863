import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { addHours, formatInstant } from "@/core/time";
import { byService, defineServiceCommand } from "@/kit/command";
import { readLot } from "@/lifecycle/lot/queries";
import { holdersOf } from "@/lifecycle/tender-document/queries";
import { writeLetters } from "@/platform/inbox/letters";
import { remindUnread } from "@/platform/inbox/queries";
import { clarifications } from "../tables";

/** Unread for so long, a letter is sent once more (O20 art. 22). */
const REMIND_HOURS = 24;

/**
 * Writes to everybody who obtained the document, one by one (O20 art. 22, IR21). The platform does it itself: whoever
 * publishes must not learn who they are, nor how many.
 */
export const announceClarification = defineServiceCommand({
  name: "clarification.announce",
  input: z.object({ clarificationId: z.uuid() }),
  may: byService,
  async run({ tx, site, now }, { clarificationId }) {
    const [c] = await tx
      .update(clarifications)
      .set({ announcedAt: now })
      .where(and(eq(clarifications.id, clarificationId), isNull(clarifications.announcedAt)))
      .returning();
    if (!c) throw new Refused(refuse("conflict", "general.changed_meanwhile"));
    const lot = await readLot(tx, c.lotId);
    const jobs = await writeLetters(
      tx,
      site.id,
      now,
      (await holdersOf(tx, c.lotId)).map((orgId) => ({
        orgId,
        lotId: c.lotId,
        kind: "clarification",
        aboutId: c.id,
        subject: `招标文件澄清与修改（第 ${c.number} 号）：标段 ${lot.code}`,
        body: [
          `标段 ${lot.code} 的招标文件已发布第 ${c.number} 号澄清与修改，招标文件现为第 ${c.documentVersion} 版。`,
          c.newDeadline ? `投标截止时间改为 ${formatInstant(c.newDeadline)}。` : "投标截止时间不变。",
          c.obligatory ? "按旧版本编制的投标文件将被拒收，请按新版本重新编制并递交。" : "",
          "请进入投标工作间阅读全文并确认。",
        ].join(""),
        byPhone: true,
      })),
    );
    return {
      result: { announced: true },
      trail: [
        {
          action: "clarification.announced",
          subject: clarificationId,
          lotId: c.lotId,
          // How many letters there were is a number of bidders.
          chain: `holders:${c.lotId}`,
          facts: { number: c.number },
        },
      ],
      jobs,
    };
  },
});

/** Sends letters on a clarification once more to those who have not read it for a day. */
export const remindHolders = defineServiceCommand({
  name: "clarification.remind",
  input: z.object({ lotId: z.uuid() }),
  may: byService,
  async run({ tx, now }, { lotId }) {
    const jobs = await remindUnread(tx, {
      lotId,
      kind: "clarification",
      before: addHours(now, -REMIND_HOURS),
      now,
    });
    return {
      result: { reminded: jobs.length },
      trail: [{ action: "clarification.reminded", subject: lotId, lotId, chain: `holders:${lotId}`, facts: {} }],
      jobs,
    };
  },
});
