import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { formatInstant } from "@/core/time";
import { byService, defineServiceCommand } from "@/kit/command";
import { lockLot } from "@/lifecycle/lot/queries";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { type Letter, writeLetters } from "@/platform/inbox/letters";
import { colourOf } from "../points";
import { supervisionPoints } from "../queries";
import { pointAlarms } from "../tables";

/**
 * Tells of supervision points that have turned yellow (to those who must act) or red (to the supervising body as well),
 * each colour once. What was done meanwhile is not told.
 */
export const tellPoints = defineServiceCommand({
  name: "supervision.tell-points",
  input: z.object({ lotId: z.uuid() }),
  may: byService,
  async run({ tx, site, now }, { lotId }) {
    const lot = await lockLot(tx, lotId, "share");
    const tender = await tenderProjectOf(tx, lot.tenderProjectId);
    const letters: Letter[] = [];
    const told: string[] = [];
    for (const point of await supervisionPoints(tx, lot, tender)) {
      const colour = colourOf(point, now);
      if (point.doneAt || colour === "green") continue;
      // Those who must answer an objection are reminded by its own watch (CLK-07).
      if (colour === "yellow" && point.id.startsWith("objection-")) continue;
      const before = await tx
        .select({ id: pointAlarms.id })
        .from(pointAlarms)
        .where(and(eq(pointAlarms.lotId, lotId), eq(pointAlarms.point, point.id), eq(pointAlarms.colour, colour)));
      if (before.length) continue;
      await tx.insert(pointAlarms).values({ siteId: site.id, lotId, point: point.id, colour, at: now });
      told.push(`${colour} ${point.id}`);
      const late = colour === "red";
      const readers = [tender.tendererOrgId, tender.agencyOrgId, ...(late ? [tender.supervisorOrgId] : [])];
      for (const orgId of new Set(readers.filter((org) => org !== null)))
        letters.push({
          orgId,
          lotId,
          kind: "supervision-point",
          subject: `${late ? "逾期" : "即将到期"}：${point.title}，标段 ${lot.code}`,
          body: `${point.title}的期限为 ${formatInstant(point.dueAt)}（${point.ground}），目前尚未完成。${late ? "已列为红色监督点，办结后仍记录为逾期。" : "请及时办理。"}`,
          byPhone: true,
        });
    }
    if (!told.length) throw new Refused(refuse("conflict", "general.changed_meanwhile"));
    return {
      result: { told: told.length },
      trail: [
        {
          action: "supervision.points-told",
          subject: lot.code,
          lotId,
          chain: `project:${tender.id}`,
          facts: { points: told },
        },
      ],
      jobs: await writeLetters(tx, site.id, now, letters),
    };
  },
});
