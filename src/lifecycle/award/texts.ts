import { capitalAmount, formatYuan } from "@/core/money";
import { formatScore } from "@/core/score";
import { formatChineseDate, formatInstant } from "@/core/time";
import type { CommandScope } from "@/kit/command";
import type { Bid } from "@/lifecycle/bidding/queries";
import { rankingAmong, rankingOf } from "@/lifecycle/evaluation/case-file";
import { computedAtIn, evaluatedBids, evaluationOf } from "@/lifecycle/evaluation/queries";
import type { Lot } from "@/lifecycle/lot/queries";
import { revocationsOf } from "@/lifecycle/opening/queries";
import type { TenderProject } from "@/lifecycle/tender-project/queries";
import { organisationOf, organisationsOf } from "@/platform/party/queries";
import type { awards } from "./tables";

type Tx = CommandScope["tx"];

export interface ListedCandidate {
  readonly bidId: string;
  readonly orgId: string;
  readonly name: string;
  readonly rank: number;
  readonly priceFen: bigint;
  readonly totalHundredths: number;
  readonly form: Record<string, string>;
}

/** The first three of the report's ranking who have not revoked since: never typed, always read (CLK-18, R-L.102). */
export async function candidateList(tx: Tx, lotId: string): Promise<ListedCandidate[]> {
  const evaluation = await evaluationOf(tx, lotId);
  const bids = new Map((await evaluatedBids(tx, lotId)).map((bid) => [bid.bidId, bid]));
  return rankingAmong(rankingOf(evaluation.result), (bidId) => bids.has(bidId))
    .slice(0, 3)
    .map(({ bidId, rank, priceFen, totalHundredths }) => {
      const bid = bids.get(bidId)!;
      return { bidId, orgId: bid.orgId, name: bid.name, rank, priceFen, totalHundredths, form: bid.form };
    });
}

/** Said in the publication, without a name: who left is on record, and no candidate. */
const MOVED_UP = "有投标人在评标报告形成后撤销投标文件，候选人按评标报告的排序和各自的报价依次递补";

const revokedSince = async (tx: Tx, lotId: string): Promise<boolean> => {
  const computedAt = computedAtIn((await evaluationOf(tx, lotId)).result);
  return [...(await revocationsOf(tx, lotId)).values()].some(({ at }) => computedAt && at > computedAt);
};

/** Items of a candidate publication (O10 art. 6). */
export async function candidatePublication(
  tx: Tx,
  lot: Lot,
  tender: TenderProject,
  list: readonly ListedCandidate[],
  periodEnd: Date,
): Promise<Record<string, string>> {
  const tenderer = await organisationOf(tx, tender.tendererOrgId);
  const agency = tender.agencyOrgId ? await organisationOf(tx, tender.agencyOrgId) : undefined;
  const publisher = agency ?? tenderer;
  return {
    lotCode: lot.code,
    lotName: lot.name,
    candidates: list
      .map(({ rank, name, priceFen, totalHundredths, form }) => {
        const lead = form.project_lead
          ? `，项目负责人 ${form.project_lead}${form.lead_certificate ? `（证书 ${form.lead_certificate}）` : ""}`
          : "";
        const period = form.period_days ? `，工期 ${form.period_days} 日历天` : "";
        const quality = form.quality ? `，质量 ${form.quality}` : "";
        return `第 ${rank} 名 ${name}：投标报价 ${formatYuan(priceFen)}，综合得分 ${formatScore(totalHundredths)}${quality}${period}${lead}，响应招标文件要求的资格能力条件`;
      })
      .concat((await revokedSince(tx, lot.id)) ? [MOVED_UP] : [])
      .join("；"),
    publicationPeriod: `至 ${formatInstant(periodEnd)}`,
    objection: `公示期内向招标人书面提出（${tenderer.name}，${tenderer.contact} ${tenderer.phone}），或在交易平台提交`,
    tendererName: tenderer.name,
    ...(agency ? { agencyName: agency.name } : {}),
    responsible: publisher.contact || publisher.name,
    supervision: tender.superviseDept,
  };
}

export interface AwardLetter {
  readonly orgId: string;
  readonly kind: "award" | "result";
  readonly number: string;
  readonly text: string;
  readonly payload: Record<string, unknown>;
}

/** One award notice and a result notice for every other bidder, in the order of their names. */
export async function awardLettersFor(
  tx: Tx,
  lot: Lot,
  tender: TenderProject,
  award: typeof awards.$inferSelect,
  bids: readonly Bid[],
): Promise<AwardLetter[]> {
  const parties = await organisationsOf(
    tx,
    bids.map(({ orgId }) => orgId),
  );
  const tenderer = await organisationOf(tx, tender.tendererOrgId);
  const winner = parties.get(award.orgId)!;
  const won = (await evaluatedBids(tx, lot.id)).find(({ bidId }) => bidId === award.bidId);
  const form = won?.form ?? {};
  const winnerTitle = won?.name ?? winner.name;
  const price = `${formatYuan(award.priceFen)}（${capitalAmount(award.priceFen)}）`;
  const base = {
    format: "xinbiao-award-letter/1",
    lot: lot.code,
    lotName: lot.name,
    tender: tender.name,
    tenderer: tenderer.name,
    winner: winnerTitle,
    decidedAt: award.decidedAt.toISOString(),
  };
  const winning: AwardLetter = {
    orgId: award.orgId,
    kind: "award",
    number: `${lot.code}-ZBTZ`,
    text: `${winnerTitle}：经评标委员会推荐，${tenderer.name}确定贵单位为${tender.name}${lot.name}的中标人。中标价 ${price}。请自本通知书发出之日起 30 日内签订合同。决定日期 ${formatChineseDate(award.decidedAt)}。`,
    payload: {
      ...base,
      kind: "award",
      number: `${lot.code}-ZBTZ`,
      to: winner.creditCode,
      priceFen: String(award.priceFen),
      projectLead: form.project_lead ?? "未采集",
      leadCertificate: form.lead_certificate ?? "未采集",
      period: form.period_days ?? "—",
      quality: form.quality ?? "—",
    },
  };
  const others = [...parties.values()]
    .filter(({ id }) => id !== award.orgId)
    .sort((a, b) => (a.creditCode < b.creditCode ? -1 : 1));
  return [
    winning,
    ...others.map((party): AwardLetter => {
      const number = `${lot.code}-JGTZ-${party.creditCode}`;
      return {
        orgId: party.id,
        kind: "result",
        number,
        text: `${party.name}：${tender.name}${lot.name}的中标人为${winnerTitle}。感谢贵单位参与投标；投标保证金将按规定退还。`,
        payload: { ...base, kind: "result", number, to: party.creditCode },
      };
    }),
  ];
}
