import type { RoundKind } from "@/lifecycle/law/rounds";
import { FLAG_NAMES, isLotFlag, type LotState, stateName } from "../states";

const TONES: Partial<Record<LotState, string>> = {
  T1: "ok",
  T2: "warn",
  O1: "warn",
  E1: "warn",
  A1: "ok",
  F1: "danger",
  F2: "danger",
  F3: "danger",
  F4: "danger",
};

/** State of a lot, and the flags that hold it, in words. */
export function StateChip({
  state,
  flags = [],
  round,
}: {
  state: LotState;
  flags?: readonly string[];
  /** The first round of its tender, whose states have names of their own. */
  round?: RoundKind | undefined;
}) {
  return (
    <>
      <span className={`chip ${TONES[state] ?? ""}`}>{stateName(state, round)}</span>
      {flags.filter(isLotFlag).map((flag) => (
        <span key={flag} className="chip danger">
          {FLAG_NAMES[flag]}
        </span>
      ))}
    </>
  );
}
