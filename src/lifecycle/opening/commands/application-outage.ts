import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { formatInstant, ts14 } from "@/core/time";
import { byService, type CommandScope, defineServiceCommand, type Outcome, type Service } from "@/kit/command";
import type { TrailLine } from "@/kit/trail";
import { type RoundWords, roundWords } from "@/lifecycle/law/rounds";
import { type Lot, lockLot, updateLot } from "@/lifecycle/lot/queries";
import { lotKeys } from "@/lifecycle/notice/hub-messages";
import { publishPostponement } from "@/lifecycle/prequalification/postponement";
import { formHoldersOf, standingApplications } from "@/lifecycle/prequalification/queries";
import { type TenderProject, tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { writeLetters } from "@/platform/inbox/letters";
import { type OutageVerdict, silencesText } from "../outage";
import { lotOutages } from "../tables";
import { OUTAGE_FLAG, outageLine, outageVerdict, owners } from "./outage";

type Scope = CommandScope<Service>;

/**
 * The printed rule of outages for a first round: as with bids, a silence over the deadline of applications stops the lot
 * until the platform is back, and then deadline or decryption window move on for everybody. There is no hall to tell;
 * holders and applicants are written to, each alone.
 */
export const settleApplicationOutage = defineServiceCommand({
  name: "prequalification.settle-outage",
  input: z.object({ lotId: z.uuid() }),
  may: byService,
  async run(scope, { lotId }): Promise<Outcome<{ moved: boolean }>> {
    const { tx } = scope;
    const lot = await lockLot(tx, lotId, "update");
    const now = await scope.clock();
    const isStopped = lot.flags.includes(OUTAGE_FLAG);
    if (
      !["P1", "P2"].includes(lot.state) ||
      lot.flags.some((flag) => flag !== OUTAGE_FLAG) ||
      (lot.state === "P2" && isStopped)
    )
      throw new Refused(refuse("conflict", "general.changed_meanwhile"));
    const verdict = await outageVerdict(tx, lot, now);
    const tender = await tenderProjectOf(tx, lot.tenderProjectId);
    if (verdict.kind === "move") return moveEnd(scope, lot, tender, verdict, now);
    if (verdict.kind === "wait" && lot.state === "P1" && now >= lot.applicationDeadline! && !isStopped)
      return stopLot(scope, lot, tender, verdict.since, now);
    throw new Refused(refuse("conflict", "general.changed_meanwhile"));
  },
});

async function stopLot(
  { tx, site }: Scope,
  lot: Lot,
  tender: TenderProject,
  since: Date,
  now: Date,
): Promise<Outcome<{ moved: boolean }>> {
  const words = roundWords(tender.regime);
  const stopped = await updateLot(tx, lot, { flags: [...lot.flags, OUTAGE_FLAG] });
  const text = `平台自 ${formatInstant(since)} 起服务中断，${words.deadline}时间已到而不截止：标段中止，恢复后按公布的规则顺延${words.deadline}时间并通知`;
  const jobs = await writeLetters(
    tx,
    site.id,
    now,
    [...new Set([...owners(tender), ...(await formHoldersOf(tx, lot.id))])].map((orgId) => ({
      orgId,
      lotId: lot.id,
      kind: "outage",
      subject: `平台故障中止：标段 ${lot.code}`,
      body: `${text}。已递交的${words.package}仍然有效并保持加密。`,
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
  { end, seconds, silences }: Extract<OutageVerdict, { kind: "move" }>,
  now: Date,
): Promise<Outcome<{ moved: boolean }>> {
  const { tx, site } = scope;
  const words = roundWords(tender.regime);
  const isDeadline = lot.state === "P1";
  const oldEnd = (isDeadline ? lot.applicationDeadline : lot.applicationWindowEndsAt)!;
  const updated = await updateLot(tx, lot, {
    flags: lot.flags.filter((flag) => flag !== OUTAGE_FLAG),
    ...(isDeadline ? { applicationDeadline: end } : { applicationWindowEndsAt: end }),
  });
  const span = isDeadline ? "application-deadline" : "application-window";
  await tx
    .insert(lotOutages)
    .values({ siteId: site.id, lotId: lot.id, span, silences, seconds, oldEnd, newEnd: end, at: now });
  const lost = `平台在 ${silencesText(silences)} 服务中断，其间共损失 ${Math.ceil(seconds / 60)} 分钟`;
  const times = `由 ${formatInstant(oldEnd)} ${isDeadline ? "顺延" : "延长"}至 ${formatInstant(end)}`;
  const text = isDeadline
    ? `${lost}。按公布的平台故障处理规则，${words.deadline}时间${times}`
    : `${lost}。${words.short}的解密时间${times}，对所有${words.sender}相同`;
  const jobs = await writeLetters(tx, site.id, now, await letters(scope, updated, tender, words, text));
  const facts = { seconds: String(seconds), oldEnd: oldEnd.toISOString(), newEnd: end.toISOString() };
  const action = isDeadline ? "outage.postponed" : "outage.window-extended";
  const trail: [TrailLine] = [outageLine(lot, action, facts, updated)];
  if (!isDeadline) return { result: { moved: true }, trail, jobs };
  const number = await publishPostponement({ ...scope, now }, updated, tender, oldEnd, text);
  return {
    result: { moved: true },
    trail,
    hub: [
      {
        dataset: "517",
        tenderProjectId: tender.id,
        lotId: lot.id,
        subject: number,
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

/** To who may still apply, or who has to decrypt: each alone, and to those who run the tender. */
async function letters({ tx }: Scope, lot: Lot, tender: TenderProject, words: RoundWords, text: string) {
  const isDeadline = lot.state === "P1";
  const senders = isDeadline
    ? await formHoldersOf(tx, lot.id)
    : (await standingApplications(tx, lot.id)).map(({ orgId }) => orgId);
  return [...new Set([...owners(tender), ...senders])].map((orgId) => ({
    orgId,
    lotId: lot.id,
    kind: "outage",
    subject: `${isDeadline ? `${words.deadline}时间顺延` : `${words.short}解密时间延长`}：标段 ${lot.code}`,
    body: `${text}。${isDeadline ? `已递交的${words.short}仍然有效，可替换或撤回。` : "尚未解密的请在新的时间内解密。"}`,
    byPhone: true,
  }));
}
