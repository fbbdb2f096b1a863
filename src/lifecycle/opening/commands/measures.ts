import { eq } from "drizzle-orm";
import { z } from "zod";
import { permit } from "@/core/refusal";
import { ts14 } from "@/core/time";
import { type CommandScope, defineCommand, type Outcome, roles } from "@/kit/command";
import type { HubMessage } from "@/kit/outbox";
import { standingBids } from "@/lifecycle/bidding/queries";
import { lotFace } from "@/lifecycle/lot/move";
import { type Lot, updateLot } from "@/lifecycle/lot/queries";
import { lotKeys } from "@/lifecycle/notice/hub-messages";
import { documentInForce } from "@/lifecycle/tender-document/queries";
import { lockOwnLot, type TenderProject } from "@/lifecycle/tender-project/queries";
import { writeLetters } from "@/platform/inbox/letters";
import { say } from "../events";
import {
  EXTENSION,
  endAfterPause,
  extensionLeft,
  MEASURE_CHARS,
  type Measure,
  measureText,
  refusalToExtend,
  refusalToPause,
  refusalToResume,
} from "../measures";
import { measuresOf, openingRecordOf, recordsOf } from "../queries";
import { roundOfLot } from "../rounds";
import { hallMeasures } from "../tables";
import { actAsHost } from "./chair";

const { least, most } = MEASURE_CHARS;
const Why = z.object({
  lotId: z.uuid(),
  reason: z.string().trim().min(least, `原因不少于 ${least} 字`).max(most, `原因不能超过 ${most} 字`),
  evidence: z
    .string()
    .trim()
    .min(least, `请写明证明材料（故障单号、截图编号、通话记录等），不少于 ${least} 字`)
    .max(most, `证明材料不能超过 ${most} 字`),
});
type Scope = CommandScope;

interface Taken {
  readonly kind: Measure["kind"];
  readonly why: z.infer<typeof Why>;
  readonly oldEnd: Date;
  readonly newEnd: Date;
  readonly flags: Lot["flags"];
}

const ACTIONS = {
  extended: "opening.window-extended",
  paused: "opening.paused",
  resumed: "opening.resumed",
} as const;
const SUBJECTS = { extended: "解密时间延长", paused: "开标暂停", resumed: "开标恢复" } as const;

/** Writes a measure, says it in the hall, and tells those who are not looking, the supervising body included. */
async function take(
  { tx, actor, site }: Scope,
  { lot, tender }: { lot: Lot; tender: TenderProject },
  { kind, why, oldEnd, newEnd, flags }: Taken,
  now: Date,
): Promise<Outcome<{ windowEndsAt: string }>> {
  const round = roundOfLot(lot);
  const { reason, evidence } = why;
  const updated = await updateLot(tx, lot, { windowEndsAt: newEnd, flags: [...flags] });
  await tx.insert(hallMeasures).values({
    ...{ siteId: site.id, lotId: lot.id, round, kind, reason, evidence, oldEnd, newEnd },
    ...{ orgId: actor.orgId, personId: actor.personId, at: now },
  });
  // What was prepared for signing does not have the measure: it is written anew.
  const record = await openingRecordOf(tx, lot.id, round);
  if (record?.pdfFileId) {
    const table = recordsOf(round);
    await tx
      .update(table)
      .set({ pdfFileId: null, version: record.version + 1 })
      .where(eq(table.lotId, lot.id));
  }
  const text = measureText({ kind, reason, oldEnd, newEnd });
  const event = kind === "resumed" ? "resumed-by-host" : kind;
  await say(tx, site.id, lot.id, now, event, { text, windowEndsAt: newEnd.toISOString() });
  const readers = [
    ...[tender.tendererOrgId, tender.agencyOrgId, tender.supervisorOrgId].filter((org) => org !== null),
    ...(await standingBids(tx, lot.id)).map(({ orgId }) => orgId),
  ];
  const jobs = await writeLetters(
    tx,
    site.id,
    now,
    [...new Set(readers)].map((orgId) => ({
      orgId,
      lotId: lot.id,
      kind: "opening-measure",
      subject: `${SUBJECTS[kind]}：标段 ${lot.code}`,
      body: `${text}。`,
      byPhone: true,
    })),
  );
  const message: HubMessage = {
    dataset: "517",
    tenderProjectId: tender.id,
    lotId: lot.id,
    subject: `${lot.code}-${kind}-${ts14(now)}`,
    body: {
      ...lotKeys(lot, tender),
      EXCEPITON_NAME: `${lot.name}${SUBJECTS[kind]}`,
      EXCEPITON_INFOR: text,
      APPROVAL_RESULT: SUBJECTS[kind],
      APPROVAL_TIME: ts14(now),
      EXCEPITON_TYPE: "9",
    },
  };
  return {
    result: { windowEndsAt: newEnd.toISOString() },
    trail: [
      {
        action: ACTIONS[kind],
        subject: lot.code,
        lotId: lot.id,
        chain: `project:${lot.tenderProjectId}`,
        facts: { reason, evidence, oldEnd: oldEnd.toISOString(), newEnd: newEnd.toISOString() },
        changed: { before: lotFace(lot), after: lotFace(updated) },
      },
    ],
    hub: [message],
    jobs: [
      ...jobs,
      { name: "deliver-outbox", payload: {}, key: `deliver:${site.id}` },
      ...(kind === "resumed" ? [{ name: "settle-opening", payload: { lotId: lot.id }, key: `settle:${lot.id}` }] : []),
    ],
  };
}

