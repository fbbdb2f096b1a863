"use client";

import { useEffect, useState } from "react";
import { formatClock } from "@/core/time";

/** How often the page asks the server for the time again. */
const SYNC_MS = 5_000;

let offsetMs: number | undefined;
let syncedAt = 0;

/** Server time as this page knows it: legal time decides, the computer's own clock is ignored. */
export function serverNow(fallback: string): Date {
  return offsetMs === undefined ? new Date(fallback) : new Date(performance.now() + offsetMs);
}

async function sync(): Promise<void> {
  const asked = performance.now();
  const answer = await fetch("/api/time", { cache: "no-store" });
  const { now } = (await answer.json()) as { now: string };
  const answered = performance.now();
  offsetMs = new Date(now).getTime() - (asked + answered) / 2;
  syncedAt = answered;
}

/** Legal time, ticking; undefined `age` until the first answer. */
export function useServerTime(initial: string): { now: Date; synced: boolean } {
  const [now, setNow] = useState(() => new Date(initial));
  const [synced, setSynced] = useState(false);
  useEffect(() => {
    const look = () =>
      sync().then(
        () => setSynced(true),
        () => setSynced(performance.now() - syncedAt < 3 * SYNC_MS),
      );
    void look();
    const syncing = setInterval(look, SYNC_MS);
    const ticking = setInterval(() => setNow(serverNow(initial)), 250);
    return () => {
      clearInterval(syncing);
      clearInterval(ticking);
    };
  }, [initial]);
  return { now, synced };
}

/** The clock in the head of every page (服务器北京时间). */
export function ServerClock({ initial }: { initial: string }) {
  const { now, synced } = useServerTime(initial);
  return (
    <span className="server-clock" title="以服务器时间为准">
      北京时间{" "}
      <time dateTime={now.toISOString()} suppressHydrationWarning>
        {formatClock(now)}
      </time>{" "}
      <span>
        <span aria-hidden="true">{synced ? "●" : "○"}</span>
        {synced ? "同步" : "同步中"}
      </span>
    </span>
  );
}
