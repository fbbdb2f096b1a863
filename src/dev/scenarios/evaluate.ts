import { eq } from "drizzle-orm";
import { fromBase64url } from "@/core/bytes";
import { addHours } from "@/core/time";
import { inContext } from "@/kit/db/context";
import { buildArchive } from "@/lifecycle/archive/build";
import { decideAward, decisionDigest } from "@/lifecycle/award/commands/decide";
import { candidatesToSign, publishCandidates } from "@/lifecycle/award/commands/publish-candidates";
import { lettersToSign, sendAwardNotices } from "@/lifecycle/award/commands/send-notices";
import { candidatesOf } from "@/lifecycle/award/queries";
import { checkIn, declarationDigest, declareNoConflict } from "@/lifecycle/committee/commands/attend";
import { drawCommittee } from "@/lifecycle/committee/commands/draw";
import { requestCommittee, requestDigest } from "@/lifecycle/committee/commands/request";
import { activeMembers, type Member } from "@/lifecycle/committee/queries";
import { competitionToSign, draftCompetition, signCompetition } from "@/lifecycle/evaluation/commands/competition";
import { closeFirstEnvelope, firstEnvelopeToSign } from "@/lifecycle/evaluation/commands/first-envelope";
import { buildReport, reportFileToSign, signReport } from "@/lifecycle/evaluation/commands/report";
import { markItem, scoreItem, sheetToSign, signSheet } from "@/lifecycle/evaluation/commands/review";
import { settleEvaluation } from "@/lifecycle/evaluation/commands/settle";
import { startEvaluation } from "@/lifecycle/evaluation/commands/start";
import { competitionOf, evaluatedBids, evaluationOf, rejectionsIn, reportOf } from "@/lifecycle/evaluation/queries";
import { profileOf } from "@/lifecycle/law/clauses";
import { candidatePeriodEnd } from "@/lifecycle/law/clocks";
import { prepareOpeningRecord, signOpeningRecord } from "@/lifecycle/opening/commands/record";
import { confirmOpening } from "@/lifecycle/opening/commands/remark";
import { announceSecondOpening, openSecond } from "@/lifecycle/opening/commands/second";
import { settleOpening } from "@/lifecycle/opening/commands/settle";
import { announcedRecordOf, openingRecordOf } from "@/lifecycle/opening/queries";
import { roundOfLot } from "@/lifecycle/opening/rounds";
import { seats } from "@/lifecycle/seat/tables";
import { documentInForce } from "@/lifecycle/tender-document/queries";
import { readOwnLot } from "@/lifecycle/tender-project/queries";
import { digestToSign } from "@/platform/file/pdf-signature";
import { actorOf, type Person, signActAs, signPdfAs } from "./person";
import type { Stage } from "./world-state";

const service = (stage: Stage) => ({ siteId: stage.app.site.id, role: "platform" });

/** Waits until something that services make is there, helping them along. */
async function wait<T>(look: () => Promise<T | undefined>, help: () => Promise<void>): Promise<T> {
  for (let i = 0; i < 200; i++) {
    const found = await look();
    if (found !== undefined) return found;
    await help();
    await new Promise((done) => setTimeout(done, 30));
  }
  throw new Error("a service did not finish its work");
}

/** Bidders confirm what was announced; the host signs data and PDF of the record. */
export async function signRecord(stage: Stage, lotId: string, confirming: readonly Person[]): Promise<void> {
  const record = await wait(
    () =>
      inContext(stage.worker.db, service(stage), async (tx) => openingRecordOf(tx, lotId, await roundIn(stage, lotId))),
    () => stage.serve(settleOpening, { lotId }),
  );
  const { code } = await stage.lot(lotId);
  const round = await roundIn(stage, lotId);
  for (const bidder of confirming) {
    const statement = await signActAs(bidder, stage.app, {
      act: "opening.confirm",
      subject: code,
      digest: record.recordHash,
    });
    await stage.act(bidder, confirmOpening, { lotId, statement });
  }
  const agency = stage.person("agency");
  const actor = actorOf(agency, stage.app.site.id);
  await stage.act(agency, prepareOpeningRecord, { lotId });
  const prepared = await inContext(stage.app.db, actor, (tx) => announcedRecordOf(tx, lotId, round));
  const pdf = await digestToSign(stage.app, actor, prepared.pdfFileId!);
  const statement = await signActAs(agency, stage.app, {
    act: "opening.sign-record",
    subject: code,
    digest: prepared.recordHash,
  });
  await stage.act(agency, signOpeningRecord, {
    lotId,
    statement,
    pdf: { cms: await signPdfAs(agency, fromBase64url(pdf.digest)), signingTime: pdf.signingTime },
  });
}

