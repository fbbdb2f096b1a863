import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { type CommandScope, defineCommand, roles } from "@/kit/command";
import { evaluationOf } from "@/lifecycle/evaluation/queries";
import { profileOf } from "@/lifecycle/law/clauses";
import { candidatePeriodEnd } from "@/lifecycle/law/clocks";
import { moveLot } from "@/lifecycle/lot/move";
import type { Lot } from "@/lifecycle/lot/queries";
import { requireScope } from "@/lifecycle/mandate/queries";
import { requireSigners } from "@/lifecycle/signing/pair";
import { PairedStatement } from "@/lifecycle/signing/schema";
import { lockOwnLot, type TenderProject } from "@/lifecycle/tender-project/queries";
import { digestOf } from "@/platform/identity/act";
import { organisationsOf } from "@/platform/party/queries";
import { candidateMessages } from "../hub-messages";
import { publishOfAward } from "../publication";
import { publicationsOf } from "../queries";
import { candidates } from "../tables";
import { candidateList, candidatePublication } from "../texts";

/** The text that will be published and what the publisher signs. */
export async function candidatesToSign(tx: CommandScope["tx"], lot: Lot, tender: TenderProject, periodEnd: Date) {
  const list = await candidateList(tx, lot.id);
  const fields = await candidatePublication(tx, lot, tender, list, periodEnd);
  const title = `${tender.name}${lot.name}中标候选人公示`;
  return { list, fields, title, digest: await digestOf({ title, fields }) };
}

/** Publishes the candidates (中标候选人公示, transition 18): as in the report, for three days at least (CLK-12). */
export const publishCandidates = defineCommand({
  name: "award.publish-candidates",
  input: z.object({ lotId: z.uuid(), statement: PairedStatement, periodEnd: z.iso.datetime() }),
  may: roles("tenderer", "agency"),
  async run(scope, { lotId, statement, periodEnd }) {
    const { tx, actor, site, now } = scope;
    const { lot, tender } = await lockOwnLot(tx, actor, lotId);
    await requireScope(tx, actor, tender, "candidates", now);
    const end = candidatePeriodEnd(now, profileOf(site.profile));
    // The publisher signed a text that names the end of the period; over midnight it must be signed anew.
    if (end.toISOString() !== periodEnd) throw new Refused(refuse("conflict", "general.changed_meanwhile"));
    const { list, fields, title, digest } = await candidatesToSign(tx, lot, tender, end);
    const signed = await requireSigners(
      scope,
      statement,
      { act: "award.publish-candidates", subject: lot.code, digest },
      tender.id,
    );
    if (!list.length) throw new Refused(refuse("conflict", "award.no_candidate"));
    const moved = await moveLot(
      tx,
      lot,
      "A1",
      now,
      { regime: tender.regime, candidates: list.map(({ bidId, rank }) => ({ bidId, rank })), equalsReport: true },
      // What everybody may object to, everybody may know of: an invited tender is public from here on.
      { candidatesPublishedAt: now, candidatePeriodEndsAt: end, restricted: false },
    );
    const { version } = await evaluationOf(tx, lotId);
    const place = (await publicationsOf(tx, lotId)) + 1;
    for (const { bidId, orgId, rank, priceFen, totalHundredths } of list)
      await tx
        .insert(candidates)
        .values({ siteId: site.id, lotId, bidId, orgId, version, rank, priceFen, totalHundredths });
    const { number, body } = await publishOfAward(scope, lot, {
      kind: "candidates",
      suffix: `GS${String(place).padStart(2, "0")}`,
      title,
      fields,
      signed,
    });
    const parties = await organisationsOf(
      tx,
      list.map(({ orgId }) => orgId),
    );
    const url = `https://${site.host}/notices/${number}`;
    const facts = { lot, tender, now };
    return {
      result: { number, periodEnd: end.toISOString() },
      trail: [
        {
          action: "candidates.published",
          subject: number,
          lotId,
          chain: `project:${tender.id}`,
          facts: { ends: end.toISOString(), count: list.length },
        },
        moved.line,
      ],
      hub: candidateMessages({ ...facts, notice: { number, title, body, url }, fields, end }, list, parties),
      jobs: [{ name: "deliver-outbox", payload: {}, key: `deliver:${site.id}` }],
    };
  },
});
