import { z } from "zod";

/**
 * Ways in which an outside program can fail, switched over HTTP:
 * `down` closes every connection, `slow` answers after eight seconds, `wrong` answers something malformed or negative,
 * `answer-lost` does what it was asked to do and then drops the connection.
 */
export const FaultMode = z.enum(["none", "down", "slow", "wrong", "answer-lost"]);
export type FaultMode = z.infer<typeof FaultMode>;

export const FAULT_NAMES: Record<FaultMode, string> = {
  none: "正常",
  down: "中断",
  slow: "缓慢（8 秒）",
  wrong: "答复错误",
  "answer-lost": "收到但答复丢失",
};

export interface Faults {
  mode: FaultMode;
  /** How long `slow` waits. */
  readonly slowMs: number;
}

export const noFaults = (slowMs = 8_000): Faults => ({ mode: "none", slowMs });
