import type { RoundKind } from "@/lifecycle/law/rounds";
import { Countdown } from "@/ui/countdown";
import { type LotState, stoppedBy } from "../states";
import { StateChip } from "./state-chip";

export interface RoomHeadProps {
  readonly lot: {
    readonly code: string;
    readonly state: LotState;
    readonly flags: readonly string[];
    readonly round?: RoundKind | undefined;
  };
  readonly now: string;
  readonly until?: { readonly label: string; readonly at: string };
  /** The one thing to do next. */
  readonly next?: { readonly href: string; readonly title: string };
  readonly publicHref?: string;
}

/** State of a lot, time left, and the next act; stays in sight. */
export function RoomHead({ lot, now, until, next, publicHref }: RoomHeadProps) {
  return (
    <div className="state-bar">
      <span>状态</span>
      <StateChip state={lot.state} flags={lot.flags} round={lot.round} />
      <span className="hash">{lot.code}</span>
      {until && (
        <span>
          {until.label}{" "}
          {stoppedBy(lot.flags) ? "期限停止计算" : <Countdown until={until.at} initial={now} ended="已到时间" />}
        </span>
      )}
      {publicHref && <a href={publicHref}>项目主页</a>}
      {next && (
        <a className="btn btn-primary push" style={{ marginLeft: "auto" }} href={next.href}>
          {next.title}
        </a>
      )}
    </div>
  );
}
