import { desc, eq } from "drizzle-orm";
import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { addMinutes, formatInstant, ts14 } from "@/core/time";
import { byService, type CommandScope, defineServiceCommand, type Outcome, type Service } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { outagesAfter } from "@/kit/heartbeat";
import type { TrailLine } from "@/kit/trail";
import { standingBids } from "@/lifecycle/bidding/queries";
import { lotFace } from "@/lifecycle/lot/move";
import { type Lot, lockLot, updateLot } from "@/lifecycle/lot/queries";
import type { LotFlag } from "@/lifecycle/lot/states";
import { correctionFacts, publishCorrection } from "@/lifecycle/notice/correction";
import { lotKeys, noticeMessage } from "@/lifecycle/notice/hub-messages";
import { documentInForce, holdersOf } from "@/lifecycle/tender-document/queries";
import { type TenderProject, tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { writeLetters } from "@/platform/inbox/letters";
import { say } from "../events";
import { judgeOutage, OUTAGE_RULE, type OutageVerdict, type Silence, silencesText } from "../outage";
import { openingRecordOf } from "../queries";
import { isOpening, openedAtOf, roundOfLot } from "../rounds";
import { lotOutages } from "../tables";

export const OUTAGE_FLAG: LotFlag = "SUSPENDED_INCIDENT";

/** The end that is near for a lot as it stands: of what it receives, or of the window in which that is decrypted. */
function endOf(
  lot: Lot,
): { readonly kind: "deadline" | "window"; readonly end: Date; readonly begin: Date } | undefined {
  const deadline = lot.state === "T1" ? lot.bidDeadline : lot.state === "P1" ? lot.applicationDeadline : undefined;
  if (deadline) return { kind: "deadline", end: deadline, begin: addMinutes(deadline, -OUTAGE_RULE.watchMinutes) };
  const [end, begin] =
    lot.state === "P2"
      ? [lot.applicationWindowEndsAt, lot.applicationsOpenedAt]
      : isOpening(lot)
        ? [lot.windowEndsAt, openedAtOf(lot)]
        : [];
  return end && begin ? { kind: "window", end, begin } : undefined;
}

/**
 * What silences of the platform mean for the lot as it stands: its deadline while it takes bids or applications, its
 * decryption window while they are opened. A silence counts once: what moved an end before is not looked at again.
 */
export async function outageVerdict(tx: Tx, lot: Lot, now: Date): Promise<OutageVerdict> {
  const near = endOf(lot);
  if (!near) return { kind: "none" };
  const { kind, end, begin } = near;
  const [counted] = await tx
    .select({ silences: lotOutages.silences })
    .from(lotOutages)
    .where(eq(lotOutages.lotId, lot.id))
    .orderBy(desc(lotOutages.at))
    .limit(1);
  const until = new Date(counted?.silences.at(-1)?.to ?? 0);
  const from = until > begin ? until : begin;
  return judgeOutage(await outagesAfter(tx, from), { from, end, kind }, now);
}

/**
 * Carries out the printed rule of outages: a silence that reaches over the deadline stops the lot (SUSPENDED_INCIDENT)
 * until the platform is back; then, or when it ended before, the deadline or the decryption window moves on for everybody.
 * A fault of the platform costs no bidder its right, and no closed upload is opened in silence.
 */
export const settleOutage = defineServiceCommand({
  name: "lot.settle-outage",
  input: z.object({ lotId: z.uuid() }),
  may: byService,
  async run(scope, { lotId }): Promise<Outcome<{ moved: boolean }>> {
    const { tx } = scope;
    const lot = await lockLot(tx, lotId, "update");
    const now = await scope.clock();
    if (
      !(lot.state === "T1" || isOpening(lot)) ||
      lot.flags.some((flag) => flag !== OUTAGE_FLAG) ||
      // An opening that stands still is paused by its host, who alone resumes it.
      (isOpening(lot) && (lot.flags.length > 0 || (await openingRecordOf(tx, lotId, roundOfLot(lot)))))
    )
      throw new Refused(refuse("conflict", "general.changed_meanwhile"));
    const verdict = await outageVerdict(tx, lot, now);
    const tender = await tenderProjectOf(tx, lot.tenderProjectId);
    if (verdict.kind === "move") return moveEnd(scope, lot, tender, verdict, now);
    const isStopped = lot.flags.includes(OUTAGE_FLAG);
    if (verdict.kind === "wait" && lot.state === "T1" && now >= lot.bidDeadline! && !isStopped)
      return stopLot(scope, lot, tender, verdict.since, now);
    throw new Refused(refuse("conflict", "general.changed_meanwhile"));
  },
});

type Scope = CommandScope<Service>;

export const outageLine = (lot: Lot, action: string, facts: TrailLine["facts"], after: Lot): TrailLine => ({
  action,
  subject: lot.code,
  lotId: lot.id,
  chain: `project:${lot.tenderProjectId}`,
  facts,
  changed: { before: lotFace(lot), after: lotFace(after) },
});

async function stopLot(
  { tx, site }: Scope,
  lot: Lot,
  tender: TenderProject,
  since: Date,
  now: Date,
): Promise<Outcome<{ moved: boolean }>> {
  const stopped = await updateLot(tx, lot, { flags: [...lot.flags, OUTAGE_FLAG] });
  const text = `平台自 ${formatInstant(since)} 起服务中断，投标截止时间已到而不截止：标段中止，恢复后按公布的规则顺延投标截止时间并通知`;
  await say(tx, site.id, lot.id, now, "outage", { text });
  const jobs = await writeLetters(
    tx,
    site.id,
    now,
    (await everybody(tx, lot, tender)).map((orgId) => ({
      orgId,
      lotId: lot.id,
      kind: "outage",
      subject: `平台故障中止：标段 ${lot.code}`,
      body: `${text}。已递交的投标文件仍然有效并保持加密。`,
      byPhone: true,
    })),
  );
  return {
    result: { moved: false },
    trail: [outageLine(lot, "outage.suspended", { since: since.toISOString() }, stopped)],
    jobs,
  };
}

async function moveEnd(
  scope: Scope,
  lot: Lot,
  tender: TenderProject,
  verdict: Extract<OutageVerdict, { kind: "move" }>,
  now: Date,
): Promise<Outcome<{ moved: boolean }>> {
  const { tx, site } = scope;
  const span = lot.state === "T1" ? "deadline" : "window";
  const oldEnd = (span === "deadline" ? lot.bidDeadline : lot.windowEndsAt)!;
  const { end: newEnd, seconds, silences } = verdict;
  const updated = await updateLot(tx, lot, {
    flags: lot.flags.filter((flag) => flag !== OUTAGE_FLAG),
    ...(span === "deadline" ? { bidDeadline: newEnd } : { windowEndsAt: newEnd }),
  });
  await tx
    .insert(lotOutages)
    .values({ siteId: site.id, lotId: lot.id, span, silences, seconds, oldEnd, newEnd, at: now });
  const text = outageText(span, silences, seconds, oldEnd, newEnd);
  await say(tx, site.id, lot.id, now, "outage", { text, windowEndsAt: updated.windowEndsAt?.toISOString() });
  const readers =
    span === "deadline"
      ? await everybody(tx, lot, tender)
      : [...new Set([...owners(tender), ...(await standingBids(tx, lot.id)).map(({ orgId }) => orgId)])];
  const jobs = await writeLetters(
    tx,
    site.id,
    now,
    readers.map((orgId) => ({
      orgId,
      lotId: lot.id,
      kind: "outage",
      subject: `${span === "deadline" ? "投标截止时间顺延" : "解密时间延长"}：标段 ${lot.code}`,
      body: `${text}。${span === "deadline" ? "已递交的投标文件仍然有效，可替换或撤回。" : "尚未解密的投标人请在新的时间内解密。"}`,
      byPhone: true,
    })),
  );
  const facts = { seconds: String(seconds), oldEnd: oldEnd.toISOString(), newEnd: newEnd.toISOString() };
  const trail: [TrailLine] = [
    outageLine(lot, span === "deadline" ? "outage.postponed" : "outage.window-extended", facts, updated),
  ];
  if (span === "window") return { result: { moved: true }, trail, jobs };
  const { content } = await documentInForce(tx, lot.id);
  const publication = await correctionFacts({ ...scope, now }, updated, tender, content);
  const notice = await publishCorrection({ ...scope, now }, publication, { summary: text, oldDeadline: oldEnd });
  return {
    result: { moved: true },
    trail,
    hub: [
      noticeMessage({ ...publication, notice }, "2"),
      {
        dataset: "517",
        tenderProjectId: tender.id,
        lotId: lot.id,
        subject: `${lot.code}-${notice.number}`,
        body: {
          ...lotKeys(lot, tender),
          EXCEPITON_NAME: `${lot.name}延期`,
          EXCEPITON_INFOR: text,
          APPROVAL_RESULT: "按公布的平台故障处理规则顺延",
          APPROVAL_TIME: ts14(now),
          EXCEPITON_TYPE: "9",
        },
      },
    ],
    jobs: [...jobs, { name: "deliver-outbox", payload: {}, key: `deliver:${site.id}` }],
  };
}

function outageText(span: string, silences: readonly Silence[], seconds: number, oldEnd: Date, newEnd: Date): string {
  const lost = `平台在 ${silencesText(silences)} 服务中断，其间共损失 ${Math.ceil(seconds / 60)} 分钟`;
  return span === "deadline"
    ? `${lost}。按公布的平台故障处理规则，投标截止时间由 ${formatInstant(oldEnd)} 顺延至 ${formatInstant(newEnd)}`
    : `${lost}。解密时间为所有投标人由 ${formatInstant(oldEnd)} 延长至 ${formatInstant(newEnd)}`;
}

export const owners = ({ tendererOrgId, agencyOrgId }: TenderProject): string[] =>
  [tendererOrgId, agencyOrgId].filter((org) => org !== null);

/** Those who run the tender, and all who hold its document: nobody who may still bid is left out. */
const everybody = async (tx: Tx, lot: Lot, tender: TenderProject): Promise<string[]> => [
  ...new Set([...owners(tender), ...(await holdersOf(tx, lot.id))]),
];
