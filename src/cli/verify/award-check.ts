import { formatYuan } from "@/core/money";
import { formatScore } from "@/core/score";
import { rankingAmong, rankingOf } from "@/lifecycle/evaluation/case-file";
import { titleIn } from "./consortium-check";
import type { Findings } from "./findings";
import { DecisionItem, HubLine, LettersItem, ResultItem } from "./items";
import { digestOf } from "./judge";
import { type OpenArchive, sameJson } from "./open-archive";
import type { CheckedPackages } from "./package-check";

/** Candidates are the ranking's first, the winner is one of them, and every letter lies under the one signature. */
export async function checkAward(archive: OpenArchive, findings: Findings, packages: CheckedPackages): Promise<void> {
  const { bids } = packages;
  const { code } = archive.manifest.lot;
  const partyOf = (bidId: string) => bids.find((bid) => bid.bidId === bidId);
  await findings.check("公示的中标候选人就是评标结果的前几名", async (problem) => {
    const { candidates } = await archive.json("award/decision.json", DecisionItem);
    const notice = (await archive.notices()).findLast(({ kind }) => kind === "candidates");
    // Left out of the ranking's first is nobody but who has revoked by its own signature.
    const stands = (bidId: string) =>
      !packages.revokedLater.has(bidId) || candidates.some((one) => one.bidId === bidId);
    const ranking = rankingOf(await archive.json("evaluation/result.json", ResultItem));
    const best = rankingAmong(ranking, stands).slice(0, 3);
    const expected = best.map(({ rank, bidId, priceFen, totalHundredths }) => ({
      ...{
        rank,
        bidId,
        organisation: partyOf(bidId)?.organisation ?? "",
        creditCode: partyOf(bidId)?.creditCode ?? "",
      },
      ...{ priceFen: String(priceFen), total: formatScore(totalHundredths) },
    }));
    if (!sameJson(expected, candidates)) problem("award/decision.json 的候选人与评标结果不符");
    const text = notice?.fields.candidates ?? "";
    for (const { rank, bidId, priceFen, total } of expected) {
      const bid = partyOf(bidId);
      const words = `第 ${rank} 名 ${bid ? titleIn(packages, bid) : ""}：投标报价 ${formatYuan(BigInt(priceFen))}，综合得分 ${total}`;
      if (!text.includes(words)) problem(`中标候选人公示中没有“${words}”`);
    }
    if (text.split(/(?:^|；)第 \d+ 名 /).length - 1 !== expected.length) problem("中标候选人公示的人数与评标结果不符");
    return `${expected.length} 名`;
  });
  await findings.check("定标决定：招标人签署，中标人在候选人之中", async (problem) => {
    const { candidates, bidId, priceFen, ground, at, statement } = await archive.json(
      "award/decision.json",
      DecisionItem,
    );
    const { creditCode } = await archive.act(statement, at, {
      act: "award.decide",
      digest: digestOf({ lot: code, bidId, ground }),
    });
    if (creditCode !== archive.manifest.tender.tenderer.creditCode) problem("定标决定不是招标人签署的");
    const winner = candidates.find((one) => one.bidId === bidId);
    if (!winner) problem("中标人不在中标候选人之中");
    else if (winner.priceFen !== priceFen) problem("中标价不是中标人的价格");
    const { facts, subject } = archive.trails!.last("award.decided");
    if (subject !== bidId || facts.priceFen !== priceFen) problem("留痕中的定标决定与此不符");
    return winner && `${winner.organisation}，${formatYuan(BigInt(priceFen))}`;
  });
  await findings.check("中标通知书和全部中标结果通知书在招标人的同一签名之下", async (problem) => {
    const { letters, at, statement } = await archive.json("award/letters.json", LettersItem);
    const decision = await archive.json("award/decision.json", DecisionItem);
    const digest = digestOf({ letters: letters.map(({ number, payload }) => ({ number, sha256: digestOf(payload) })) });
    const { creditCode } = await archive.act(statement, at, { act: "award.send-notices", digest });
    if (creditCode !== archive.manifest.tender.tenderer.creditCode) problem("通知书不是招标人签署的");
    const standing = bids.filter((bid) => bid.standing === "standing");
    for (const bid of standing) {
      const own = letters.filter((letter) => letter.creditCode === bid.creditCode);
      const kind = bid.bidId === decision.bidId ? "award" : "result";
      if (own.length !== 1 || own[0]?.kind !== kind || own[0].payload.to !== bid.creditCode)
        problem(`${bid.organisation}没有应得的通知书`);
      if (kind === "award" && own[0]?.payload.priceFen !== decision.priceFen) problem("中标通知书的价格与定标决定不符");
    }
    if (letters.length !== standing.length) problem(`通知书 ${letters.length} 份，投标人 ${standing.length} 家`);
    const sent = archive.trails?.last("award-notices.sent").facts.letters;
    if (
      !sameJson(
        sent ?? [],
        letters.map(({ number }) => number),
      )
    )
      problem("留痕中发出的通知书与此不符");
    return `${letters.length} 份`;
  });
}

/** Messages to the public service hub: each body is the one whose hash was sent. */
export async function checkHub(archive: OpenArchive, findings: Findings): Promise<void> {
  let open = 0;
  await findings.check("与公共服务平台交换的报文", async (problem) => {
    let count = 0;
    for await (const value of archive.lines("hub/messages.jsonl")) {
      const { key, body, bodyHash, ack } = HubLine.parse(value);
      count++;
      if (digestOf(body) !== bodyHash) problem(`报文 ${key} 的内容与哈希不符`);
      if (ack && ack.key !== key) problem(`报文 ${key} 的回执属于其他报文`);
      if (!ack) open++;
    }
    return `${count} 条`;
  });
  if (open) findings.note(`${open} 条报文在归档时尚未收到回执`);
}