const roundIn = async (stage: Stage, lotId: string) => roundOfLot(await stage.lot(lotId));

export interface Seated {
  readonly member: Member;
  readonly person: Person;
  readonly seatId: string;
}

/** Requests a committee of five and draws it. */
export async function formCommittee(stage: Stage, lotId: string, evaluationAt: Date): Promise<Seated[]> {
  const agency = stage.person("agency");
  const { code } = await stage.lot(lotId);
  const request = {
    lotId,
    speciality: "房屋建筑",
    memberCount: 5,
    standbyCount: 2,
    evaluationAt: evaluationAt.toISOString(),
    avoidance: [],
  };
  const statement = await signActAs(agency, stage.app, {
    act: "committee.request",
    subject: code,
    digest: await requestDigest(request),
  });
  await stage.act(agency, requestCommittee, { ...request, statement });
  const members = await wait(
    async () => {
      const found = await inContext(stage.worker.db, service(stage), (tx) => activeMembers(tx, lotId));
      return found.length === 5 ? found : undefined;
    },
    () => stage.serve(drawCommittee, { lotId }),
  );
  return members.map((member) => ({
    member,
    seatId: member.seatId!,
    person: [...stage.people.values()].find(({ personId }) => personId === member.personId)!,
  }));
}

/** Members check in at their seats and declare. */
export async function seatMembers(stage: Stage, lotId: string, committee: readonly Seated[]): Promise<void> {
  const { code } = await stage.lot(lotId);
  for (const { member, person, seatId } of committee) {
    const [seat] = await inContext(stage.worker.db, service(stage), (tx) =>
      tx.select().from(seats).where(eq(seats.id, seatId)),
    );
    await stage.act(person, checkIn, { memberId: member.id, seatCode: seat!.code });
    const statement = await signActAs(person, stage.app, {
      act: "committee.declare",
      subject: code,
      digest: await declarationDigest(code),
    });
    await stage.act(person, declareNoConflict, { memberId: member.id, statement });
  }
}

/** All members sit and have declared; the host starts the evaluation. */
export async function seatCommittee(stage: Stage, lotId: string, committee: readonly Seated[]): Promise<void> {
  await seatMembers(stage, lotId, committee);
  await stage.act(stage.person("agency"), startEvaluation, { lotId });
}

/** The members that were drawn for a lot, as a scenario needs them. */
export async function seatedOf(stage: Stage, lotId: string): Promise<Seated[]> {
  const members = await inContext(stage.worker.db, service(stage), (tx) => activeMembers(tx, lotId));
  return members.map((member) => ({
    member,
    seatId: member.seatId!,
    person: [...stage.people.values()].find(({ personId }) => personId === member.personId)!,
  }));
}

/** Points out of a hundredth scale for one member, bid and criterion: different, plausible, the same every time. */
const scoreFor = (max: number, bid: number, member: number, item: number): number =>
  Math.floor((max * (92 - 3 * ((bid * 2 + item) % 5) - ((member + bid) % 3))) / 100);

const FAILED = {
  verdict: "fail",
  ground: "RJ-6",
  reason: "施工方案缺少招标文件要求的专项方案，未作实质性响应",
  place: "技术文件第 1 页",
} as const;

