import { formatYuan } from "@/core/money";
import { formatScore } from "@/core/score";
import { partyLine } from "@/lifecycle/bidding/consortium/part";
import { markRows } from "@/lifecycle/bidding/device/marks";
import type { Member } from "@/lifecycle/committee/queries";
import type { Lot } from "@/lifecycle/lot/queries";
import { type RecordPayload, rowTitle } from "@/lifecycle/opening/record";
import { findingText, firstFindings } from "@/lifecycle/tender-document/bill/findings";
import type { TenderDocumentContent } from "@/lifecycle/tender-document/schema";
import type { TenderProject } from "@/lifecycle/tender-project/queries";
import type { BillCheck } from "./bill-check";
import { outcomeOf, rankingOf } from "./case-file";
import type { EvaluatedBid, Rejection, StatementOnCompetition } from "./queries";
import { REJECTION_GROUNDS, type RejectionGround } from "./rules";
import type { ReopeningGround } from "./tables";

interface ReportFacts {
  readonly lot: Lot;
  readonly tender: TenderProject;
  readonly document: TenderDocumentContent;
  readonly members: readonly Member[];
  readonly names: ReadonlyMap<string, string>;
  readonly bids: readonly EvaluatedBid[];
  readonly rejections: readonly Rejection[];
  /** Versions before this one, where the evaluation was done again. */
  readonly past: readonly { readonly ground: ReopeningGround }[];
  /** Statements on competition, where fewer than three valid bids were left. */
  readonly statements: readonly StatementOnCompetition[];
  /** Of a lot with a bill of quantities. */
  readonly billChecks: readonly BillCheck[];
  readonly evaluation: {
    readonly version: number;
    readonly startedAt: Date;
    readonly result: Record<string, unknown> | null;
  };
  readonly opening: Opened | undefined;
  /** The second opening of a lot with two envelopes. */
  readonly second?: Opened | undefined;
}

interface Opened {
  readonly payload: Record<string, unknown>;
  readonly recordHash: string;
}

/** The lines of an opening record as the report repeats them. */
const openingRows = (opened: Opened | undefined) =>
  ((opened?.payload as unknown as RecordPayload | undefined)?.rows ?? []).map((row) => ({
    organisation: rowTitle(row),
    outcome: row.outcome,
    cause: row.cause,
    items: row.items.map(({ label, value }) => `${label} ${value}`).join("；"),
  }));

/** One statement on competition with what every member answered. */
const statementLine = (
  f: ReportFacts,
  { number, validBids, isLacking, text, at, signatures }: StatementOnCompetition,
) => ({
  ...{ number, validBids, isLacking, text, at: at.toISOString() },
  members: f.members.map(({ id, place }) => {
    const answer = signatures.find(({ memberId }) => memberId === id);
    return { place, name: f.names.get(id) ?? "", answer: answer?.kind ?? "", dissent: answer?.text ?? "" };
  }),
});

/** Data of the report: the ten parts (O12 art. 42), each from what was decided or computed. */
export function reportPayload(f: ReportFacts) {
  const outcome = outcomeOf(f.evaluation.result);
  const nameOf = new Map(f.bids.map(({ bidId, name }) => [bidId, name]));
  const rejected = f.rejections.map((row) => ({
    ...row,
    name: nameOf.get(row.bidId) ?? "",
    groundText: REJECTION_GROUNDS[row.ground as RejectionGround] ?? row.ground,
    clause: f.document.reviewItems.find(({ id }) => id === row.item)?.clause ?? "",
  }));
  return {
    format: "xinbiao-report/1" as const,
    lot: f.lot.code,
    lotName: f.lot.name,
    tender: f.tender.name,
    version: f.evaluation.version,
    startedAt: f.evaluation.startedAt.toISOString(),
    ...(f.past.length
      ? { reopened: f.past.map(({ ground }) => ({ ...ground, kind: ground.kind ?? "reevaluate" })) }
      : {}),
    openingRecordHash: f.opening?.recordHash ?? "",
    ceiling: formatYuan(BigInt(f.document.ceilingFen)),
    members: f.members.map(({ id, isChair, place }) => ({ place, name: f.names.get(id) ?? "", chair: isChair === 1 })),
    opening: openingRows(f.opening),
    ...(f.second ? { secondRecordHash: f.second.recordHash, secondOpening: openingRows(f.second) } : {}),
    conforming: f.bids.filter(({ bidId }) => !f.rejections.some((row) => row.bidId === bidId)).map(({ name }) => name),
    rejected,
    ...(f.statements.length ? { competition: f.statements.map((row) => statementLine(f, row)) } : {}),
    method: outcome.method === "comprehensive" ? "综合评估法" : "经评审的最低投标价法",
    criteria: f.document.criteria.map(({ title, clause, maxHundredths }) => ({
      title,
      clause,
      max: formatScore(maxHundredths),
    })),
    base: outcome.base ?? "",
    rows: outcome.rows.map((row) => ({
      name: nameOf.get(row.bid) ?? row.bid,
      quoted: row.quoted,
      deviation: row.deviationPct ?? "",
      priceScore: row.priceScore ?? "",
      other: row.otherScore ?? "",
      total: row.total ?? "",
      rank: row.rank ?? 0,
    })),
    candidates: rankingOf(f.evaluation.result)
      .slice(0, 3)
      .map(({ bidId, rank, priceFen, totalHundredths }) => ({
        rank,
        name: nameOf.get(bidId) ?? "",
        price: formatYuan(priceFen),
        total: formatScore(totalHundredths),
      })),
    steps: outcome.steps.map((step) => `${step.what}：${step.formula} = ${step.value}`),
    clarifications: "无",
    ...(f.billChecks.length
      ? {
          arithmetic: f.billChecks.map(({ bidId, findings }) => ({
            name: nameOf.get(bidId) ?? "",
            findings: firstFindings(findings).map(findingText),
          })),
        }
      : {}),
    ...(f.bids.some(({ consortium, partyFindings }) => consortium || partyFindings.length)
      ? {
          bidders: f.bids.map(({ name, consortium, partyFindings }) => ({
            name,
            parties: (consortium?.parties ?? []).map(partyLine),
            findings: partyFindings,
          })),
        }
      : {}),
    ...(f.bids.some(({ device }) => device)
      ? {
          devices: f.bids.map(({ name, device, deviceFindings }) => ({
            name,
            marks: device ? markRows(device).map(([kind, text]) => `${kind} ${text}`) : [],
            findings: deviceFindings,
          })),
        }
      : {}),
  };
}
export type ReportPayload = ReturnType<typeof reportPayload>;
