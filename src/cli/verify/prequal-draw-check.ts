import { DrawCase, runDrawCase } from "@/lifecycle/committee/draw-case";
import type { Findings } from "./findings";
import type { OpenArchive } from "./open-archive";

const DRAW = "prequalification/draw.json";

/**
 * The experts of a review committee are those of a draw that anybody repeats, from nonces that both parties had committed
 * to before anybody could be drawn (IR18, IR46).
 */
export async function checkReviewDraw(archive: OpenArchive, findings: Findings): Promise<void> {
  if (!archive.has(DRAW)) return;
  await findings.check("资格审查委员会专家的抽取按公开算法复算一致", async (problem) => {
    const drawn = await archive.json(DRAW, DrawCase);
    if (drawn.lot !== archive.manifest.lot.code) problem("抽取不是用本标段的随机数");
    for (const what of (await runDrawCase(drawn)).disagreements) problem(`${what}与复算不符`);
    const committed = {
      platform: archive.trails?.last("prequalification.published").facts.platformCommitment,
      host: archive.trails?.last("review-committee.requested").facts.hostCommitment,
    } as Record<string, unknown>;
    for (const { party, commitment } of drawn.parties)
      if (archive.trails && committed[party] !== commitment) problem(`${party} 的承诺不是事先留痕的承诺`);
    const input = archive.trails?.sealed.findLast(({ action }) => action === "review-committee.drawn")?.facts
      .expertInput;
    if (archive.trails && drawn.draws.some(({ inputHash }) => inputHash !== input))
      problem("抽取的名单不是留痕中的名单");
    return `${drawn.draws.reduce((sum, { count }) => sum + count, 0)} 名专家`;
  });
}
