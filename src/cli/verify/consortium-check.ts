import { z } from "zod";
import { membersOf, partiesTwice } from "@/lifecycle/bidding/consortium/opened";
import { bidderTitle, partyLine } from "@/lifecycle/bidding/consortium/part";
import type { Findings } from "./findings";
import type { BidItem } from "./items";
import { type OpenArchive, sameJson } from "./open-archive";
import { type CheckedPackages, evaluatedIn } from "./package-check";

const REPORT = "evaluation/report.json";
/** What the report says of the bidders; nothing where none is a consortium and none was found in two bids. */
const ReportItem = z.looseObject({
  bidders: z
    .array(z.object({ name: z.string(), parties: z.array(z.string()), findings: z.array(z.string()) }))
    .optional(),
});

/** How a bidder is printed. */
export const titleIn = ({ consortia }: CheckedPackages, { bidId, organisation }: BidItem): string =>
  bidderTitle(organisation, membersOf(consortia.get(bidId)));

/** Members' signatures and companies in two bids, found again from the packages; the report must say the same (R-5.5.4). */
export async function checkConsortia(
  archive: OpenArchive,
  findings: Findings,
  packages: CheckedPackages,
): Promise<void> {
  const { bidders } = await archive.json(REPORT, ReportItem).catch(() => ({ bidders: undefined }));
  const opened = evaluatedIn(packages);
  const twice = partiesTwice(
    opened.map(({ bidId, organisation, creditCode }) => ({
      ...{ bidId, name: organisation, creditCode },
      consortium: packages.consortia.get(bidId),
    })),
  );
  if (!bidders && !packages.consortia.size && !twice.size) return;
  await findings.check("联合体：成员签章与重复参加由投标文件复核一致", async (problem) => {
    const expected = opened.map((bid) => {
      const consortium = packages.consortia.get(bid.bidId);
      return {
        name: titleIn(packages, bid),
        parties: (consortium?.parties ?? []).map(partyLine),
        findings: [...(consortium?.findings ?? []), ...(twice.get(bid.bidId) ?? [])],
      };
    });
    for (const one of expected) {
      const said = bidders?.find(({ name }) => name === one.name);
      if (!said || !sameJson(said, one)) problem(`${REPORT} 对${one.name}的核对与复核不符`);
    }
    if (bidders?.length !== expected.length) problem(`${REPORT} 核对的家数与已解密的投标家数不符`);
    return `${packages.consortia.size} 个联合体`;
  });
  for (const bid of opened)
    for (const finding of packages.consortia.get(bid.bidId)?.findings ?? [])
      findings.note(`${titleIn(packages, bid)}：${finding}`);
}
