import { z } from "zod";
import { hex } from "@/core/bytes";
import { commitmentOf, type DrawStep, drawSteps, drawWithStandby, seedOf, sortItems, standbyLabel } from "./draw";

const text = z.string().min(1).max(200);
const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** A published draw as anybody may recompute it; format `xinbiao-draw/1` of `public/specs/evaluation.md`. */
export const DrawCase = z.object({
  format: z.literal("xinbiao-draw/1"),
  lot: text,
  parties: z
    .array(z.object({ party: text, nonce: text, commitment: hash }))
    .min(2)
    .max(2000),
  draws: z
    .array(
      z.object({
        label: text,
        items: z.array(text).min(1).max(10_000),
        /** Items that stand in the list but may not be drawn, with the reason. */
        excluded: z.record(text, text).optional(),
        /** Published hash of what was left after the exclusions. */
        inputHash: hash.optional(),
        count: z.number().int().min(1).max(10_000),
        standby: z.number().int().min(0).max(10_000).default(0),
        expect: z.object({ drawn: z.array(text), standby: z.array(text).optional() }).optional(),
      }),
    )
    .min(1)
    .max(100),
});
export type DrawCase = z.infer<typeof DrawCase>;

export interface DrawOutcome {
  readonly label: string;
  readonly eligible: readonly string[];
  readonly inputHash: string;
  readonly drawn: readonly string[];
  readonly standby: readonly string[];
  readonly steps: readonly DrawStep[];
}

export interface DrawCaseResult {
  readonly seed: string;
  readonly draws: readonly DrawOutcome[];
  /** What does not fit what was published. Empty: everything agrees. */
  readonly disagreements: readonly string[];
}

/** Recomputes every draw of a case and compares it with what was published. */
export async function runDrawCase(input: DrawCase): Promise<DrawCaseResult> {
  const disagreements: string[] = [];
  for (const { party, nonce, commitment } of input.parties) {
    if (commitmentOf(nonce) !== commitment) disagreements.push(`${party} 的承诺`);
  }
  const seed = seedOf(
    input.lot,
    input.parties.map(({ nonce }) => nonce),
  );
  const draws: DrawOutcome[] = [];
  for (const item of input.draws) {
    const eligible = sortItems(item.items.filter((candidate) => !(candidate in (item.excluded ?? {}))));
    const record = await drawWithStandby(seed, item.label, eligible, item.count, item.standby);
    const { inputHash, drawn, standby } = record;
    if (item.inputHash && item.inputHash !== inputHash) disagreements.push(`${item.label} 的名单哈希`);
    const same = (a: readonly string[], b: readonly string[]) => a.length === b.length && a.every((x, i) => x === b[i]);
    if (item.expect && !same(item.expect.drawn, drawn)) disagreements.push(`${item.label} 的抽取结果`);
    if (item.expect?.standby && !same(item.expect.standby, standby)) disagreements.push(`${item.label} 的备选结果`);
    const rest = eligible.filter((candidate) => !drawn.includes(candidate));
    const steps = [
      ...(await drawSteps(seed, item.label, eligible, drawn.length)),
      ...(await drawSteps(seed, standbyLabel(item.label), rest, standby.length)),
    ];
    draws.push({ label: item.label, eligible, inputHash, drawn, standby, steps });
  }
  return { seed: hex(seed), draws, disagreements };
}
