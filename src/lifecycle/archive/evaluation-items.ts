import { formatScore } from "@/core/score";
import { DECLARATION } from "@/lifecycle/committee/declaration";
import type { ArchiveFacts } from "./collect";
import { json, type PlannedItem, partyOf } from "./planned-item";

/** Committee, sheets, case file, result and report. */
export function evaluationItems(facts: ArchiveFacts): PlannedItem[] {
  const { evaluation, request, members } = facts;
  const sheets = facts.sheets.map(({ memberId, step, at, statement }) => ({
    memberId,
    step,
    at,
    rows: sheetRows(facts, memberId, step),
    statement,
  }));
  return [
    json("H", "committee/draws.json", "抽取记录", {
      nonces: facts.nonces.map(({ party, commitment, nonce }) => ({ party, commitment, nonce })),
      draws: facts.draws.map(({ label, at, record }) => ({ label, at, record })),
    }),
    json("H", "committee/declarations.json", "评标委员会名单与回避声明", {
      request: request && {
        ...{ speciality: request.speciality, memberCount: request.memberCount, standbyCount: request.standbyCount },
        ...{
          avoidance: request.avoidance,
          evaluationAt: request.evaluationAt,
          at: request.at,
          statement: request.statement,
        },
      },
      text: DECLARATION,
      members: members.map(({ member, code, name, seat }) => ({
        ...{
          memberId: member.id,
          place: member.place,
          expert: code,
          name,
          state: member.state,
          chair: member.isChair === 1,
          seat,
        },
        ...{ signedInAt: member.signedInAt, declaredAt: member.declaredAt, declaration: member.declaration },
      })),
    }),
    ...(evaluation.caseFile ? [json("H", "evaluation/case.json", "评标输入", evaluation.caseFile)] : []),
    ...(evaluation.result ? [json("H", "evaluation/result.json", "评标结果", evaluation.result)] : []),
    json("H", "evaluation/sheets.json", "评审表", {
      ...{ version: evaluation.version, startedAt: evaluation.startedAt, finishedAt: evaluation.finishedAt, sheets },
      report: facts.reportSignatures.map(({ memberId, kind, text: words, at }) => ({
        memberId,
        kind,
        text: words,
        at,
      })),
    }),
    ...(facts.past.length
      ? [
          json(
            "H",
            "evaluation/past.json",
            "重新评标之前的评标",
            facts.past.map(
              ({ version, ground, startedAt, finishedAt, at, caseFile, result, outcome, report, sheets }) => ({
                ...{ version, ground, startedAt, finishedAt, at, caseFile, result, outcome, report },
                sheets: sheets.map(({ memberId, step, at: signedAt, statement }) => ({
                  ...{ memberId, step, at: signedAt, statement },
                })),
              }),
            ),
          ),
        ]
      : []),
    ...(facts.statements.length
      ? [
          json(
            "H",
            "evaluation/competition.json",
            "有效投标不足三个的书面认定",
            facts.statements.map(({ number, validBids, isLacking, text, draftedBy, at, signatures }) => ({
              ...{ number, validBids, isLacking, text, draftedBy, at },
              signatures: signatures.map(({ memberId, kind, text: dissent, at: signedAt, statement }) => ({
                ...{ memberId, kind, dissent, at: signedAt, statement },
              })),
            })),
          ),
        ]
      : []),
    ...(facts.report ? [json("H", "evaluation/report.json", "评标报告数据", facts.report.payload)] : []),
  ];
}

/** The rows of a sheet as its member signed them: same members, same order. */
function sheetRows({ marks, scores }: ArchiveFacts, memberId: string, step: string) {
  const own = <T extends { memberId: string; bidId: string; item: string }>(rows: readonly T[]) =>
    rows
      .filter((row) => row.memberId === memberId)
      .sort((a, b) => (`${a.bidId}${a.item}` < `${b.bidId}${b.item}` ? -1 : 1));
  // What was signed at the end of the first envelopes is the result itself.
  if (step === "first-envelope") return [];
  return step === "preliminary"
    ? own(marks).map(({ bidId, item: id, verdict, ground, reason, place }) => ({
        bidId,
        item: id,
        verdict,
        ground: ground ?? "",
        reason,
        place,
      }))
    : own(scores).map(({ bidId, item: id, scoreHundredths, reason }) => ({ bidId, item: id, scoreHundredths, reason }));
}

/** Candidates, decision and letters. */
export function awardItems(facts: ArchiveFacts): PlannedItem[] {
  const { award, letters } = facts;
  if (!award) return [];
  // As they were signed: the award notice first, the others by credit code, which ends their numbers.
  const ordered = [
    ...letters.filter(({ kind }) => kind === "award"),
    ...letters.filter(({ kind }) => kind !== "award"),
  ];
  const list = facts.candidates.map(({ rank, bidId, orgId, priceFen, totalHundredths }) => ({
    rank,
    bidId,
    ...partyOf(facts, orgId),
    priceFen,
    total: formatScore(totalHundredths),
  }));
  const { bidId, priceFen, ground, decidedAt, sentAt, decision } = award;
  return [
    json("I", "award/decision.json", "中标候选人与定标决定", {
      candidates: list,
      bidId,
      priceFen,
      ground,
      at: decidedAt,
      sentAt,
      statement: decision,
      ...(facts.pastAwards.length
        ? {
            past: facts.pastAwards.map((one) => ({
              ...{ bidId: one.bidId, priceFen: one.priceFen, ground: one.ground, at: one.decidedAt },
              ...{ statement: one.decision, takenBack: { at: one.at, reason: one.reason, statement: one.statement } },
            })),
          }
        : {}),
    }),
    ...(ordered[0]
      ? [
          json("I", "award/letters.json", "中标通知书与中标结果通知书", {
            at: ordered[0].at,
            statement: ordered[0].statement,
            letters: ordered.map(({ number, kind, orgId, payload }) => ({
              number,
              kind,
              ...partyOf(facts, orgId),
              payload,
            })),
          }),
        ]
      : []),
  ];
}