/** One step for all members: marks or scores of every bid, then the signed sheet. */
export async function review(
  stage: Stage,
  lotId: string,
  committee: readonly Seated[],
  step: "preliminary" | "detailed",
  /** Ids of bids that fail their first item. */
  failing: readonly string[] = [],
): Promise<void> {
  const facts = await inContext(stage.worker.db, service(stage), async (tx) => {
    const rejected = rejectionsIn((await evaluationOf(tx, lotId)).result).map(({ bidId }) => bidId);
    return {
      bids: (await evaluatedBids(tx, lotId)).filter(({ bidId }) => !rejected.includes(bidId)),
      document: (await documentInForce(tx, lotId)).content,
    };
  });
  for (const [m, { member, person, seatId }] of committee.entries()) {
    for (const [b, { bidId }] of facts.bids.entries()) {
      if (step === "preliminary") {
        for (const [i, { id: item }] of facts.document.reviewItems.entries()) {
          const verdict = i === 0 && failing.includes(bidId) ? FAILED : ({ verdict: "pass" } as const);
          await stage.act(person, markItem, { memberId: member.id, bidId, item, ...verdict }, seatId);
        }
      } else {
        for (const [i, { id: item, maxHundredths }] of facts.document.criteria.entries()) {
          await stage.act(
            person,
            scoreItem,
            { memberId: member.id, bidId, item, scoreHundredths: scoreFor(maxHundredths, b, m, i) },
            seatId,
          );
        }
      }
    }
    const actor = actorOf(person, stage.app.site.id, seatId);
    const toSign = await inContext(stage.app.db, actor, (tx) => sheetToSign(tx, actor, member.id, step));
    await stage.act(
      person,
      signSheet,
      { memberId: member.id, step, statement: await signActAs(person, stage.app, toSign) },
      seatId,
    );
  }
  await wait(
    async () =>
      (await inContext(stage.worker.db, service(stage), (tx) => evaluationOf(tx, lotId))).step === step
        ? undefined
        : true,
    () => stage.serve(settleEvaluation, { lotId }),
  );
}

/** Every member signs the result of the first envelopes; the lot goes on to the second opening. */
export async function closeFirstEnvelopes(stage: Stage, lotId: string, committee: readonly Seated[]): Promise<void> {
  await signFirstEnvelopes(stage, committee);
  await stage.until(lotId, "E1b", () => stage.serve(settleEvaluation, { lotId }));
}

/** Members sign the result of the first envelopes. */
export async function signFirstEnvelopes(stage: Stage, committee: readonly Seated[]): Promise<void> {
  for (const { member, person, seatId } of committee) {
    const actor = actorOf(person, stage.app.site.id, seatId);
    const toSign = await inContext(stage.app.db, actor, (tx) => firstEnvelopeToSign(tx, actor, member.id));
    const statement = await signActAs(person, stage.app, toSign);
    await stage.act(person, closeFirstEnvelope, { memberId: member.id, statement }, seatId);
  }
}

/** The chair drafts the statement on competition, and every member answers it; those named dissent. */
export async function stateCompetition(
  stage: Stage,
  lotId: string,
  committee: readonly Seated[],
  isLacking: boolean,
  dissenting: readonly string[] = [],
): Promise<void> {
  const chair = committee.find(({ member }) => member.isChair === 1)!;
  const text = isLacking
    ? "剩余投标报价接近且均高于同类工程水平，明显缺乏竞争"
    : "剩余投标人各自独立编制投标文件，报价仍有竞争，继续评审";
  await stage.act(chair.person, draftCompetition, { memberId: chair.member.id, isLacking, text }, chair.seatId);
  await signCompetitionAs(stage, lotId, committee, dissenting);
}

