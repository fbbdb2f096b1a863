import type { Refusal } from "@/core/refusal";
import { refuse } from "@/core/refusal";
import { parseScore } from "@/core/score";
import { refusalOfMark, refusalOfScore } from "../rules";

type Items = Parameters<typeof refusalOfMark>[0];
type Criteria = Parameters<typeof refusalOfScore>[0];

/** A mark as it stands on screen: perhaps not yet complete. */
export interface MarkCell {
  readonly verdict: "" | "pass" | "fail";
  readonly ground: string;
  readonly reason: string;
  readonly place: string;
}

/** A score as it stands on screen: what was typed, and the words beside it. */
export interface ScoreCell {
  readonly typed: string;
  readonly reason: string;
}

export const EMPTY_MARK: MarkCell = { verdict: "", ground: "", reason: "", place: "" };
export const EMPTY_SCORE: ScoreCell = { typed: "", reason: "" };

export const cellKey = (bidId: string, item: string): string => `${bidId}|${item}`;

/** Why a mark cannot be saved yet; undefined when it can, or when nothing was chosen. */
export function refusalOfMarkCell(items: Items, item: string, cell: MarkCell): Refusal | undefined {
  if (cell.verdict === "") return undefined;
  return refusalOfMark(items, {
    item,
    verdict: cell.verdict,
    ground: cell.ground || undefined,
    reason: cell.reason,
    place: cell.place,
  });
}

/** The score in hundredths, or why it is none: out of range is refused at once, by the rule that the server asks. */
export function readScoreCell(
  criteria: Criteria,
  item: string,
  cell: ScoreCell,
): { scoreHundredths: number } | { refusal: Refusal } | undefined {
  if (!cell.typed.trim()) return undefined;
  const criterion = criteria.find(({ id }) => id === item);
  const scoreHundredths = parseScore(cell.typed);
  if (!criterion || scoreHundredths === undefined) {
    return {
      refusal: refuse("invalid", "evaluation.score_out_of_range", {
        title: criterion?.title ?? item,
        max: String((criterion?.maxHundredths ?? 0) / 100),
      }),
    };
  }
  const refusal = refusalOfScore(criteria, { item, scoreHundredths, reason: cell.reason });
  return refusal ? { refusal } : { scoreHundredths };
}

/** Sum of a bid's scores that can be read, in hundredths. */
export function sumOf(criteria: Criteria, bidId: string, cells: ReadonlyMap<string, ScoreCell>): number {
  return criteria.reduce((sum, { id }) => {
    const read = readScoreCell(criteria, id, cells.get(cellKey(bidId, id)) ?? EMPTY_SCORE);
    return sum + (read && "scoreHundredths" in read ? read.scoreHundredths : 0);
  }, 0);
}
