"use client";

import { useServerTime } from "./server-clock";

export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [days, hours, minutes, rest] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
    seconds % 60,
  ];
  const clock = [hours, minutes, rest].map((part) => String(part).padStart(2, "0")).join(":");
  return days ? `${days} 天 ${clock}` : clock;
}

/** Remaining legal time until `until`; says when it is over. The server decides what is too late. */
export function Countdown({ until, initial, ended }: { until: string; initial: string; ended: string }) {
  const { now } = useServerTime(initial);
  const left = new Date(until).getTime() - now.getTime();
  return (
    <span className="countdown" role="timer" suppressHydrationWarning>
      {left > 0 ? durationText(left) : ended}
    </span>
  );
}
