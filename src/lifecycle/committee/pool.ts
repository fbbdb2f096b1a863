import { and, eq } from "drizzle-orm";
import { type Refusal, refuse } from "@/core/refusal";
import type { Tx } from "@/kit/db/connect";
import type { Job } from "@/kit/outbox";
import { writeLetters } from "@/platform/inbox/letters";
import { experts } from "./tables";

/** Who can be drawn for a speciality, before anybody is avoided: what the library says, and no secret. */
export const poolOf = (tx: Tx, speciality: string) =>
  tx
    .select()
    .from(experts)
    .where(and(eq(experts.speciality, speciality), eq(experts.available, "yes")));

/** May so many be asked for? Whoever has to be avoided is taken away at the draw, and may still make it too few. */
export async function refusalOfPool(tx: Tx, speciality: string, needed: number): Promise<Refusal | undefined> {
  const eligible = (await poolOf(tx, speciality)).length;
  return eligible < needed ? refuse("conflict", "committee.pool_too_small", { eligible, needed }) : undefined;
}

/**
 * Tells those who may ask that nobody was drawn. How many were left is not said: set against the library it would tell how
 * many experts work for a party.
 */
export const tellOfFailedDraw = (
  tx: Tx,
  siteId: string,
  now: Date,
  orgIds: readonly string[],
  lot: { readonly id: string; readonly code: string },
  draw: { readonly name: string; readonly speciality: string; readonly pool: number; readonly needed: number },
): Promise<Job[]> =>
  writeLetters(
    tx,
    siteId,
    now,
    orgIds.map((orgId) => ({
      orgId,
      lotId: lot.id,
      kind: "draw-failed",
      subject: `专家抽取未成功，须重新申请：标段 ${lot.code}`,
      body: `${draw.name}需要抽取专家 ${draw.needed} 名；专家库“${draw.speciality}”专业现有 ${draw.pool} 名，扣除应当回避的之后不足 ${draw.needed} 名，没有抽取任何人。请在标段页面放宽专业、减少人数或核对回避单位后重新申请。${DIRECT_APPOINTMENT}`,
      byPhone: true,
    })),
  );

/** BL37 and IR47: who may be appointed without a draw, which is not done here. */
export const DIRECT_APPOINTMENT =
  "只有技术复杂、专业性强或者国家有特殊要求，随机抽取的专家难以保证胜任评标工作的特殊招标项目，才可以由招标人直接确定专家（招标投标法第三十七条、实施条例第四十七条）；平台只办理随机抽取，认为属于此类项目的，请先记录理由并联系行政监督部门。";
