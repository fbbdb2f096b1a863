import { eq } from "drizzle-orm";
import { ts14 } from "@/core/time";
import type { CommandScope, Outcome, Service } from "@/kit/command";
import type { Job } from "@/kit/outbox";
import { standingBids } from "@/lifecycle/bidding/queries";
import { moveLot } from "@/lifecycle/lot/move";
import type { Lot } from "@/lifecycle/lot/queries";
import { lotKeys } from "@/lifecycle/notice/hub-messages";
import { bidOpenings } from "@/lifecycle/opening/tables";
import { segmentOf } from "@/lifecycle/tender-document/envelopes";
import { documentInForce } from "@/lifecycle/tender-document/queries";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { writeLetters } from "@/platform/inbox/letters";
import type { EvaluatedBid, FirstEnvelope, Rejection } from "../queries";
import { REJECTION_GROUNDS, type RejectionGround } from "../rules";
import type { Step } from "../steps";
import { evaluations } from "../tables";

/**
 * Closes the first envelopes when every member has signed their result: the lot goes on to the second opening (E1 → E1b), in
 * which those who passed are asked for their second envelope and nobody else ever is. Each bidder is told how it fared,
 * and of nobody else. When nobody passed, all bids are rejected (transition 17).
 */
export async function closeFirst(
  { tx, site, now }: Pick<CommandScope<Service>, "tx" | "site" | "now">,
  lot: Lot,
  facts: {
    readonly result: FirstEnvelope;
    readonly rejections: readonly Rejection[];
    readonly bids: readonly EvaluatedBid[];
  },
): Promise<Outcome<{ step: Step }>> {
  const { id: lotId } = lot;
  const tender = await tenderProjectOf(tx, lot.tenderProjectId);
  const passed = facts.bids.filter(({ bidId }) => facts.result.passed.includes(bidId));
  const jobs = await tellBidders(tx, site.id, now, lot, facts.bids, facts.rejections);
  const ungroundedRejections = facts.rejections.filter(({ ground, reason }) => !ground || !reason).length;
  if (!passed.length) {
    const moved = await moveLot(tx, lot, "F2", now, { ungroundedRejections, validBids: 0 });
    await tx.update(evaluations).set({ step: "done", finishedAt: now }).where(eq(evaluations.lotId, lotId));
    return {
      result: { step: "done" },
      trail: [moved.line],
      hub: [
        {
          dataset: "517",
          tenderProjectId: tender.id,
          lotId,
          subject: `${lot.code}-F2`,
          body: {
            ...lotKeys(lot, tender),
            EXCEPITON_NAME: `${lot.name}否决所有投标`,
            EXCEPITON_INFOR: "第一信封评审后没有合格的投标",
            APPROVAL_RESULT: "依法重新招标",
            APPROVAL_TIME: ts14(now),
            EXCEPITON_TYPE: "9",
          },
        },
      ],
      jobs: [...jobs, { name: "deliver-outbox", payload: {}, key: `deliver:${site.id}` }],
    };
  }
  const segment = segmentOf((await documentInForce(tx, lotId)).content, 2)!;
  for (const { bidId, orgId } of passed)
    await tx.insert(bidOpenings).values({ siteId: site.id, lotId, bidId, orgId, segment, round: 2 });
  // The window of the first opening is over; the second one begins with its own.
  const moved = await moveLot(
    tx,
    lot,
    "E1b",
    now,
    { regime: tender.regime, firstEnvelopeClosed: true },
    { windowEndsAt: null },
  );
  await tx.update(evaluations).set({ step: "second-opening" }).where(eq(evaluations.lotId, lotId));
  const owners = [...new Set([tender.tendererOrgId, tender.agencyOrgId].filter((org) => org !== null))];
  const told = await writeLetters(
    tx,
    site.id,
    now,
    owners.map((orgId) => ({
      orgId,
      lotId,
      kind: "first-envelope",
      subject: `请公布第二信封开标时间：标段 ${lot.code}`,
      body: "评标委员会已签署第一信封评审结果，各投标人已分别收到本单位的结果。请在“开标”页公布第二信封开标时间；到时系统自动开启通过评审的投标人的第二信封。",
      byPhone: true,
    })),
  );
  return {
    result: { step: "second-opening" },
    trail: [
      { action: "first-envelope.closed", subject: lot.code, lotId, chain: `project:${tender.id}`, facts: {} },
      moved.line,
    ],
    jobs: [...jobs, ...told],
  };
}

/** Each bidder whose first envelope was judged learns its own result, a rejected one the reason (own text alone). */
async function tellBidders(
  tx: CommandScope["tx"],
  siteId: string,
  now: Date,
  lot: Lot,
  bids: readonly EvaluatedBid[],
  rejections: readonly Rejection[],
): Promise<Job[]> {
  const standing = new Set((await standingBids(tx, lot.id)).map(({ id }) => id));
  return writeLetters(
    tx,
    siteId,
    now,
    bids
      .filter(({ bidId }) => standing.has(bidId))
      .map(({ bidId, orgId }) => {
        const rejection = rejections.find((row) => row.bidId === bidId);
        const ground = rejection && REJECTION_GROUNDS[rejection.ground as RejectionGround];
        return {
          orgId,
          lotId: lot.id,
          kind: "first-envelope",
          subject: `第一信封评审结果：标段 ${lot.code}`,
          body: rejection
            ? `本单位的投标文件未通过第一信封评审。依据：${rejection.ground} ${ground ?? ""}；理由：${rejection.reason}（位置：${rejection.place}）。第二信封不开启，永久保持加密。对评审结果有疑问的，请在中标候选人公示期间提出异议。`
            : "本单位的投标文件已通过第一信封评审。第二信封开标时间公布后另行通知，请届时在开标大厅用证书或应急解密码解密第二信封。",
        };
      }),
  );
}