/** Members answer the last draft of the statement on competition; those named dissent. */
export async function signCompetitionAs(
  stage: Stage,
  lotId: string,
  members: readonly Seated[],
  dissenting: readonly string[] = [],
): Promise<void> {
  const { version } = await inContext(stage.worker.db, service(stage), (tx) => evaluationOf(tx, lotId));
  const drafts = await inContext(stage.worker.db, service(stage), (tx) => competitionOf(tx, lotId, version));
  const { number } = drafts.at(-1)!;
  for (const { member, person, seatId } of members) {
    const actor = actorOf(person, stage.app.site.id, seatId);
    const dissent = dissenting.includes(member.id) ? "报价差距足以说明仍有竞争，不同意认定" : "";
    const answer = { memberId: member.id, number, dissent };
    const toSign = await inContext(stage.app.db, actor, (tx) => competitionToSign(tx, actor, answer));
    const statement = await signActAs(person, stage.app, toSign);
    await stage.act(person, signCompetition, { ...answer, statement }, seatId);
  }
}

/** The host announces the second opening for an hour from now; the clock goes there, and it begins. */
export async function reachSecondOpening(stage: Stage, lotId: string): Promise<void> {
  const at = addHours(await stage.now(), 1);
  await stage.act(stage.person("agency"), announceSecondOpening, { lotId, at: at.toISOString() });
  await stage.setClock(at);
  await wait(
    async () => ((await stage.lot(lotId)).secondOpenedAt ? true : undefined),
    () => stage.serve(openSecond, { lotId }),
  );
}

/** Every member signs the report, one after another, on the same bytes. */
export async function signReportAll(stage: Stage, lotId: string, committee: readonly Seated[]): Promise<void> {
  await wait(
    () =>
      inContext(stage.worker.db, service(stage), async (tx) =>
        reportOf(tx, lotId, (await evaluationOf(tx, lotId)).version),
      ),
    () => stage.serve(buildReport, { lotId }),
  );
  for (const { member, person, seatId } of committee) {
    const actor = actorOf(person, stage.app.site.id, seatId);
    const fileId = await inContext(stage.app.db, actor, (tx) => reportFileToSign(tx, actor, member.id));
    const pdf = await digestToSign(stage.app, actor, fileId);
    await stage.act(
      person,
      signReport,
      {
        memberId: member.id,
        pdf: { cms: await signPdfAs(person, fromBase64url(pdf.digest)), signingTime: pdf.signingTime },
      },
      seatId,
    );
  }
}

/** Publishes the candidates. @returns the end of the period. */
export async function publishTheCandidates(stage: Stage, lotId: string): Promise<Date> {
  const agency = stage.person("agency");
  const actor = actorOf(agency, stage.app.site.id);
  const periodEnd = candidatePeriodEnd(await stage.now(), profileOf(stage.app.site.profile));
  const { digest, code } = await inContext(stage.app.db, actor, async (tx) => {
    const { lot, tender } = await readOwnLot(tx, actor, lotId);
    return { code: lot.code, digest: (await candidatesToSign(tx, lot, tender, periodEnd)).digest };
  });
  const statement = await signActAs(agency, stage.app, { act: "award.publish-candidates", subject: code, digest });
  await stage.act(agency, publishCandidates, { lotId, statement, periodEnd: periodEnd.toISOString() });
  return periodEnd;
}

/** The tenderer decides for rank 1 and sends all notices. */
export async function award(stage: Stage, lotId: string): Promise<void> {
  const tenderer = stage.person("tenderer");
  const actor = actorOf(tenderer, stage.app.site.id);
  const { code } = await stage.lot(lotId);
  const [first] = await inContext(stage.app.db, actor, (tx) => candidatesOf(tx, lotId));
  const decision = await signActAs(tenderer, stage.app, {
    act: "award.decide",
    subject: code,
    digest: await decisionDigest(code, first!.bidId, ""),
  });
  await stage.act(tenderer, decideAward, { lotId, bidId: first!.bidId, statement: decision });
  const { digest } = await inContext(stage.app.db, actor, async (tx) => {
    const { lot, tender } = await readOwnLot(tx, actor, lotId);
    return lettersToSign(tx, lot, tender);
  });
  const statement = await signActAs(tenderer, stage.app, { act: "award.send-notices", subject: code, digest });
  await stage.act(tenderer, sendAwardNotices, { lotId, statement });
  await stage.serve(buildArchive, { lotId });
}
