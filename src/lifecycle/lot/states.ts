// The regime is law, not state; it stands here too because the modules of a lot read both together.
export { REGIME_TEXTS, Regime } from "@/lifecycle/law/regime";

import { type RoundKind, roundStateName } from "@/lifecycle/law/rounds";

/** States of a lot (标段), in the order of the procedure. */
export const LOT_STATES = [
  "D0",
  "D1",
  "D2",
  "P1",
  "P2",
  "P3",
  "P4",
  "T1",
  "T2",
  "O1",
  "O2",
  "E1",
  "E1b",
  "E2",
  "A1",
  "A2",
  "A3",
  "C1",
  "C2",
  "Z",
  "F1",
  "F2",
  "F3",
  "F4",
] as const;
export type LotState = (typeof LOT_STATES)[number];

/** Names on screen. */
export const STATE_NAMES: Record<LotState, string> = {
  D0: "编制",
  D1: "备案审核中",
  D2: "待发布",
  P1: "资格预审申请",
  P2: "资格预审申请文件开启",
  P3: "资格评审",
  P4: "资格预审结果已发",
  T1: "投标中",
  T2: "投标已截止",
  O1: "开标解密中",
  O2: "开标结束",
  E1: "评标中",
  E1b: "第二信封开标",
  E2: "评标报告已提交",
  A1: "中标候选人公示中",
  A2: "已定标",
  A3: "中标通知书已发",
  C1: "已签合同",
  C2: "履约中",
  Z: "已归档",
  F1: "流标",
  F2: "否决所有投标",
  F3: "终止招标",
  F4: "招标无效",
};

/** What a state is called for a lot whose tender has such a first round. */
export const stateName = (state: LotState, round?: RoundKind | undefined): string =>
  roundStateName(round, state) ?? STATE_NAMES[state];

/** Flags that lie over a state (中止). While one is set no timer ends a party's right and no forward move is allowed. */
export const LOT_FLAGS = [
  "SUSPENDED_OBJECTION",
  "SUSPENDED_ORDER",
  "SUSPENDED_TENDERER",
  "SUSPENDED_INCIDENT",
] as const;
export type LotFlag = (typeof LOT_FLAGS)[number];

export const FLAG_NAMES: Record<LotFlag, string> = {
  SUSPENDED_OBJECTION: "因异议中止",
  SUSPENDED_ORDER: "因监督指令中止",
  SUSPENDED_TENDERER: "招标人中止",
  SUSPENDED_INCIDENT: "因故障或突发情况中止",
};

export const isLotFlag = (text: string): text is LotFlag => (LOT_FLAGS as readonly string[]).includes(text);

const ORDER = new Map(LOT_STATES.map((state, index) => [state, index]));

/** Terminal without an award; a new round may follow. */
export const FAILED_STATES: readonly LotState[] = ["F1", "F2", "F3", "F4"];

/** Has the lot reached `state` on the main line? A failed lot has reached nothing: ask its instants instead. */
export function hasReached(lot: LotState, state: LotState): boolean {
  return !FAILED_STATES.includes(lot) && ORDER.get(lot)! >= ORDER.get(state)!;
}

/** Is the tender document still written? With prequalification until the qualified are invited; no other lot comes to P1–P4. */
export const isDrafting = (lot: LotState): boolean => ["D0", "P1", "P2", "P3", "P4"].includes(lot);

/** Flags under which no clock runs and nothing is received (RF-13). An objection holds the closing, never a bidder. */
const STOPS_CLOCKS: readonly LotFlag[] = ["SUSPENDED_ORDER", "SUSPENDED_INCIDENT"];

/** The flag that stops the clocks of a lot, if there is one. */
export const stoppedBy = (flags: readonly string[]): LotFlag | undefined =>
  STOPS_CLOCKS.find((flag) => flags.includes(flag));
