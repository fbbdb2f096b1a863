import { Refused, refuse } from "@/core/refusal";
import { formatInstant } from "@/core/time";
import type { Actor, CommandScope, Service } from "@/kit/command";
import type { Lot } from "@/lifecycle/lot/queries";
import { projectOf, type TenderProject } from "@/lifecycle/tender-project/queries";
import { organisationOf, personOf } from "@/platform/party/queries";
import { contentHash, noticeBody } from "./fields";
import type { PublicationFacts } from "./hub-messages";
import { type Notice, noticesOfLot } from "./queries";
import { NoticeDraft } from "./schema";
import { notices } from "./tables";

type Scope = Pick<CommandScope<Actor | Service>, "tx" | "actor" | "site" | "now">;

/** Most corrections of one notice: the serial has two digits. */
const MAX_CORRECTIONS = 99;

/** What messages about a published lot are built from: the first notice as it was written, with the deadline of today. */
export async function correctionFacts(
  { tx, actor, site, now }: Scope,
  lot: Lot,
  tender: TenderProject,
  document: PublicationFacts["document"],
): Promise<PublicationFacts> {
  const first = (await noticesOfLot(tx, lot.id)).find(({ kind }) => kind === "tender");
  if (!first?.draft) throw new Refused(refuse("not_found", "general.not_found"));
  const draft = { ...NoticeDraft.parse(first.draft), bidDeadline: lot.bidDeadline! };
  const { number, title, body } = first;
  return {
    project: await projectOf(tx, tender.projectId),
    tender,
    lot,
    document,
    draft,
    tenderer: await organisationOf(tx, tender.tendererOrgId),
    agency: tender.agencyOrgId ? await organisationOf(tx, tender.agencyOrgId) : undefined,
    operator: actor.personId ? (await personOf(tx, actor.personId)).name : draft.responsiblePublisher,
    platformCode: site.platformCode,
    notice: { number, title, body, url: `https://${site.host}/notices/${number}` },
    now,
  };
}

/**
 * Publishes a correction of the notice (更正公告): number of the first one with a serial 01 … 99, old and new deadline.
 *
 * @param change.signed the publisher's signatures; absent when the platform postpones by law
 * @returns the notice as messages name it
 */
export async function publishCorrection(
  { tx, site, now }: Scope,
  facts: PublicationFacts,
  change: { summary: string; oldDeadline: Date; signed?: Pick<Notice, "statement" | "authority"> },
): Promise<PublicationFacts["notice"]> {
  const { lot, tender, tenderer, agency, draft, notice: first } = facts;
  const serial = (await noticesOfLot(tx, lot.id)).filter(({ kind }) => kind === "correction").length + 1;
  if (serial > MAX_CORRECTIONS) throw new Refused(refuse("conflict", "clarification.too_many_corrections"));
  const number = `${first.number}-${String(serial).padStart(2, "0")}`;
  const title = `${tender.name}${lot.name}更正公告（第 ${serial} 次）`;
  const fields: Record<string, string> = {
    originalNotice: first.number,
    tenderProjectCode: tender.code,
    lotCode: lot.code,
    lotName: lot.name,
    changes: change.summary,
    oldDeadline: formatInstant(change.oldDeadline),
    submitDeadline: formatInstant(draft.bidDeadline),
    openingTime: formatInstant(draft.bidDeadline),
    tendererName: tenderer.name,
    ...(agency ? { agencyName: agency.name } : {}),
    platformName: site.name,
    platformAddress: site.host,
    other: "其余内容以首次公告和招标文件为准；获取招标文件的单位另行收到通知。",
  };
  const body = noticeBody(fields);
  await tx.insert(notices).values({
    siteId: site.id,
    lotId: lot.id,
    tenderProjectId: tender.id,
    number,
    kind: "correction",
    title,
    fields,
    body,
    contentHash: contentHash(title, fields),
    ...change.signed,
    serial,
    publishedAt: now,
  });
  return { number, title, body, url: `https://${site.host}/notices/${number}` };
}
