import { formatClock } from "@/core/time";
import { eventText, told } from "./hall-text";

export interface HallEvent {
  readonly seq: number;
  readonly kind: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly at: string;
}

/** What happened in the hall, oldest first. */
export function HallEvents({ events }: { events: readonly HallEvent[] }) {
  if (!events.length) return <p className="muted">还没有开标事件。</p>;
  return (
    <ol className="plain-list">
      {told(events).map((event) => (
        <li key={event.seq}>
          <span className="small muted">{formatClock(new Date(event.at))}</span> {eventText(event)}
        </li>
      ))}
    </ol>
  );
}
