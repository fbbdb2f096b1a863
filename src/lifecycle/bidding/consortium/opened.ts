import type { TrustContext } from "@/crypto/statement";
import { consortiumFaults, findingOf } from "./faults";
import { bidderTitle, CONSORTIUM_BYTES, CONSORTIUM_FILE, type Party, readPart } from "./part";

/** A consortium as it was opened, with what did not hold; undefined members of a bid that has none. */
export interface OpenedConsortium {
  /** The leader first; empty when the part could not be read. */
  readonly parties: readonly Party[];
  /** SHA-256 of the agreement. */
  readonly agreement: string;
  /** For the committee, in the words of the report. */
  readonly findings: readonly string[];
}

const UNREADABLE = "投标文件中的联合体材料无法读取，请依招标文件认定。";

/** Is there a part to read among the files of a bid, of a length that one has? */
export const consortiumFileOf = <F extends { readonly name: string; readonly size: number }>(
  files: readonly F[],
): F | undefined => files.find(({ name, size }) => name === CONSORTIUM_FILE && size <= CONSORTIUM_BYTES);

/**
 * What a package says of its bidder being a consortium, judged at the instant of receipt: machine evidence for the committee,
 * never a reason to refuse or to leave unopened.
 *
 * @returns undefined for a bidder that bids alone.
 */
export async function openConsortium(
  bytes: Uint8Array,
  facts: {
    readonly tender: string;
    readonly lot: string;
    readonly bidder: string;
    readonly isAllowed: boolean;
    readonly trust: TrustContext;
  },
): Promise<OpenedConsortium | undefined> {
  const part = readPart(bytes);
  if (part.kind === "alone") return undefined;
  if (part.kind === "unreadable") return { parties: [], agreement: "", findings: [UNREADABLE] };
  const faults = await consortiumFaults(part.declared, facts);
  const { parties, agreement } = part.declared.terms;
  return { parties, agreement, findings: faults.map(findingOf) };
}

/** Members of a consortium beside the leader, who is the bidder itself. */
export const membersOf = (consortium: Pick<OpenedConsortium, "parties"> | null | undefined): readonly Party[] =>
  consortium?.parties.slice(1) ?? [];

export interface BidParties {
  readonly bidId: string;
  /** Name of the bidder itself. */
  readonly name: string;
  readonly creditCode: string;
  readonly consortium?: OpenedConsortium | null | undefined;
}

/**
 * Companies that stand in more than one bid of a lot, alone or in a consortium (IR37, SOD-12): then all bids concerned are
 * told to the committee. @returns findings by bid.
 */
export function partiesTwice(bids: readonly BidParties[]): ReadonlyMap<string, readonly string[]> {
  const places = new Map<string, { name: string; bids: Set<BidParties> }>();
  // Also a leader that is not who handed the bid in: it is named as bidding all the same.
  for (const bid of bids)
    for (const { name, creditCode } of [bid, ...(bid.consortium?.parties ?? [])]) {
      const place = places.get(creditCode) ?? { name, bids: new Set<BidParties>() };
      place.bids.add(bid);
      places.set(creditCode, place);
    }
  const findings = new Map<string, string[]>();
  for (const { name, bids: concerned } of places.values()) {
    if (concerned.size < 2) continue;
    const titles = [...concerned].map((bid) => {
      const members = membersOf(bid.consortium);
      return members.length ? bidderTitle(bid.name, members) : `${bid.name}（单独投标）`;
    });
    for (const { bidId } of concerned)
      findings.set(bidId, [
        ...(findings.get(bidId) ?? []),
        `“${name}”同时出现在：${titles.join("、")}。联合体各方在同一招标项目中单独投标或者参加其他联合体的，相关投标均无效（《招标投标法实施条例》第三十七条）。`,
      ]);
  }
  return findings;
}
