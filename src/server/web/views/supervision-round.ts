import type { Tx } from "@/kit/db/connect";
import { inviteesShown } from "@/lifecycle/invitation/queries";
import { roundOf } from "@/lifecycle/law/rounds";
import type { Lot } from "@/lifecycle/lot/queries";
import { formInForce, reviewReportOf, standingApplications } from "@/lifecycle/prequalification/queries";
import { applicationsShown, reportShown, reviewersShown } from "@/lifecycle/prequalification/views";
import type { TenderProject } from "@/lifecycle/tender-project/queries";
import { organisationsOf } from "@/platform/party/queries";

/**
 * A first round as its supervisor sees it: from the opening of what was handed in, what the host sees. Before that nobody
 * knows of anybody; row-level policies answer with nothing.
 */
export async function roundView(tx: Tx, lot: Lot, tender: TenderProject) {
  const round = roundOf(tender.regime);
  if (!round || !lot.applicationsOpenedAt) return undefined;
  const { content } = await formInForce(tx, lot.id);
  const sent = await standingApplications(tx, lot.id);
  const parties = await organisationsOf(
    tx,
    sent.map(({ orgId }) => orgId),
  );
  const report = (await reviewReportOf(tx, lot.id))?.payload ?? (await reportShown(tx, lot.id));
  return {
    round,
    criteria: content.criteria,
    senders: [...parties.values()].map(({ name, creditCode }) => ({ name, creditCode })),
    reviewers: await reviewersShown(tx, lot.id),
    applications: lot.reviewStartedAt ? await applicationsShown(tx, lot.id, content, "") : [],
    ...(report && round === "application" ? { report } : {}),
    invitees: lot.bidDeadline ? await inviteesShown(tx, lot.id) : [],
    isTendering: lot.state === "T1",
  };
}
export type RoundView = NonNullable<Awaited<ReturnType<typeof roundView>>>;
