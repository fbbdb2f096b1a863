import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { type CommandScope, defineCommand, roles } from "@/kit/command";
import { lockLot } from "@/lifecycle/lot/queries";
import { isTenderer, lockOwnLot, tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { requireAct } from "@/platform/identity/act";
import { StatementInput } from "@/platform/identity/schema";
import { organisationOf } from "@/platform/party/queries";
import { say } from "../events";
import { announcedRecordOf, openingsOf, remarksOf } from "../queries";
import { isOpening, roundOfLot } from "../rounds";
import { openingRemarks } from "../tables";
import { actAsHost } from "./chair";

/** The lot, when the actor bid for it and prices have been announced. */
async function lockAnnounced({ tx, actor }: Pick<CommandScope, "tx" | "actor">, lotId: string) {
  const lot = await lockLot(tx, lotId, "update");
  const round = roundOfLot(lot);
  const tender = await tenderProjectOf(tx, lot.tenderProjectId);
  const mine =
    actor.role === "tenderer"
      ? isTenderer(actor, tender) && tender.agencyOrgId !== null
      : (await openingsOf(tx, lotId, round)).some(({ orgId }) => orgId === actor.orgId);
  if (!mine) throw new Refused(refuse("not_found", "general.not_found"));
  const record = await announcedRecordOf(tx, lotId, round);
  if (!isOpening(lot) || record.signedAt) throw new Refused(refuse("conflict", "opening.record_closed"));
  return { lot, record, round };
}

/**
 * A bidder confirms the announced record with its certificate (确认开标记录); so does the tenderer where an agency is the host
 * (BL36). Who does not is named in the record: that it was refused is recorded as well.
 */
export const confirmOpening = defineCommand({
  name: "opening.confirm",
  input: z.object({ lotId: z.uuid(), statement: StatementInput }),
  may: roles("bidder", "tenderer"),
  async run(scope, { lotId, statement }) {
    const { tx, actor, site, now } = scope;
    const kind = actor.role === "tenderer" ? "countersigned" : "confirmed";
    const { lot, record, round } = await lockAnnounced(scope, lotId);
    await requireAct(scope, statement, { act: "opening.confirm", subject: lot.code, digest: record.recordHash });
    const before = (await remarksOf(tx, lotId, round)).some(
      (remark) => remark.orgId === actor.orgId && remark.kind === kind,
    );
    if (before) throw new Refused(refuse("conflict", "opening.confirmed_before"));
    await tx
      .insert(openingRemarks)
      .values({ siteId: site.id, lotId, orgId: actor.orgId, round, kind, statement, at: now });
    await say(tx, site.id, lotId, now, "confirmed", { organisation: (await organisationOf(tx, actor.orgId)).name });
    return {
      result: {},
      trail: [
        {
          action: "opening.confirmed",
          subject: lot.code,
          lotId,
          chain: `project:${lot.tenderProjectId}`,
          facts: { recordHash: record.recordHash },
        },
      ],
    };
  },
});

/** A bidder objects on the spot (开标异议, IR44); the record cannot be closed before it is answered (CLK-10). */
export const objectAtOpening = defineCommand({
  name: "opening.object",
  input: z.object({
    lotId: z.uuid(),
    text: z.string().trim().min(5, "请写明异议的事实和请求，不少于 5 字").max(2000, "异议不能超过 2000 字"),
  }),
  may: roles("bidder"),
  async run(scope, { lotId, text }) {
    const { tx, actor, site, now } = scope;
    const { lot, round } = await lockAnnounced(scope, lotId);
    await tx
      .insert(openingRemarks)
      .values({ siteId: site.id, lotId, orgId: actor.orgId, round, kind: "objection", text, at: now });
    await say(tx, site.id, lotId, now, "objection", {
      organisation: (await organisationOf(tx, actor.orgId)).name,
      text,
    });
    return {
      result: {},
      trail: [
        {
          action: "opening.objected",
          subject: lot.code,
          lotId,
          chain: `project:${lot.tenderProjectId}`,
          facts: { length: text.length },
        },
      ],
    };
  },
});

/** The host answers on the spot; the answer is part of the record. */
export const answerAtOpening = defineCommand({
  name: "opening.answer",
  input: z.object({
    lotId: z.uuid(),
    remarkId: z.uuid(),
    answer: z.string().trim().min(5, "答复不少于 5 字").max(2000, "答复不能超过 2000 字"),
  }),
  may: roles("tenderer", "agency"),
  async run(scope, { lotId, remarkId, answer }) {
    const { tx, actor, site, now } = scope;
    const { lot } = await lockOwnLot(tx, actor, lotId);
    await actAsHost(scope, lot);
    const [row] = await tx
      .update(openingRemarks)
      .set({ answer, answeredAt: now })
      .where(
        and(
          eq(openingRemarks.id, remarkId),
          eq(openingRemarks.lotId, lotId),
          eq(openingRemarks.kind, "objection"),
          isNull(openingRemarks.answeredAt),
        ),
      )
      .returning({ id: openingRemarks.id });
    if (!row) throw new Refused(refuse("conflict", "opening.no_open_objection"));
    await say(tx, site.id, lotId, now, "answer", { answer });
    return {
      result: {},
      trail: [
        {
          action: "opening.answered",
          subject: lot.code,
          lotId,
          chain: `project:${lot.tenderProjectId}`,
          facts: { remarkId },
        },
      ],
    };
  },
});
