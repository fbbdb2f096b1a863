/** A company of a bid: the bidder itself, or a member of its consortium that is registered here. */
export interface InterestedParty {
  readonly name: string;
  readonly creditCode: string;
  /** 法定代表人, as registered; empty when it is not known. */
  readonly represent: string;
}

export interface InterestedBid {
  readonly bidId: string;
  readonly parties: readonly InterestedParty[];
}

const SAME_PERSON = "单位负责人为同一人的不同单位，不得参加同一标段投标（《招标投标法实施条例》第三十四条第二款）";
const RELATED =
  "与招标人存在利害关系可能影响招标公正性的法人、其他组织或者个人，不得参加投标（《招标投标法实施条例》第三十四条第一款）";

/**
 * Conflicts of interest that registrations and the tenderer's list show (IR34): a bidder whose chief person is also that of
 * another bidder or of who tenders, and a bidder that the tenderer named as related. Evidence for the committee, which
 * decides; people of one name are not always one person, and it says so.
 *
 * @returns findings by bid; bids without one are left out.
 */
export function interestFindings(
  bids: readonly InterestedBid[],
  tenderers: readonly InterestedParty[],
  relations: readonly { readonly creditCode: string; readonly relation: string }[],
): ReadonlyMap<string, readonly string[]> {
  const findings = new Map<string, string[]>();
  const tell = (bidId: string, finding: string) => findings.set(bidId, [...(findings.get(bidId) ?? []), finding]);
  for (const bid of bids)
    for (const party of bid.parties) {
      const others = bids.flatMap(({ bidId, parties }) => (bidId === bid.bidId ? [] : parties));
      for (const other of others)
        if (party.represent && party.represent === other.represent && party.creditCode !== other.creditCode)
          tell(
            bid.bidId,
            `“${party.name}”与“${other.name}”登记的法定代表人同名（${party.represent}），请核对是否同一人：${SAME_PERSON}。`,
          );
      for (const tenderer of tenderers)
        if (party.represent && party.represent === tenderer.represent)
          tell(
            bid.bidId,
            `“${party.name}”与“${tenderer.name}”登记的法定代表人同名（${party.represent}），请核对是否同一人：${RELATED}。`,
          );
      const related = relations.find(({ creditCode }) => creditCode === party.creditCode);
      if (related) tell(bid.bidId, `招标人登记“${party.name}”与其有利害关系（${related.relation}）：${RELATED}。`);
    }
  return findings;
}
