import { and, asc, eq, sql } from "drizzle-orm";
import { Refused, refuse } from "@/core/refusal";
import type { Actor } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { leftBidders } from "@/lifecycle/bid-security/queries";
import { type CircumstanceView, findingOfCircumstance } from "@/lifecycle/bidding/circumstances/schema";
import { membersOf, type OpenedConsortium, partiesTwice } from "@/lifecycle/bidding/consortium/opened";
import { bidderTitle } from "@/lifecycle/bidding/consortium/part";
import {
  declarationFindings,
  interestLines,
  type LevelRow,
  levelFindings,
  levelRows,
} from "@/lifecycle/bidding/declaration/opened";
import { type DeviceMarks, deviceFindings } from "@/lifecycle/bidding/device/marks";
import { circumstancesOf, standingBids } from "@/lifecycle/bidding/queries";
import { type Member, ownMember } from "@/lifecycle/committee/queries";
import { readLot } from "@/lifecycle/lot/queries";
import { openingRecordOf, openingsOf, revocationsOf } from "@/lifecycle/opening/queries";
import { type SecurityLine, securityLines } from "@/lifecycle/opening/securities";
import { documentInForce } from "@/lifecycle/tender-document/queries";
import { organisationsOf } from "@/platform/party/queries";
import type { Step } from "./steps";
import {
  competitionSignatures,
  competitionStatements,
  evaluations,
  pastEvaluations,
  preliminaryMarks,
  reportSignatures,
  reports,
  scoreSheets,
  scores,
} from "./tables";

/** The evaluation of a lot; the parties get its step alone, without any result, until the report is handed in (SOD-08). */
export async function evaluationOf(tx: Tx, lotId: string) {
  const [row] = await tx.select().from(evaluations).where(eq(evaluations.lotId, lotId));
  const found = row ?? (await stepOf(tx, lotId));
  if (!found) throw new Refused(refuse("conflict", "evaluation.not_started"));
  return found as Omit<typeof found, "step"> & { step: Step };
}

async function stepOf(tx: Tx, lotId: string): Promise<typeof evaluations.$inferSelect | undefined> {
  const [seen] = await tx.execute<{ step: string; version: number; site_id: string; started_at: string | Date }>(
    sql`select s.*, l.site_id from xb_evaluation_step(${lotId}) s join lots l on l.id = ${lotId}`,
  );
  if (!seen) return undefined;
  const { step, version, site_id: siteId } = seen;
  return {
    lotId,
    siteId,
    step,
    version,
    caseFile: null,
    result: null,
    startedAt: new Date(seen.started_at),
    finishedAt: null,
  };
}

/** A member at its own seat, declared, in a lot under evaluation: whoever is not gets no bid (SOD-09). */
export async function seatedMember(tx: Tx, actor: Actor, memberId: string): Promise<Member> {
  const member = await ownMember(tx, actor, memberId);
  if (member.state !== "signed_in" || !member.declaredAt)
    throw new Refused(refuse("forbidden", "evaluation.not_declared"));
  if (!actor.seatId || actor.seatId !== member.seatId) throw new Refused(refuse("forbidden", "evaluation.not_at_seat"));
  return member;
}

export interface EvaluatedBid {
  readonly bidId: string;
  readonly orgId: string;
  readonly name: string;
  readonly form: Record<string, string>;
  readonly files: readonly { name: string; fileId: string; size: number }[];
  readonly mark: string;
  /** Who bids together, where a consortium does. */
  readonly consortium?: OpenedConsortium;
  /** What machines found of the bidders (R-5.5.4, IR37): the committee decides. */
  readonly partyFindings: readonly string[];
  /** Relations that the bidder declares, in words; undefined where it declares nothing, or was not asked. */
  readonly declaredInterests?: readonly string[];
  /** What the tenderer's list and registrations show of the same (IR34). */
  readonly foundInterests: readonly string[];
  /** Mergers, splits and the like that the bidder told of (IR38). */
  readonly circumstances: readonly CircumstanceView[];
  /** Level of the bid by required speciality (BL31). */
  readonly levels: readonly LevelRow[];
  /** Marks of the computer that sealed, where the package brought some. */
  readonly device?: DeviceMarks;
  /** Marks that another bid of the lot has, too: evidence and no verdict. */
  readonly deviceFindings: readonly string[];
  /** How the bid is secured, and what does not hold of it: the committee decides. */
  readonly security?: { readonly text: string; readonly findings: readonly string[] };
}

