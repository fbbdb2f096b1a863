import { desc, eq } from "drizzle-orm";
import { Refused, refuse } from "@/core/refusal";
import { addMinutes, formatInstant, ts14 } from "@/core/time";
import type { CommandScope, Outcome, Service } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { outagesAfter } from "@/kit/heartbeat";
import type { HubMessage, Job } from "@/kit/outbox";
import type { TrailLine } from "@/kit/trail";
import type { RoundWords } from "@/lifecycle/law/rounds";
import { lotFace } from "@/lifecycle/lot/move";
import { type Lot, lockLot, updateLot } from "@/lifecycle/lot/queries";
import type { LotFlag } from "@/lifecycle/lot/states";
import { lotKeys } from "@/lifecycle/notice/hub-messages";
import { type TenderProject, tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { writeLetters } from "@/platform/inbox/letters";
import { judgeOutage, OUTAGE_RULE, type OutageVerdict, silencesText } from "../outage";
import { isOpening, openedAtOf } from "../rounds";
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

type Scope = CommandScope<Service>;
type Phase = "deadline" | "window";

/** What an outage touches at a lot: its bids and their hall, or what is handed in in its first round. */
export interface Touched {
  /** Are they taken now, or opened? Neither: there is nothing to settle. */
  phaseOf(tx: Tx, lot: Lot): Promise<Phase | undefined>;
  readonly ends: Readonly<
    Record<Phase, "bidDeadline" | "windowEndsAt" | "applicationDeadline" | "applicationWindowEndsAt">
  >;
  /** How the record of the lot's outages names the two. */
  readonly spans: Readonly<Record<Phase, string>>;
  wordsOf(tender: TenderProject): Pick<RoundWords, "deadline" | "package" | "short" | "sender">;
  /** Who holds the document, and who handed in. */
  holders(tx: Tx, lotId: string): Promise<readonly string[]>;
  senders(tx: Tx, lotId: string): Promise<readonly string[]>;
  /** Tells those who sit in a hall. */
  say?(scope: Scope, lot: Lot, now: Date, text: string): Promise<void>;
  /** Publishes that a deadline has moved. @returns what names the message to the hub, and others that go with it */
  postpone(
    scope: Scope,
    lot: Lot,
    tender: TenderProject,
    oldEnd: Date,
    text: string,
  ): Promise<{ readonly subject: string; readonly hub: readonly HubMessage[] }>;
}

/**
 * Carries out the printed rule of outages: a silence that reaches over the deadline stops the lot (SUSPENDED_INCIDENT)
 * until the platform is back; then, or when it ended before, the deadline or the decryption window moves on for everybody.
 * A fault of the platform costs nobody its right, and what arrived while it was silent is not opened in silence.
 */
export async function settleSilence(
  scope: Scope,
  lotId: string,
  touched: Touched,
): Promise<Outcome<{ moved: boolean }>> {
  const { tx } = scope;
  const lot = await lockLot(tx, lotId, "update");
  const now = await scope.clock();
  const phase = await touched.phaseOf(tx, lot);
  const isStopped = lot.flags.includes(OUTAGE_FLAG);
  // An opening that stands still is paused by its host, who alone resumes it.
  if (!phase || lot.flags.some((flag) => flag !== OUTAGE_FLAG) || (phase === "window" && isStopped))
    throw new Refused(refuse("conflict", "general.changed_meanwhile"));
  const verdict = await outageVerdict(tx, lot, now);
  const tender = await tenderProjectOf(tx, lot.tenderProjectId);
  if (verdict.kind === "move") return moveEnd({ ...scope, now }, lot, tender, touched, phase, verdict);
  if (verdict.kind === "wait" && phase === "deadline" && now >= lot[touched.ends.deadline]! && !isStopped)
    return stopLot({ ...scope, now }, lot, tender, touched, verdict.since);
  throw new Refused(refuse("conflict", "general.changed_meanwhile"));
}

const outageLine = (lot: Lot, action: string, facts: TrailLine["facts"], after: Lot): TrailLine => ({
  action,
  subject: lot.code,
  lotId: lot.id,
  chain: `project:${lot.tenderProjectId}`,
  facts,
  changed: { before: lotFace(lot), after: lotFace(after) },
});

const owners = ({ tendererOrgId, agencyOrgId }: TenderProject): string[] =>
  [tendererOrgId, agencyOrgId].filter((org) => org !== null);

/** Writes to those who run the tender and to those concerned, each alone. */
const tell = (
  { tx, site, now }: Scope,
  lot: Lot,
  tender: TenderProject,
  concerned: readonly string[],
  subject: string,
  body: string,
): Promise<Job[]> =>
  writeLetters(
    tx,
    site.id,
    now,
    [...new Set([...owners(tender), ...concerned])].map((orgId) => ({
      ...{ orgId, lotId: lot.id, kind: "outage", byPhone: true },
      subject: `${subject}：标段 ${lot.code}`,
      body,
    })),
  );

async function stopLot(
  scope: Scope,
  lot: Lot,
  tender: TenderProject,
  touched: Touched,
  since: Date,
): Promise<Outcome<{ moved: boolean }>> {
  const { tx, now } = scope;
  const words = touched.wordsOf(tender);
  const stopped = await updateLot(tx, lot, { flags: [...lot.flags, OUTAGE_FLAG] });
  const text = `平台自 ${formatInstant(since)} 起服务中断，${words.deadline}时间已到而不截止：标段中止，恢复后按公布的规则顺延${words.deadline}时间并通知`;
  await touched.say?.(scope, stopped, now, text);
  // Nobody who may still hand in is left out.
  const holders = await touched.holders(tx, lot.id);
  const body = `${text}。已递交的${words.package}仍然有效并保持加密。`;
  return {
    result: { moved: false },
    trail: [outageLine(lot, "outage.suspended", { since: since.toISOString() }, stopped)],
    jobs: await tell(scope, lot, tender, holders, "平台故障中止", body),
  };
}

async function moveEnd(
  scope: Scope,
  lot: Lot,
  tender: TenderProject,
  touched: Touched,
  phase: Phase,
  { end, seconds, silences }: Extract<OutageVerdict, { kind: "move" }>,
): Promise<Outcome<{ moved: boolean }>> {
  const { tx, site, now } = scope;
  const words = touched.wordsOf(tender);
  const isDeadline = phase === "deadline";
  const oldEnd = lot[touched.ends[phase]]!;
  const updated = await updateLot(tx, lot, {
    flags: lot.flags.filter((flag) => flag !== OUTAGE_FLAG),
    [touched.ends[phase]]: end,
  });
  await tx.insert(lotOutages).values({
    ...{ siteId: site.id, lotId: lot.id, span: touched.spans[phase] },
    ...{ silences, seconds, oldEnd, newEnd: end, at: now },
  });
  const lost = `平台在 ${silencesText(silences)} 服务中断，其间共损失 ${Math.ceil(seconds / 60)} 分钟`;
  const text = isDeadline
    ? `${lost}。按公布的平台故障处理规则，${words.deadline}时间由 ${formatInstant(oldEnd)} 顺延至 ${formatInstant(end)}`
    : `${lost}。${words.short}解密时间为所有${words.sender}由 ${formatInstant(oldEnd)} 延长至 ${formatInstant(end)}`;
  await touched.say?.(scope, updated, now, text);
  const jobs = isDeadline
    ? await tell(
        scope,
        lot,
        tender,
        await touched.holders(tx, lot.id),
        `${words.deadline}时间顺延`,
        `${text}。已递交的${words.short}仍然有效，可替换或撤回。`,
      )
    : await tell(
        scope,
        lot,
        tender,
        await touched.senders(tx, lot.id),
        `${words.short}解密时间延长`,
        `${text}。尚未解密的请在新的时间内解密。`,
      );
  const facts = { seconds: String(seconds), oldEnd: oldEnd.toISOString(), newEnd: end.toISOString() };
  const action = isDeadline ? "outage.postponed" : "outage.window-extended";
  const trail: [TrailLine] = [outageLine(lot, action, facts, updated)];
  if (!isDeadline) return { result: { moved: true }, trail, jobs };
  const { subject, hub } = await touched.postpone(scope, updated, tender, oldEnd, text);
  return {
    result: { moved: true },
    trail,
    hub: [
      ...hub,
      {
        ...{ dataset: "517", tenderProjectId: tender.id, lotId: lot.id, subject },
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
