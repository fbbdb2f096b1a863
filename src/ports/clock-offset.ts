/** How far the database host's clock is off the reference. */
export interface ClockOffset {
  /** Milliseconds, positive when our clock is fast. */
  currentMs(): number;
}

/** Beyond this an alarm is raised. */
export const ALARM_MS = 500;
/** Beyond this closing and opening are held; receiving goes on and is flagged. */
export const HOLD_MS = 2_000;
