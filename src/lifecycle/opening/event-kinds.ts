/** What the hall can hear. A page listens for all of them, and none is said that is not here. */
export const HALL_EVENT_KINDS = [
  "list",
  "progress",
  "prices",
  "base-estimate",
  "message",
  "confirmed",
  "objection",
  "answer",
  "closed",
  "failed",
  "invalidated",
  "suspended",
  "resumed",
  "outage",
  "extended",
  "paused",
  "resumed-by-host",
  "revoked",
  "host",
  "second-opening",
] as const;
export type HallEventKind = (typeof HALL_EVENT_KINDS)[number];
