import { eq, sql } from "drizzle-orm";
import { permit, Refused, refuse } from "@/core/refusal";
import { formatInstant } from "@/core/time";
import { defineCommand, roles } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import type { Job } from "@/kit/outbox";
import { lockLot } from "@/lifecycle/lot/queries";
import { documentInForce } from "@/lifecycle/tender-document/queries";
import { runsTender, tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { digestOf, requireAct } from "@/platform/identity/act";
import { writeLetters } from "@/platform/inbox/letters";
import { organisationOf } from "@/platform/party/queries";
import { endOfDay, extensionsOf, validityEndOf } from "../queries";
import { refusalToExtend } from "../rules";
import {
  type Extension,
  type ExtensionReply,
  SignedExtension,
  SignedExtensionReply,
  VALIDITY_ANSWERS,
} from "../schema";
import { validityExtensions, validityReplies } from "../tables";

export const extensionDigest = ({ until, replyBy, reason }: Extension): Promise<string> =>
  digestOf({ until, replyBy, reason });
export const replyDigest = ({ extensionId, answer, guaranteeUntil }: ExtensionReply): Promise<string> =>
  digestOf({ extensionId, answer, guaranteeUntil });

/** Organisations whose bids stand; to whoever runs the lot after its opening, and to its services. */
async function standingBidders(tx: Tx, lotId: string): Promise<string[]> {
  const rows = await tx.execute<{ org_id: string }>(
    sql`select distinct org_id from bids where lot_id = ${lotId} and replaced_at is null and withdrawn_at is null`,
  );
  return rows.map(({ org_id }) => org_id);
}

/**
 * Whoever runs the lot asks all bidders to extend their bids, in writing and signed (R-L.101, CLK-24; O12 art. 40). There is no field
 * for anything but the time: an extension changes no bid. Asked of all, so that nobody is chosen.
 */
export const askExtension = defineCommand({
  name: "validity.ask",
  input: SignedExtension,
  may: roles("tenderer", "agency"),
  async run(scope, { statement, ...asked }) {
    const { tx, actor, site, clock } = scope;
    const lot = await lockLot(tx, asked.lotId);
    const tender = await tenderProjectOf(tx, lot.tenderProjectId);
    if (!runsTender(actor, tender)) throw new Refused(refuse("not_found", "general.not_found"));
    const now = await clock();
    const { content } = await documentInForce(tx, lot.id);
    const [newest] = await extensionsOf(tx, lot.id);
    const facts = {
      state: lot.state,
      validityEnd: lot.bidDeadline ? await validityEndOf(tx, lot, content.validityDays) : now,
      openUntil: newest?.replyBy,
      newEnd: endOfDay(asked.until),
      replyBy: new Date(asked.replyBy),
    };
    permit(refusalToExtend(facts, now));
    await requireAct(scope, statement, {
      act: "validity.ask",
      subject: lot.code,
      digest: await extensionDigest(asked),
    });
    const { until, reason } = asked;
    const row = { siteId: site.id, lotId: lot.id, askedBy: actor.personId, until, reason, askedAt: now, statement };
    const [made] = await tx
      .insert(validityExtensions)
      .values({ ...row, replyBy: facts.replyBy })
      .returning({ id: validityExtensions.id });
    const jobs: Job[] = await writeLetters(
      tx,
      site.id,
      now,
      (await standingBidders(tx, lot.id)).map((orgId) => ({
        orgId,
        lotId: lot.id,
        kind: "validity-asked",
        subject: `请答复是否同意延长投标有效期：标段 ${lot.code}`,
        body: `招标人请求将投标有效期延长至 ${until} 24:00，理由：${reason}。请在 ${formatInstant(facts.replyBy)} 前在投标工作间签章答复；同意的，投标保证金有效期同时延长，投标文件其他内容不变；不同意或者期满未答复的，投标失效，投标保证金及利息退还，不承担责任。`,
      })),
    );
    return {
      result: { extensionId: made!.id },
      trail: [
        {
          action: "validity.asked",
          subject: lot.code,
          lotId: lot.id,
          chain: `project:${tender.id}`,
          facts: { until, replyBy: facts.replyBy.toISOString() },
        },
      ],
      jobs,
    };
  },
});

export async function extensionOf(tx: Tx, extensionId: string) {
  const [row] = await tx.select().from(validityExtensions).where(eq(validityExtensions.id, extensionId));
  if (!row) throw new Refused(refuse("not_found", "general.not_found"));
  return row;
}

/**
 * A bidder answers, signed and once: with its consent the security goes on with the bid; without it both end, and the security goes
 * back without penalty (R-L.101).
 */
export const replyExtension = defineCommand({
  name: "validity.reply",
  input: SignedExtensionReply,
  may: roles("bidder"),
  async run(scope, { statement, ...reply }) {
    const { tx, actor, site, clock } = scope;
    const extension = await extensionOf(tx, reply.extensionId);
    const lot = await lockLot(tx, extension.lotId, "share");
    const now = await clock();
    if (now >= extension.replyBy)
      throw new Refused(refuse("too_late", "validity.reply_over", { until: formatInstant(extension.replyBy) }));
    await requireAct(scope, statement, { act: "validity.reply", subject: lot.code, digest: await replyDigest(reply) });
    const { extensionId, answer, guaranteeUntil } = reply;
    const [made] = await tx
      .insert(validityReplies)
      .values({
        siteId: site.id,
        lotId: lot.id,
        orgId: actor.orgId,
        personId: actor.personId,
        extensionId,
        answer,
        guaranteeUntil,
        statement,
        at: now,
      })
      .onConflictDoNothing()
      .returning({ id: validityReplies.id });
    if (!made) throw new Refused(refuse("conflict", "validity.replied_before"));
    const { tendererOrgId, agencyOrgId } = await tenderProjectOf(tx, lot.tenderProjectId);
    const { name } = await organisationOf(tx, actor.orgId);
    const jobs = await writeLetters(
      tx,
      site.id,
      now,
      [tendererOrgId, agencyOrgId]
        .filter((org) => org !== null)
        .map((orgId) => ({
          orgId,
          lotId: lot.id,
          kind: "validity-replied",
          subject: `${VALIDITY_ANSWERS[answer]}投标有效期：标段 ${lot.code}`,
          body: `${name}${VALIDITY_ANSWERS[answer]}投标有效期至 ${extension.until}。${answer === "refuse" ? "该投标失效，不再评审，投标保证金及利息退还。" : ""}`,
        })),
    );
    return {
      result: { answer },
      trail: [
        {
          action: "validity.replied",
          subject: lot.code,
          lotId: lot.id,
          chain: `holders:${lot.id}`,
          facts: { answer },
        },
      ],
      jobs: [...jobs, { name: "settle-securities", payload: { lotId: lot.id }, key: `securities:${lot.id}` }],
    };
  },
});
