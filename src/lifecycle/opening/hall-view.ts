import { Refused, refuse } from "@/core/refusal";
import type { Actor } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { ownBids } from "@/lifecycle/bidding/queries";
import { readLot } from "@/lifecycle/lot/queries";
import { hasTwoEnvelopes } from "@/lifecycle/tender-document/envelopes";
import { documentInForce } from "@/lifecycle/tender-document/queries";
import { isTenderer, runsTender, supervises, tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { extensionLeft } from "./measures";
import {
  chairOf,
  hallEventsShown,
  measuresOf,
  openingRecordOf,
  openingsOf,
  remarksOf,
  revocationsOf,
  signInsOf,
} from "./queries";
import type { RecordPayload } from "./record";
import { isOpening, roundOfLot } from "./rounds";
import { hallStep, refusalToTakeChair } from "./rules";

/**
 * The hall as one reader may see it: bidders their own row, hosts and supervisors the steps. Before all is announced
 * nobody sees another's state, the host included; a failed lot shows its reason and nothing about anybody.
 */
export async function hallView(tx: Tx, actor: Actor, lotId: string) {
  const lot = await readLot(tx, lotId);
  const tender = await tenderProjectOf(tx, lot.tenderProjectId);
  const own =
    actor.role === "bidder"
      ? (await ownBids(tx, actor, lotId)).find((bid) => !bid.replacedAt && !bid.withdrawnAt)
      : undefined;
  const as = runsTender(actor, tender) ? "host" : supervises(actor, tender) ? "supervisor" : own ? "bidder" : undefined;
  if (!as || lot.state.startsWith("D")) throw new Refused(refuse("not_found", "general.not_found"));
  const round = roundOfLot(lot);
  const record = await openingRecordOf(tx, lotId, round);
  const { content } = await documentInForce(tx, lotId);
  const events = await hallEventsShown(tx, lotId);
  const chair = await chairOf(tx, lotId);
  const ownOpening = own ? (await openingsOf(tx, lotId, round)).find(({ bidId }) => bidId === own.id) : undefined;
  const isHere = ({ payload }: { payload: Record<string, unknown> }) => (payload.round ?? 1) === round;
  const list = events.find((event) => event.kind === "list" && isHere(event))?.payload as
    | { names?: string[] }
    | undefined;
  return {
    as: as as "host" | "supervisor" | "bidder",
    lot: {
      id: lot.id,
      code: lot.code,
      name: lot.name,
      state: lot.state,
      flags: lot.flags,
      bidDeadline: lot.bidDeadline?.toISOString(),
      windowEndsAt: lot.windowEndsAt?.toISOString(),
      ...(lot.secondOpeningAt ? { secondOpeningAt: lot.secondOpeningAt.toISOString() } : {}),
      ...(lot.secondOpenedAt ? { secondOpenedAt: lot.secondOpenedAt.toISOString() } : {}),
    },
    /** Of a lot with two envelopes: which one this opening is of. */
    ...(hasTwoEnvelopes(content) ? { envelope: round } : {}),
    host: chair && {
      name: chair.name,
      mine: chair.personId === actor.personId,
      // Who may take over sees whether the host is there; for everybody else it is nobody's business.
      ...(as === "host" ? { mayTake: refusalToTakeChair(lot, chair, actor.personId) === undefined } : {}),
    },
    /** For who may host: whether the host has paused, and by how much the window can still be extended. */
    ...(as === "host" && isOpening(lot) && !record?.signedAt && (!chair || chair.personId === actor.personId)
      ? {
          measures: {
            isPaused: lot.flags.includes("SUSPENDED_INCIDENT"),
            extensionLeft: record
              ? 0
              : extensionLeft(await measuresOf(tx, lotId, round), content.decryptionWindowMinutes),
          },
        }
      : {}),
    /** The tenderer confirms the record of an opening that an agency hosts. */
    countersigns: isTenderer(actor, tender) && tender.agencyOrgId !== null,
    step: hallStep(lot, record !== undefined),
    names: list?.names ?? [],
    progress: events.filter((event) => event.kind === "progress" && isHere(event)).at(-1)?.payload as
      | { done: number; total: number }
      | undefined,
    record: record
      ? {
          payload: record.payload as unknown as RecordPayload,
          hash: record.recordHash,
          prepared: record.pdfFileId !== null,
          signedAt: record.signedAt?.toISOString(),
          pdfFileId: record.signedPdfFileId ?? record.pdfFileId ?? undefined,
        }
      : undefined,
    remarks: record
      ? (await remarksOf(tx, lotId, round)).map(({ id, orgId, kind, text, answer, at }) => ({
          id,
          kind,
          text,
          answer: answer ?? undefined,
          at: at.toISOString(),
          mine: orgId === actor.orgId,
        }))
      : [],
    own: own
      ? {
          bidId: own.id,
          receiptNumber: own.receiptNumber,
          sealHash: own.sealHash,
          signedIn: (await signInsOf(tx, lotId, round)).some(({ orgId }) => orgId === actor.orgId),
          // A second envelope that is not asked for: the bid did not pass the first.
          state: ownOpening?.state ?? (round === 2 ? "never" : "sealed"),
          failureClass: ownOpening?.failureClass ?? undefined,
          revokedAt: (await revocationsOf(tx, lotId)).get(own.id)?.at.toISOString(),
        }
      : undefined,
    events: events.map(({ seq, kind, payload, at }) => ({
      seq,
      kind,
      payload: kind === "prices" ? {} : payload,
      at: at.toISOString(),
    })),
  };
}
export type HallView = Awaited<ReturnType<typeof hallView>>;
