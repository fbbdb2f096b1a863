import { desc } from "drizzle-orm";
import { permit } from "@/core/refusal";
import { formatDate } from "@/core/time";
import { defineCommand, roles } from "@/kit/command";
import { refusalToEnter } from "../rules";
import { EnterSchedule } from "../schema";
import { expertSchedules } from "../tables";

/** The operator enters the fee standard of the library with its source (R-E.4): from a day on, nothing of the past changes. */
export const enterSchedule = defineCommand({
  name: "experts.enter-schedule",
  input: EnterSchedule,
  may: roles("operator"),
  async run({ tx, actor, site, now }, { validFrom, source, rates }) {
    const [last] = await tx.select().from(expertSchedules).orderBy(desc(expertSchedules.validFrom)).limit(1);
    permit(refusalToEnter(validFrom, last?.validFrom, formatDate(now)));
    await tx
      .insert(expertSchedules)
      .values({ siteId: site.id, validFrom, source, rates, enteredBy: actor.personId, createdAt: now });
    return {
      result: { validFrom },
      trail: [{ action: "expert-schedule.entered", subject: validFrom, chain: "site", facts: { source, ...rates } }],
    };
  },
});
