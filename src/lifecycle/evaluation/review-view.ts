import type { Actor } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { activeMembers } from "@/lifecycle/committee/queries";
import { readLot } from "@/lifecycle/lot/queries";
import { openingRecordOf, revocationsOf } from "@/lifecycle/opening/queries";
import { fieldsOf, hasTwoEnvelopes } from "@/lifecycle/tender-document/envelopes";
import { documentInForce } from "@/lifecycle/tender-document/queries";
import { outcomeOfStatement } from "./competition";
import {
  competitionOf,
  computedAtIn,
  evaluatedBids,
  evaluationOf,
  firstEnvelopeIn,
  marksOf,
  rejectionsIn,
  reportOf,
  reportSignaturesOf,
  scoresOf,
  seatedMember,
  sheetsOf,
} from "./queries";

/** Everything a member's screen shows: the bids, the printed criteria, its own marks, and nobody else's. */
export async function reviewView(tx: Tx, actor: Actor, memberId: string) {
  const member = await seatedMember(tx, actor, memberId);
  const [lot, evaluation, document] = [
    await readLot(tx, member.lotId),
    await evaluationOf(tx, member.lotId),
    await documentInForce(tx, member.lotId),
  ];
  const { version } = evaluation;
  const report = await reportOf(tx, lot.id, version);
  const signatures = report ? await reportSignaturesOf(tx, report.id) : [];
  const isPriced = !hasTwoEnvelopes(document.content) || (await openingRecordOf(tx, lot.id, 2)) !== undefined;
  const own = <T extends { memberId: string }>(rows: readonly T[]) => rows.filter((row) => row.memberId === memberId);
  return {
    lot: { id: lot.id, code: lot.code, name: lot.name, state: lot.state },
    step: evaluation.step,
    ...(hasTwoEnvelopes(document.content) ? { twoEnvelopes: true as const } : {}),
    isChair: member.isChair === 1,
    ...(evaluation.step === "competition"
      ? { competition: await competitionView(tx, lot.id, evaluation, memberId) }
      : {}),
    reviewItems: document.content.reviewItems,
    criteria: document.content.criteria,
    // Fields that are still sealed have no place on a screen.
    formLabels: (isPriced ? document.content.form : fieldsOf(document.content, 1)).map(({ id, label, kind, unit }) => ({
      id,
      label,
      kind,
      unit,
    })),
    bids: await evaluatedBids(tx, lot.id, computedAtIn(evaluation.result)),
    /** Bids that were revoked since the result was computed: it stands, and they are candidates no more. */
    revoked: [...(await revocationsOf(tx, lot.id)).keys()],
    rejected: rejectionsIn(evaluation.result),
    marks: own(await marksOf(tx, lot.id, version)).map(({ bidId, item, verdict, ground, reason, place }) => ({
      bidId,
      item,
      verdict,
      ground,
      reason,
      place,
    })),
    scores: own(await scoresOf(tx, lot.id, version)).map(({ bidId, item, scoreHundredths, reason }) => ({
      bidId,
      item,
      scoreHundredths,
      reason,
    })),
    signedSteps: {
      preliminary: own(await sheetsOf(tx, lot.id, version, "preliminary")).length > 0,
      detailed: own(await sheetsOf(tx, lot.id, version, "detailed")).length > 0,
      firstEnvelope: own(await sheetsOf(tx, lot.id, version, "first-envelope")).length > 0,
    },
    /** What the committee is to close, or has closed, in a lot with two envelopes. */
    ...(firstEnvelopeIn(evaluation.result) ? { firstEnvelope: firstEnvelopeIn(evaluation.result)! } : {}),
    ...(lot.secondOpeningAt ? { secondOpeningAt: lot.secondOpeningAt.toISOString() } : {}),
    result: evaluation.step === "report" || evaluation.step === "done" ? evaluation.result : null,
    report: report
      ? {
          id: report.id,
          pdfFileId: report.pdfFileId,
          mine: signatures.some((row) => row.memberId === memberId),
          signed: signatures.length,
        }
      : null,
  };
}

/** The last draft of the statement on competition as one member sees it: what the others answered stands in the report. */
async function competitionView(
  tx: Tx,
  lotId: string,
  { version, result }: { version: number; result: Record<string, unknown> | null },
  memberId: string,
) {
  const last = (await competitionOf(tx, lotId, version)).at(-1);
  const members = (await activeMembers(tx, lotId)).map(({ id }) => id);
  const bids = await evaluatedBids(tx, lotId);
  const rejected = rejectionsIn(result);
  return {
    validBids: bids.filter(({ bidId }) => !rejected.some((row) => row.bidId === bidId)).length,
    ...(last
      ? {
          draft: {
            ...{ number: last.number, validBids: last.validBids, isLacking: last.isLacking, text: last.text },
            outcome: outcomeOfStatement(members, last),
            answered: last.signatures.length,
            of: members.length,
            isMine: last.signatures.some((row) => row.memberId === memberId),
          },
        }
      : {}),
  };
}

export type ReviewView = Awaited<ReturnType<typeof reviewView>>;
