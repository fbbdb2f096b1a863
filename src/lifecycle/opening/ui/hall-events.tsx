import { formatClock } from "@/core/time";

export interface HallEvent {
  readonly seq: number;
  readonly kind: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly at: string;
}

function textOf({ kind, payload }: HallEvent): string {
  const text = (name: string) => (typeof payload[name] === "string" ? (payload[name] as string) : "");
  switch (kind) {
    case "list":
      return `公布投标人名单：${Array.isArray(payload.names) ? payload.names.join("、") : ""}`;
    case "progress":
      return `已解密 ${String(payload.done)}/${String(payload.total)}`;
    case "prices":
      return "唱标：报价同时公布";
    case "confirmed":
      return `${text("organisation")} 确认开标记录`;
    case "objection":
      return `${text("organisation")} 提出异议：${text("text")}`;
    case "answer":
      return `主持人答复：${text("answer")}`;
    case "closed":
      return "开标记录已签署，开标结束";
    case "failed":
      return `不予开标：${text("reason")}`;
    default:
      return kind;
  }
}

/** What happened in the hall, oldest first. */
export function HallEvents({ events }: { events: readonly HallEvent[] }) {
  if (!events.length) return <p className="muted">还没有开标事件。</p>;
  return (
    <ol className="plain-list">
      {events.map((event) => (
        <li key={event.seq}>
          <span className="small muted">{formatClock(new Date(event.at))}</span> {textOf(event)}
        </li>
      ))}
    </ol>
  );
}
