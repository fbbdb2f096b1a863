import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { permit, Refused, refuse } from "@/core/refusal";
import { defineCommand, roles } from "@/kit/command";
import type { TrailLine } from "@/kit/trail";
import { ownBid } from "@/lifecycle/bidding/queries";
import { lockLot } from "@/lifecycle/lot/queries";
import { say } from "@/lifecycle/opening/events";
import { openingRecordOf, revocationsOf } from "@/lifecycle/opening/queries";
import { isOpening, roundOfLot } from "@/lifecycle/opening/rounds";
import { REVOCATION_CHARS, REVOKED, refusalToRevoke } from "@/lifecycle/opening/rules";
import { bidOpenings, bidRevocations, openingRemarks } from "@/lifecycle/opening/tables";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { digestOf, requireAct } from "@/platform/identity/act";
import { StatementInput } from "@/platform/identity/schema";
import { writeLetters } from "@/platform/inbox/letters";
import { organisationOf } from "@/platform/party/queries";

const { least, most } = REVOCATION_CHARS;
/** What a revocation says. */
export const Revocation = z.object({
  bidId: z.uuid(),
  reason: z.string().trim().min(least, `请写明撤销的原因，不少于 ${least} 字`).max(most, `原因不能超过 ${most} 字`),
});

/** States in which the report has been handed in. */
const EVALUATED: readonly string[] = ["E2", "A1", "A2"];

/** The digest that the bidder signs. */
export const revocationDigest = ({ sealHash, reason }: { sealHash: string; reason: string }): Promise<string> =>
  digestOf({ sealHash, reason });

/**
 * A bidder gives its bid up after the deadline (撤销投标文件, IR35; R-L.102). The package is kept and stays counted; it is
 * neither opened nor evaluated further, and the tenderer need not return the security. Before the announcement nobody
 * learns of it but by the record, where it stands as the reason.
 */
export const revokeBid = defineCommand({
  name: "bid.revoke",
  input: Revocation.extend({ statement: StatementInput }),
  may: roles("bidder"),
  async run(scope, { bidId, reason, statement }) {
    const { tx, actor, site } = scope;
    const bid = await ownBid(tx, actor, bidId);
    const lot = await lockLot(tx, bid.lotId, "update");
    if (bid.replacedAt || bid.withdrawnAt) throw new Refused(refuse("not_found", "general.not_found"));
    // Read under the lock: what was computed before it counts the bid, what is computed after it does not.
    const now = await scope.clock();
    permit(refusalToRevoke(lot));
    if ((await revocationsOf(tx, lot.id)).has(bidId)) throw new Refused(refuse("conflict", "opening.revoked_before"));
    const digest = await revocationDigest({ sealHash: bid.sealHash, reason });
    await requireAct(scope, statement, { act: "bid.revoke", subject: lot.code, digest });
    const { id: lotId } = lot;
    await tx
      .insert(bidRevocations)
      .values({ siteId: site.id, lotId, orgId: actor.orgId, bidId, reason, statement, at: now });
    const round = roundOfLot(lot);
    // Between the committee's verdict and the second opening nothing is being opened: who leaves says so aloud.
    const quiet = isOpening(lot) || round === 1;
    const record = quiet ? await openingRecordOf(tx, lotId, round) : await openingRecordOf(tx, lotId);
    const line: TrailLine = {
      action: "bid.revoked",
      subject: bidId,
      lotId,
      // Before the announcement a line more in the public chain would tell that somebody left.
      chain: record ? `project:${lot.tenderProjectId}` : `sealed:${lotId}`,
      facts: { sealHash: bid.sealHash, digest },
    };
    if (!record) {
      await tx
        .update(bidOpenings)
        .set({ ...REVOKED, failureEvidence: { revokedAt: now.toISOString() }, finalAt: now })
        .where(and(eq(bidOpenings.bidId, bidId), eq(bidOpenings.orgId, actor.orgId), eq(bidOpenings.round, round)));
      return {
        result: {},
        trail: [line],
        jobs: [{ name: "settle-opening", payload: { lotId }, key: `settle:${lotId}` }],
      };
    }
    const organisation = (await organisationOf(tx, actor.orgId)).name;
    // It will not be asked for a second envelope that waits.
    if (lot.state === "E1b")
      await tx
        .update(bidOpenings)
        .set({ ...REVOKED, failureEvidence: { revokedAt: now.toISOString() }, finalAt: now })
        .where(and(eq(bidOpenings.bidId, bidId), eq(bidOpenings.round, 2), eq(bidOpenings.state, "waiting")));
    if (isOpening(lot)) {
      await tx.insert(openingRemarks).values({
        siteId: site.id,
        lotId,
        orgId: actor.orgId,
        round,
        kind: "revoked",
        text: reason,
        statement,
        at: now,
      });
      await say(tx, site.id, lotId, now, "revoked", { organisation });
    }
    const { tendererOrgId, agencyOrgId } = await tenderProjectOf(tx, lot.tenderProjectId);
    const jobs = await writeLetters(
      tx,
      site.id,
      now,
      [tendererOrgId, agencyOrgId]
        .filter((org) => org !== null)
        .map((orgId) => ({
          orgId,
          lotId,
          kind: "bid-revoked",
          subject: `投标人撤销投标文件：标段 ${lot.code}`,
          body: `${organisation}在投标截止后签章撤销了投标文件，原因：${reason}。${EVALUATED.includes(lot.state) ? "评标报告不变；该投标人不再作为中标候选人，其后的投标人按评标报告的排序和各自的报价依次递补" : "该投标文件不再评审"}，截止时的投标人数不变；投标保证金可以不予退还（实施条例第三十五条）。`,
        })),
    );
    const security = { name: "settle-securities", payload: { lotId }, key: `securities:${lotId}` };
    return { result: {}, trail: [line], jobs: [...jobs, security] };
  },
});
