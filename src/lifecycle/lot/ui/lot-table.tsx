import type { ReactNode } from "react";
import type { RoundKind } from "@/lifecycle/law/rounds";
import type { LotState } from "../states";
import { StateChip } from "./state-chip";

export interface LotRow {
  readonly id: string;
  readonly href: string;
  readonly code: string;
  readonly name: string;
  readonly state: LotState;
  readonly round?: RoundKind | undefined;
  readonly flags: readonly string[];
  /** Deadline as it is shown. */
  readonly deadline: string;
  /** The next thing to do, when it is the reader's. */
  readonly next?: string;
}

/** Lots in rows, their state first; on a phone each row is a card. */
export function LotTable({ rows, caption, empty }: { rows: readonly LotRow[]; caption: string; empty: ReactNode }) {
  if (!rows.length) return <p className="muted">{empty}</p>;
  const withNext = rows.some(({ next }) => next);
  return (
    <div className="scroll-x">
      <table className="plain stacks">
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">状态</th>
            <th scope="col">标段</th>
            <th scope="col">编号</th>
            <th scope="col">投标截止（北京时间）</th>
            {withNext && <th scope="col">下一步</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <td data-label="状态">
                <StateChip state={row.state} flags={row.flags} round={row.round} />
              </td>
              <td data-label="标段">
                <a href={row.href}>{row.name}</a>
              </td>
              <td className="hash" data-label="编号">
                {row.code}
              </td>
              <td className="moment" data-label="投标截止（北京时间）">
                {row.deadline || "未定"}
              </td>
              {withNext && <td data-label="下一步">{row.next ?? "—"}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
