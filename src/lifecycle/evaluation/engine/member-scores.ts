import {
  absolute,
  compare,
  mean,
  multiply,
  parseDecimal,
  type Rational,
  subtract,
  sum,
  toDecimal,
  ZERO,
} from "@/core/rational";
import { CaseError, type CaseFile } from "./case-file";
import type { ComprehensiveMethod } from "./method";
import type { Steps } from "./steps";

export interface ItemScore {
  readonly item: string;
  /** The committee's score. */
  readonly score: string;
  /** Mean of all members, for comparison. */
  readonly plainMean?: string;
  /** Members whose score lies further from the plain mean than the printed share. */
  readonly outliers?: readonly string[];
}

export interface CombinedScores {
  readonly items: readonly ItemScore[];
  readonly classes: Readonly<Record<"technical" | "commercial" | "credit", Rational>>;
  /** Sum of all classes; with `per: "total"` the combined totals of the members. */
  readonly total: Rational;
}

type MemberRule = ComprehensiveMethod["members"];

/** Scores left for the mean: without extremes when enough members scored. */
export function keptScores(scores: readonly Rational[], rule: MemberRule): Rational[] {
  const sorted = [...scores].sort(compare);
  return sorted.length >= rule.minMembers ? sorted.slice(rule.dropLow, sorted.length - rule.dropHigh) : sorted;
}

/** Members further than the printed share of the plain mean from it; strictly, of all members' plain mean. */
export function outliersOf(
  members: readonly string[],
  scores: readonly Rational[],
  outlierShare: string | undefined,
): string[] {
  if (outlierShare === undefined) return [];
  const plain = mean(scores);
  const limit = multiply(parseDecimal(outlierShare), plain);
  return members.filter((_, i) => compare(absolute(subtract(scores[i]!, plain)), limit) > 0);
}

/** Combines what the members gave one bid. @throws CaseError when a score is missing, twice, or out of range. */
export function combineScores(
  caseFile: CaseFile,
  bid: CaseFile["bids"][number],
  rule: MemberRule,
  places: number,
  steps: Steps,
): CombinedScores {
  const { members } = caseFile;
  const items: ItemScore[] = [];
  const classes = { technical: ZERO, commercial: ZERO, credit: ZERO };
  const subjective = caseFile.criteria.filter(({ objective }) => !objective);
  const given = scoresByItem(caseFile, bid.id);
  const objectiveScores: Rational[] = [];

  const combine = (what: string, scores: readonly Rational[]): Rational => {
    const kept = keptScores(scores, rule);
    const formula = `(${kept.map((score) => toDecimal(score, places)).join(" + ")}) ÷ ${kept.length}`;
    return steps.note(what, formula, mean(kept), places, bid.id);
  };

  for (const criterion of caseFile.criteria) {
    const max = parseDecimal(criterion.max);
    const inRange = (score: Rational) => {
      if (compare(score, max) > 0) throw new CaseError(`${bid.id} 的 ${criterion.id} 得分超过 ${criterion.max} 分`);
      return score;
    };
    if (criterion.objective) {
      const text = bid.objective[criterion.id];
      if (text === undefined) throw new CaseError(`缺少 ${bid.id} 的 ${criterion.id} 客观得分`);
      const score = inRange(parseDecimal(text));
      classes[criterion.class] = sum([classes[criterion.class], score]);
      objectiveScores.push(score);
      items.push({ item: criterion.id, score: toDecimal(score, places) });
      continue;
    }
    if (!members.length) throw new CaseError("没有评标委员会成员");
    const scores = members.map((member) => {
      const score = given.get(`${member}|${criterion.id}`);
      if (!score) throw new CaseError(`缺少 ${member} 对 ${bid.id} 的 ${criterion.id} 评分`);
      return inRange(score);
    });
    const score = combine(`${criterion.title || criterion.id} 得分`, scores);
    classes[criterion.class] = sum([classes[criterion.class], score]);
    items.push({
      item: criterion.id,
      score: toDecimal(score, places),
      plainMean: toDecimal(mean(scores), places),
      outliers: outliersOf(members, scores, rule.outlierShare),
    });
  }
  if (rule.per === "item" || !subjective.length) {
    return { items, classes, total: sum([classes.technical, classes.commercial, classes.credit]) };
  }
  const totals = members.map((member) => sum(subjective.map(({ id }) => given.get(`${member}|${id}`)!)));
  return { items, classes, total: sum([combine("成员总分合成", totals), ...objectiveScores]) };
}

function scoresByItem(caseFile: CaseFile, bid: string): Map<string, Rational> {
  const found = new Map<string, Rational>();
  for (const { member, bid: of, item, score } of caseFile.scores) {
    if (of !== bid) continue;
    const key = `${member}|${item}`;
    if (found.has(key)) throw new CaseError(`${member} 对 ${bid} 的 ${item} 有两个评分`);
    found.set(key, parseDecimal(score));
  }
  return found;
}
