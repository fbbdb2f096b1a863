import { compare, type Rational } from "@/core/rational";
import { CaseError, type CaseFile } from "./case-file";

/** What bids are ordered by. Higher score first where there is one, else lower evaluated price. */
export interface Rankable {
  readonly bid: string;
  readonly total?: Rational;
  readonly price: Rational;
  readonly quoted: Rational;
  readonly technical?: Rational;
}

type TieRule = "price" | "technical" | "quoted" | "draw";

export interface Ranking {
  readonly ranks: ReadonlyMap<string, number>;
  /** Bids in order of rank. */
  readonly order: readonly string[];
  /** Ties that only a draw can decide and that was not drawn yet. */
  readonly openTies: readonly { readonly rank: number; readonly label: string; readonly bids: readonly string[] }[];
}

function byRules(rules: readonly TieRule[]): (a: Rankable, b: Rankable) => number {
  return (a, b) => {
    const first = a.total && b.total ? compare(b.total, a.total) : compare(a.price, b.price);
    if (first) return first;
    for (const rule of rules) {
      const next =
        rule === "price"
          ? compare(a.price, b.price)
          : rule === "quoted"
            ? compare(a.quoted, b.quoted)
            : rule === "technical" && a.technical && b.technical
              ? compare(b.technical, a.technical)
              : 0;
      if (next) return next;
    }
    return 0;
  };
}

/**
 * Ranks bids by total (or evaluated price) and the printed tie rules. What is still equal shares its rank until it is
 * drawn with the label `TIE|rank`, whose result is the order of the tied bids.
 *
 * @throws CaseError when a drawn order does not name exactly the tied bids.
 */
export function rankBids(bids: readonly Rankable[], rules: readonly TieRule[], draws: CaseFile["draws"]): Ranking {
  const order = byRules(rules);
  const sorted = [...bids].sort(order);
  const ranks = new Map<string, number>();
  const openTies: { rank: number; label: string; bids: string[] }[] = [];
  for (let i = 0; i < sorted.length; ) {
    let end = i + 1;
    while (end < sorted.length && order(sorted[i]!, sorted[end]!) === 0) end++;
    const tied = sorted.slice(i, end).map(({ bid }) => bid);
    const label = `TIE|${i + 1}`;
    const drawn = tied.length > 1 && rules.includes("draw") ? draws[label] : undefined;
    if (Array.isArray(drawn)) {
      const isComplete = drawn.length === tied.length && tied.every((bid) => drawn.includes(bid));
      if (!isComplete) throw new CaseError(`抽取结果 ${label} 与并列的投标不符`);
      for (const [offset, bid] of drawn.entries()) ranks.set(bid, i + 1 + offset);
    } else {
      for (const bid of tied) ranks.set(bid, i + 1);
      if (tied.length > 1) openTies.push({ rank: i + 1, label, bids: tied });
    }
    i = end;
  }
  const inOrder = [...ranks.keys()].sort((a, b) => ranks.get(a)! - ranks.get(b)!);
  return { ranks, order: inOrder, openTies };
}
