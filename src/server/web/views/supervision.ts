import { Refused, refuse } from "@/core/refusal";
import { formatInstant } from "@/core/time";
import type { Actor } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { legalNow } from "@/kit/db/context";
import { trailOf } from "@/kit/trail-queries";
import { activeMembers, memberCodes, memberNames, requestOf } from "@/lifecycle/committee/queries";
import { evaluationOf } from "@/lifecycle/evaluation/queries";
import { STEP_NAMES } from "@/lifecycle/evaluation/steps";
import { type RoundWords, roundOf, roundWords } from "@/lifecycle/law/rounds";
import type { Lot } from "@/lifecycle/lot/queries";
import { hasReached } from "@/lifecycle/lot/states";
import { lintAnswersOf } from "@/lifecycle/notice/queries";
import { hallView } from "@/lifecycle/opening/hall-view";
import { openingRecordOf } from "@/lifecycle/opening/queries";
import type { RecordPayload } from "@/lifecycle/opening/record";
import { securityLines } from "@/lifecycle/opening/securities";
import { instructionsOf, supervisionPoints } from "@/lifecycle/supervision/queries";
import { readOwnLot, supervises } from "@/lifecycle/tender-project/queries";
import { prequalFailureText } from "./public-tender";
import { roundView } from "./supervision-round";

const recordShown = async (tx: Tx, lotId: string) =>
  (await openingRecordOf(tx, lotId))?.payload as unknown as RecordPayload | undefined;

/** Why nothing of an opening is shown yet, or never will be. */
const sealedText = (lot: Lot, words: RoundWords): string => {
  const failure = prequalFailureText(lot, words);
  if (lot.state === "F1" && failure)
    return `${words.round}失败：${failure}。${words.sender}的名称和数量对其他任何人保密。`;
  if (lot.state === "F1") return "投标人少于三个，依法未开标。投标人名称和数量永久保密。";
  return "开标前不显示投标情况（法定），监督人员同样如此。";
};

/** A lot as its supervisor sees it: steps and what has been opened, nothing that is still sealed. @throws Refused `not_found` */
export async function supervisionView(tx: Tx, actor: Actor, lotId: string) {
  const { lot, tender } = await readOwnLot(tx, actor, lotId);
  if (!supervises(actor, tender)) throw new Refused(refuse("not_found", "general.not_found"));
  const hall = lot.openedAt ? await hallView(tx, actor, lotId) : undefined;
  const present = (await activeMembers(tx, lotId)).filter(({ signedInAt }) => signedInAt);
  const names = await memberNames(tx, present);
  const codes = await memberCodes(tx, present);
  const request = await requestOf(tx, lotId);
  const words = roundWords(tender.regime);
  const time = (title: string, at: Date | null): [string, string][] => (at ? [[title, formatInstant(at)]] : []);
  return {
    now: (await legalNow(tx)).toISOString(),
    title: `${tender.name} ${lot.name}`,
    lot: { id: lot.id, code: lot.code, state: lot.state, flags: [...lot.flags] },
    timetable: [
      ...time("公告发布", lot.noticePublishedAt),
      ...time("法定媒介发布", lot.mediaPublishedAt),
      ...time("获取文件开始", lot.saleStart),
      ...time("获取文件截止", lot.saleEnd),
      ...time(words.deadline, lot.applicationDeadline),
      ...time(`${words.short}解密结束`, lot.applicationWindowEndsAt),
      ...time(words.states.P3, lot.reviewStartedAt),
      ...time(words.states.P4, lot.resultsSentAt),
      ...time("投标截止、开标", lot.bidDeadline),
      ...time("解密结束", lot.windowEndsAt),
      ...time("第二信封开标", lot.secondOpenedAt ?? lot.secondOpeningAt),
      ...time("评标开始", request?.evaluationAt ?? null),
      ...time("候选人公示", lot.candidatesPublishedAt),
      ...time("公示期满", lot.candidatePeriodEndsAt),
      ...time("中标通知书发出", lot.awardedAt),
    ],
    hall,
    sealed: sealedText(lot, words),
    round: roundOf(tender.regime),
    firstRound: await roundView(tx, lot, tender),
    securities: await securityLines(tx, lot),
    // At the second opening of a lot with two envelopes the first one's record stays in sight.
    ...(hall?.envelope === 2 ? { firstRecord: await recordShown(tx, lotId) } : {}),
    committee: request
      ? {
          asked: request.memberCount,
          present: present.map((member) => ({
            id: member.id,
            name: `${names.get(member.id) ?? ""}（${codes.get(member.id) ?? ""}）`,
            declared: member.declaredAt !== null,
          })),
        }
      : undefined,
    step:
      hasReached(lot.state, "E1") || lot.state === "F2" ? STEP_NAMES[(await evaluationOf(tx, lotId)).step] : undefined,
    lint: (await lintAnswersOf(tx, lotId)).map(({ id, rule, place, sentence, reason, at }) => ({
      id,
      rule,
      place,
      sentence,
      reason,
      at: formatInstant(at),
    })),
    points: await supervisionPoints(tx, lot, tender),
    instructions: await instructionsOf(tx, lotId),
    trail: await trailOf(tx, `project:${tender.id}`),
  };
}
