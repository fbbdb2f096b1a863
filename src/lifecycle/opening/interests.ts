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
  const byPerson = new Map<string, (InterestedParty & { readonly bidId: string })[]>();
  for (const { bidId, parties } of bids)
    for (const party of parties)
      if (party.represent)
        byPerson.set(party.represent, [...(byPerson.get(party.represent) ?? []), { ...party, bidId }]);
  const sameName = (party: InterestedParty, others: readonly InterestedParty[], rule: string) =>
    `“${party.name}”与${named(others)}登记的法定代表人同名（${party.represent}），请核对是否同一人：${rule}。`;
  const findingsOf = ({ bidId, parties }: InterestedBid): string[] =>
    parties.flatMap((party) => {
      const others = (byPerson.get(party.represent) ?? []).filter(
        (other) => other.bidId !== bidId && other.creditCode !== party.creditCode,
      );
      const hosts = tenderers.filter(({ represent }) => party.represent && party.represent === represent);
      const related = relations.find(({ creditCode }) => creditCode === party.creditCode);
      return [
        ...(others.length ? [sameName(party, others, SAME_PERSON)] : []),
        ...(hosts.length ? [sameName(party, hosts, RELATED)] : []),
        ...(related ? [`招标人登记“${party.name}”与其有利害关系（${related.relation}）：${RELATED}。`] : []),
      ];
    });
  return new Map(bids.map((bid) => [bid.bidId, findingsOf(bid)] as const).filter(([, found]) => found.length));
}

/** Names of at most ten: a finding is read by people. */
const named = (parties: readonly InterestedParty[]): string =>
  parties
    .slice(0, 10)
    .map(({ name }) => `“${name}”`)
    .join("、") + (parties.length > 10 ? `等 ${parties.length} 家` : "");
