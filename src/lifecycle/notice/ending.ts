import { and, eq, isNull } from "drizzle-orm";
import { Refused, refuse } from "@/core/refusal";
import type { CommandScope, Outcome, Service } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import type { TrailLine } from "@/kit/trail";
import { lotFace, moveLot } from "@/lifecycle/lot/move";
import { type Lot, readLot } from "@/lifecycle/lot/queries";
import type { requireSigners } from "@/lifecycle/signing/pair";
import type { TenderProject } from "@/lifecycle/tender-project/queries";
import { writeLetters } from "@/platform/inbox/letters";
import { organisationOf } from "@/platform/party/queries";
import { contentHash, noticeBody } from "./fields";
import type { Withdrawal } from "./schema";
import { notices } from "./tables";

/** A notice that ends a tendering (终止招标), as the page prints it and as it is signed. */
export interface Ending {
  readonly number: string;
  readonly title: string;
  readonly fields: Record<string, string>;
  readonly hash: string;
}

/**
 * Title and fields of a notice that ends a tendering.
 *
 * @param said - number of the first notice, how the title ends, and what becomes of what was sent and paid.
 */
export async function endingOf(
  tx: Tx,
  lot: Lot,
  tender: TenderProject,
  { reason, isForceMajeure }: Withdrawal,
  said: { readonly first: string; readonly title: string; readonly other: string },
): Promise<Ending> {
  const tenderer = await organisationOf(tx, tender.tendererOrgId);
  const title = `${tender.name}${lot.name}${said.title}`;
  const fields: Record<string, string> = {
    originalNotice: said.first,
    tenderProjectCode: tender.code,
    lotCode: lot.code,
    lotName: lot.name,
    reason: isForceMajeure ? `因不可抗力：${reason}` : reason,
    tendererName: tenderer.name,
    tendererContact: `${tenderer.contact} ${tenderer.phone}`.trim(),
    supervision: tender.superviseDept,
    other: said.other,
  };
  return { number: `${said.first}-CH`, title, fields, hash: contentHash(title, fields) };
}

/**
 * Publishes the signed end of a tendering (transition 25, IR31): the lot ends, a notice of its own says so. The job that writes
 * to those who hold the document stands in the same transaction, and is the caller's.
 */
export async function publishEnding(
  { tx, site, now }: Pick<CommandScope, "tx" | "site" | "now">,
  lot: Lot,
  tender: TenderProject,
  { reason, isForceMajeure }: Withdrawal,
  { number, title, fields, hash }: Ending,
  signed: Awaited<ReturnType<typeof requireSigners>>,
) {
  const ended = await moveLot(tx, lot, "F3", now, {
    regime: tender.regime,
    termination: { ground: reason, isForceMajeure },
    holdersNotified: true,
  });
  const body = noticeBody(fields);
  await tx.insert(notices).values({
    ...{ siteId: site.id, lotId: lot.id, tenderProjectId: tender.id, number, kind: "withdrawal", title, fields },
    ...{ body, contentHash: hash, ...signed, publishedAt: now },
  });
  const line: TrailLine = {
    action: "notice.withdrawn",
    subject: number,
    lotId: lot.id,
    chain: `project:${tender.id}`,
    facts: { contentHash: hash, reason, isForceMajeure },
    changed: { before: { lot: lotFace(lot) }, after: { lot: lotFace(ended.lot), notice: { number, title, fields } } },
  };
  return {
    lot: ended.lot,
    notice: { number, title, body, url: `https://${site.host}/notices/${number}` },
    trail: [line, ended.line] as [TrailLine, TrailLine],
  };
}

/**
 * Writes to everybody who holds the document, all in one transaction; the platform does it, so that who ends the tendering
 * learns neither names nor number.
 */
export async function announceEnding(
  { tx, site, now }: CommandScope<Service>,
  lotId: string,
  holders: readonly string[],
  letterOf: (lot: Lot, notice: typeof notices.$inferSelect) => { readonly subject: string; readonly body: string },
): Promise<Outcome<{ announced: true }>> {
  const lot = await readLot(tx, lotId);
  // Job and sweep may come in the same instant: the one that marks the notice writes, the other finds it marked.
  const [notice] = await tx
    .update(notices)
    .set({ announcedAt: now })
    .where(and(eq(notices.lotId, lotId), eq(notices.kind, "withdrawal"), isNull(notices.announcedAt)))
    .returning();
  if (!notice) throw new Refused(refuse("conflict", "general.changed_meanwhile"));
  const letter = letterOf(lot, notice);
  const jobs = await writeLetters(
    tx,
    site.id,
    now,
    holders.map((orgId) => ({ orgId, lotId, kind: "withdrawn", ...letter, byPhone: true })),
  );
  return {
    result: { announced: true },
    // How many letters there were is a number of bidders.
    trail: [
      {
        ...{ action: "withdrawal.announced", subject: notice.number, lotId, chain: `holders:${lotId}` },
        facts: { notice: notice.number },
      },
    ],
    jobs,
  };
}