const securityOf = (line: SecurityLine | undefined): EvaluatedBid["security"] => ({
  text: line ? [`${line.form} ${line.amount}`, ...line.facts].join("；") : "—",
  findings: line?.findings ?? [],
});

/**
 * Decrypted bids in the order of their seals, with names and opened content. What second envelopes hold joins it when they
 * have been announced; a bid whose second envelope stayed closed at its opening is out.
 *
 * @param asOf - bids that were revoked after this instant are among them: a report speaks of what was computed.
 */
export async function evaluatedBids(tx: Tx, lotId: string, asOf?: Date): Promise<EvaluatedBid[]> {
  const bids = await standingBids(tx, lotId);
  const openings = new Map((await openingsOf(tx, lotId)).map((opening) => [opening.bidId, opening]));
  const announced = (await openingRecordOf(tx, lotId, 2)) !== undefined;
  const second = new Map(announced ? (await openingsOf(tx, lotId, 2)).map((opening) => [opening.bidId, opening]) : []);
  const revocations = await revocationsOf(tx, lotId);
  const isRevoked = (id: string) => {
    const at = revocations.get(id)?.at;
    return at !== undefined && !(asOf && at > asOf);
  };
  const parties = await organisationsOf(
    tx,
    bids.map(({ orgId }) => orgId),
  );
  // Who left before the report is in no list of it; who leaves after it stays in what was reported.
  const left = await leftBidders(tx, lotId);
  const [evaluation] = await tx
    .select({ finishedAt: evaluations.finishedAt })
    .from(evaluations)
    .where(eq(evaluations.lotId, lotId));
  const hasLeft = (orgId: string) => {
    const at = left.get(orgId);
    return at !== undefined && (!evaluation?.finishedAt || at <= evaluation.finishedAt);
  };
  const opened = bids.filter(
    ({ id, orgId }) =>
      !hasLeft(orgId) &&
      openings.get(id)?.state === "decrypted" &&
      second.get(id)?.state !== "failed" &&
      !isRevoked(id),
  );
  const twice = partiesTwice(
    opened.map(({ id, orgId }) => ({
      bidId: id,
      name: parties.get(orgId)!.name,
      creditCode: parties.get(orgId)!.creditCode,
      consortium: openings.get(id)!.consortium,
    })),
  );
  const titleOf = (bid: (typeof opened)[number]) =>
    bidderTitle(parties.get(bid.orgId)!.name, membersOf(openings.get(bid.id)!.consortium));
  const sameDevice = deviceFindings(
    opened.map((bid) => ({ bidId: bid.id, name: titleOf(bid), device: openings.get(bid.id)!.device })),
  );
  const { content } = await documentInForce(tx, lotId);
  const told = await circumstancesOf(tx, lotId);
  const securities = new Map((await securityLines(tx, await readLot(tx, lotId))).map((line) => [line.orgId, line]));
  return opened.map((bid) => {
    const opening = openings.get(bid.id)!;
    const other = second.get(bid.id);
    const { consortium, declaration, device } = opening;
    const companies = consortium?.parties.length ? consortium.parties : [parties.get(bid.orgId)!];
    const levels = levelRows(content.levels, companies, declaration?.qualifications ?? []);
    const circumstances = told.filter(({ orgId }) => orgId === bid.orgId).map(({ view }) => view);
    const declared = content.interestDeclaration && interestLines(declaration);
    return {
      bidId: bid.id,
      orgId: bid.orgId,
      name: titleOf(bid),
      form: { ...opening.form, ...other?.form },
      files: [...(opening.files ?? []), ...(other?.files ?? [])].map(({ name, fileId, size }) => ({
        ...{ name, fileId, size },
      })),
      mark: opening.failureClass ?? other?.failureClass ?? "",
      ...(consortium ? { consortium } : {}),
      partyFindings: [
        ...(consortium?.findings ?? []),
        ...(twice.get(bid.id) ?? []),
        ...opening.interests,
        ...declarationFindings(content, declaration, opening.interests),
        ...levelFindings(levels),
        ...circumstances.map(findingOfCircumstance),
      ],
      ...(declared ? { declaredInterests: declared } : {}),
      foundInterests: opening.interests,
      levels,
      circumstances,
      ...(device ? { device } : {}),
      deviceFindings: sameDevice.get(bid.id) ?? [],
      security: securityOf(securities.get(bid.orgId)),
    };
  });
}

