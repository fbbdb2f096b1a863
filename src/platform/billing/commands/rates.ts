import { desc } from "drizzle-orm";
import { permit } from "@/core/refusal";
import { formatDate } from "@/core/time";
import { defineCommand, roles } from "@/kit/command";
import { refusalToEnterRate } from "../interest";
import { EnterRate, percentMillionths } from "../schema";
import { depositRates } from "../tables";

/** The operator enters the rate by which interest goes back with a deposit: with its source, and nothing of the past changes. */
export const enterRate = defineCommand({
  name: "billing.enter-rate",
  input: EnterRate,
  may: roles("operator"),
  async run({ tx, actor, site, now }, { validFrom, percent, source }) {
    const [last] = await tx.select().from(depositRates).orderBy(desc(depositRates.validFrom)).limit(1);
    permit(refusalToEnterRate(validFrom, last?.validFrom, formatDate(now)));
    const millionths = percentMillionths(percent);
    await tx
      .insert(depositRates)
      .values({ siteId: site.id, validFrom, millionths, source, enteredBy: actor.personId, createdAt: now });
    return {
      result: { validFrom },
      trail: [{ action: "deposit-rate.entered", subject: validFrom, chain: "site", facts: { percent, source } }],
    };
  },
});
