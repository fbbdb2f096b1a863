import { sql } from "drizzle-orm";
import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import type { Db } from "@/kit/db/connect";
import { legalNow } from "@/kit/db/context";
import { demoOnly } from "./demo";

/** Fastest legal time: an hour a second. */
const MAX_RATE = 3_600;
/** Farthest jump: the holiday table ends with the year. */
const MAX_JUMP_SECONDS = 200 * 86_400;

export const ClockAct = z.discriminatedUnion(
  "action",
  [
    z.object({ action: z.literal("pause") }),
    z.object({ action: z.literal("run") }),
    z.object({ action: z.literal("rate"), rate: z.number().int().min(1).max(MAX_RATE) }),
    z.object({
      action: z.literal("jump"),
      to: z.iso.datetime({ offset: true }).optional(),
      seconds: z.number().int().min(1).max(MAX_JUMP_SECONDS).optional(),
    }),
  ],
  { error: "没有这种操作" },
);
export type ClockAct = z.infer<typeof ClockAct>;

export interface ClockState {
  readonly now: string;
  readonly running: boolean;
  readonly rate: number;
}

export async function clockState(db: Db): Promise<ClockState> {
  demoOnly();
  const [row] = await db.execute<{ running: boolean; rate: number }>(sql`select running, rate from demo_clock`);
  if (!row) throw new Refused(refuse("not_found", "general.not_found"));
  return { now: (await legalNow(db)).toISOString(), running: row.running, rate: row.rate };
}

/**
 * Moves the legal time of a demonstration. The row is locked before the time is read, so that legal time never runs
 * backwards, whoever else moves it.
 *
 * @throws Refused `invalid` for a jump into the past.
 */
export async function moveClock(db: Db, act: ClockAct): Promise<ClockState> {
  demoOnly();
  await db.transaction(async (tx) => {
    const [row] = await tx.execute<{ running: boolean; rate: number }>(
      sql`select running, rate from demo_clock for update`,
    );
    if (!row) throw new Refused(refuse("not_found", "general.not_found"));
    const now = await legalNow(tx);
    const target =
      act.action !== "jump" ? now : act.to ? new Date(act.to) : new Date(now.getTime() + (act.seconds ?? 0) * 1000);
    if (target < now)
      throw new Refused(refuse("invalid", "general.invalid_input", { field: "时间", problem: "演示时钟不能倒退" }));
    if (target.getTime() - now.getTime() > MAX_JUMP_SECONDS * 1000)
      throw new Refused(refuse("invalid", "general.invalid_input", { field: "时间", problem: "跳得太远" }));
    const running = act.action === "pause" ? false : act.action === "jump" ? row.running : true;
    const rate = act.action === "rate" ? act.rate : act.action === "run" ? 1 : row.rate;
    // Until this commits, others still read the old row: the new one begins later than anything they can have seen.
    await tx.execute(sql`
      with instant as materialized (select clock_timestamp() as at)
      update demo_clock set running = ${running}, rate = ${rate}, real_base = instant.at,
        demo_base = greatest(${target.toISOString()}::timestamptz,
          case when running then demo_base + (instant.at - real_base + interval '200 milliseconds') * rate else demo_base end)
      from instant`);
  });
  return clockState(db);
}