/**
 * The host extends the decryption window for everybody (延长解密时间), with its reason: while it runs, and by no more in all than
 * the window that the tender document printed. What the platform itself lost is given back by its own rule.
 */
export const extendWindow = defineCommand({
  name: "opening.extend-window",
  input: Why.extend({
    minutes: z
      .int({ error: "请填写延长的分钟数" })
      .min(EXTENSION.leastMinutes, `至少延长 ${EXTENSION.leastMinutes} 分钟`)
      .max(1440, "不能超过招标文件规定的解密时间"),
  }),
  may: roles("tenderer", "agency"),
  async run(scope, { minutes, ...why }) {
    const { tx, actor } = scope;
    const own = await lockOwnLot(tx, actor, why.lotId);
    const { lot } = own;
    const now = await scope.clock();
    const round = roundOfLot(lot);
    const printed = (await documentInForce(tx, lot.id)).content.decryptionWindowMinutes;
    const left = extensionLeft(await measuresOf(tx, lot.id, round), printed);
    const announced = (await openingRecordOf(tx, lot.id, round)) !== undefined;
    permit(refusalToExtend(lot, { minutes, left, announced }, now));
    await actAsHost({ ...scope, now }, lot);
    const oldEnd = lot.windowEndsAt!;
    const newEnd = new Date(oldEnd.getTime() + minutes * 60_000);
    return take(scope, own, { kind: "extended", why, oldEnd, newEnd, flags: lot.flags }, now);
  },
});

/**
 * The host pauses the opening for an incident (暂停开标): everything stands still, the window too. Keys that were released before
 * are kept and used after it; a release that comes in it is refused in words and can be made again.
 */
export const pauseOpening = defineCommand({
  name: "opening.pause",
  input: Why,
  may: roles("tenderer", "agency"),
  async run(scope, why) {
    const own = await lockOwnLot(scope.tx, scope.actor, why.lotId);
    const { lot } = own;
    const now = await scope.clock();
    const record = await openingRecordOf(scope.tx, lot.id, roundOfLot(lot));
    permit(refusalToPause(lot, record?.signedAt != null));
    await actAsHost({ ...scope, now }, lot);
    const end = lot.windowEndsAt!;
    const flags = [...lot.flags, "SUSPENDED_INCIDENT" as const];
    return take(scope, own, { kind: "paused", why, oldEnd: end, newEnd: end, flags }, now);
  },
});

/** The host resumes a paused opening (恢复开标): the window goes on with the time it had left. */
export const resumeOpening = defineCommand({
  name: "opening.resume",
  input: Why,
  may: roles("tenderer", "agency"),
  async run(scope, why) {
    const own = await lockOwnLot(scope.tx, scope.actor, why.lotId);
    const { lot } = own;
    const now = await scope.clock();
    permit(refusalToResume(lot));
    await actAsHost({ ...scope, now }, lot);
    const pause = (await measuresOf(scope.tx, lot.id, roundOfLot(lot))).findLast(({ kind }) => kind === "paused")!;
    const flags = lot.flags.filter((flag) => flag !== "SUSPENDED_INCIDENT");
    // Taken from the pause itself: an order that came and went meanwhile has moved the window as well.
    const newEnd = endAfterPause(pause, now);
    return take(scope, own, { kind: "resumed", why, oldEnd: pause.oldEnd, newEnd, flags }, now);
  },
});
