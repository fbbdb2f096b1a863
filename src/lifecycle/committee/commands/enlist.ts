import { eq } from "drizzle-orm";
import { z } from "zod";
import { byService, defineServiceCommand } from "@/kit/command";
import { experts } from "../tables";

/** Takes a verified expert into the library that draws are made from; once. Its number tells nothing of the person. */
export const enlistExpert = defineServiceCommand({
  name: "committee.enlist-expert",
  input: z.object({ personId: z.uuid(), orgId: z.uuid(), speciality: z.string(), regionCode: z.string() }),
  may: byService,
  async run({ tx }, { personId, orgId, speciality, regionCode }) {
    const code = `EXP-${personId.slice(0, 8).toUpperCase()}`;
    const [known] = await tx.select().from(experts).where(eq(experts.personId, personId));
    if (!known) await tx.insert(experts).values({ code, personId, orgId, speciality, regionCode });
    return {
      result: { code: known?.code ?? code },
      trail: [{ action: "expert.enlisted", subject: known?.code ?? code, chain: "site", facts: { speciality } }],
    };
  },
});
