import { z } from "zod";
import { permit } from "@/core/refusal";
import { type CommandScope, defineCommand, roles } from "@/kit/command";
import type { Lot } from "@/lifecycle/lot/queries";
import { lockOwnLot } from "@/lifecycle/tender-project/queries";
import { organisationOf, personOf } from "@/platform/party/queries";
import { say } from "../events";
import { chairOf } from "../queries";
import { refusalToHost, refusalToTakeChair } from "../rules";
import { hallChairs } from "../tables";

type Scope = Pick<CommandScope, "tx" | "actor" | "site" | "now">;

async function sit({ tx, actor, site, now }: Scope, lot: Lot, before: string | undefined): Promise<void> {
  await tx
    .insert(hallChairs)
    .values({ siteId: site.id, lotId: lot.id, orgId: actor.orgId, personId: actor.personId, since: now });
  const [organisation, person] = [await organisationOf(tx, actor.orgId), await personOf(tx, actor.personId)];
  const who = `${organisation.name} ${person.name}`;
  await say(tx, site.id, lot.id, now, "host", {
    text: before ? `${who} 接替 ${before} 主持开标` : `${who} 主持开标`,
  });
}

/**
 * An act that only the host does: who does the first one is the host; while the host is there nobody else does any. The lot
 * is locked by the caller. @throws Refused `opening.other_host`
 */
export async function actAsHost(scope: Scope, lot: Lot): Promise<void> {
  const chair = await chairOf(scope.tx, lot.id);
  permit(refusalToHost(chair, scope.actor.personId));
  if (!chair) await sit(scope, lot, undefined);
}

/** Takes over from a host who has been away for a quarter of an hour (接替主持); everybody in the hall hears it. */
export const takeChair = defineCommand({
  name: "opening.take-chair",
  input: z.object({ lotId: z.uuid() }),
  may: roles("tenderer", "agency"),
  async run(scope, { lotId }) {
    const { lot } = await lockOwnLot(scope.tx, scope.actor, lotId);
    const chair = await chairOf(scope.tx, lotId);
    permit(refusalToTakeChair(lot, chair, scope.actor.personId));
    await sit(scope, lot, chair?.name);
    return {
      result: {},
      trail: [
        {
          action: "opening.chair-taken",
          subject: lot.code,
          lotId,
          chain: `project:${lot.tenderProjectId}`,
          facts: { after: chair?.name ?? "" },
        },
      ],
    };
  },
});
