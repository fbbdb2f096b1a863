import {
  type CompetitionStatement,
  competitionContent,
  ENOUGH_BIDS,
  standingStatement,
} from "@/lifecycle/evaluation/competition";
import type { CheckedMember } from "./committee-check";
import type { Findings } from "./findings";
import { CompetitionItem, ResultItem } from "./items";
import { digestOf, Unproved } from "./judge";
import type { OpenArchive } from "./open-archive";

const ITEM = "evaluation/competition.json";

/** Where fewer than three bids were ranked: the committee's statement that they compete, signed by its members (O12 art. 27). */
export async function checkCompetition(
  archive: OpenArchive,
  findings: Findings,
  members: readonly CheckedMember[],
): Promise<void> {
  const { outcome } = await archive.json("evaluation/result.json", ResultItem);
  if (outcome.ranking.length >= ENOUGH_BIDS && !archive.has(ITEM)) return;
  await findings.check("竞争认定意见：由评标委员会成员签署，过半数同意继续评审", async (problem) => {
    if (!archive.has(ITEM)) throw new Unproved("有效投标不足三个，没有评标委员会的书面认定");
    const statements = await archive.json(ITEM, CompetitionItem);
    for (const drafted of statements) {
      for (const { memberId, dissent, at, statement } of drafted.signatures) {
        const digest = digestOf(competitionContent(drafted, dissent));
        const proved = await archive.act(statement, at, { act: "evaluation.sign-competition", digest });
        if (proved.signer.fingerprint !== members.find((one) => one.memberId === memberId)?.fingerprint)
          problem(`第 ${drafted.number} 稿认定意见有不是评委本人的签名`);
      }
    }
    const read: CompetitionStatement[] = statements.map(({ signatures, ...drafted }) => ({
      ...drafted,
      signatures: signatures.map(({ memberId, dissent }) => ({
        ...{ memberId, kind: dissent ? "dissented" : "signed", text: dissent },
      })),
    }));
    const ids = members.map(({ memberId }) => memberId);
    const stands = standingStatement(ids, read, outcome.ranking.length);
    if (outcome.ranking.length < ENOUGH_BIDS && (!stands || stands.isLacking))
      problem("没有过半数成员同意的、认定仍有竞争的意见");
    return `${statements.length} 稿`;
  });
}