export async function marksOf(tx: Tx, lotId: string, version: number) {
  return tx
    .select()
    .from(preliminaryMarks)
    .where(and(eq(preliminaryMarks.lotId, lotId), eq(preliminaryMarks.version, version)))
    .orderBy(asc(preliminaryMarks.item));
}

export async function scoresOf(tx: Tx, lotId: string, version: number) {
  return tx
    .select()
    .from(scores)
    .where(and(eq(scores.lotId, lotId), eq(scores.version, version)))
    .orderBy(asc(scores.item));
}

export async function sheetsOf(tx: Tx, lotId: string, version: number, step: string) {
  return tx
    .select()
    .from(scoreSheets)
    .where(and(eq(scoreSheets.lotId, lotId), eq(scoreSheets.version, version), eq(scoreSheets.step, step)));
}

export async function reportOf(tx: Tx, lotId: string, version: number) {
  const [row] = await tx
    .select()
    .from(reports)
    .where(and(eq(reports.lotId, lotId), eq(reports.version, version)));
  return row;
}

/** Versions of an evaluation that were done again, oldest first, with the ground of each. */
export async function pastEvaluationsOf(tx: Tx, lotId: string) {
  return tx
    .select()
    .from(pastEvaluations)
    .where(eq(pastEvaluations.lotId, lotId))
    .orderBy(asc(pastEvaluations.version));
}

export async function reportSignaturesOf(tx: Tx, reportId: string) {
  return tx
    .select()
    .from(reportSignatures)
    .where(eq(reportSignatures.reportId, reportId))
    .orderBy(asc(reportSignatures.at));
}

/** Statements on competition of one version of the evaluation, with who answered them, the last draft last. */
export async function competitionOf(tx: Tx, lotId: string, version: number) {
  const statements = await tx
    .select()
    .from(competitionStatements)
    .where(and(eq(competitionStatements.lotId, lotId), eq(competitionStatements.version, version)))
    .orderBy(asc(competitionStatements.number));
  const answers = await tx
    .select()
    .from(competitionSignatures)
    .where(eq(competitionSignatures.lotId, lotId))
    .orderBy(asc(competitionSignatures.at));
  return statements.map((row) => ({
    ...row,
    signatures: answers.filter(({ statementId }) => statementId === row.id),
  }));
}
export type StatementOnCompetition = Awaited<ReturnType<typeof competitionOf>>[number];

export interface Rejection {
  readonly bidId: string;
  readonly ground: string;
  readonly item: string;
  readonly reason: string;
  readonly place: string;
  readonly votes: number;
}

/** The result of the first envelopes (第一信封评审结果): who passed, with the points of all but the price. */
export interface FirstEnvelope {
  /** Ids of the bids that passed, in the order of their seals. */
  readonly passed: readonly string[];
  /** Points of all criteria by bid, as decimal text; empty where only passing counts. */
  readonly scores: Readonly<Record<string, string>>;
}

/** The result of the first envelopes, when it is computed; nothing in a lot with one envelope. */
export function firstEnvelopeIn(result: Record<string, unknown> | null): FirstEnvelope | undefined {
  return result?.firstEnvelope as FirstEnvelope | undefined;
}

/** When the result was computed; bids that were revoked later are in it. */
export function computedAtIn(result: Record<string, unknown> | null): Date | undefined {
  return typeof result?.computedAt === "string" ? new Date(result.computedAt) : undefined;
}

/**
 * Rejections as they stand in the evaluation's result: those decided in the preliminary review, and of a lot with two
 * envelopes those whose second one held no price.
 */
export function rejectionsIn(result: Record<string, unknown> | null): readonly Rejection[] {
  const { rejections, secondRejections } = (result ?? {}) as Record<string, Rejection[] | undefined>;
  return [...(rejections ?? []), ...(secondRejections ?? [])];
}
