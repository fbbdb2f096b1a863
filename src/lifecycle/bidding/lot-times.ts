import type { MovableLot } from "@/lifecycle/lot/move-facts";
import type { LotFlag, LotState } from "@/lifecycle/lot/states";

/** State and instants of a lot as they travel to a page: texts, since pages are plain data. */
export interface LotTimes {
  readonly state: LotState;
  readonly flags: readonly LotFlag[];
  readonly saleStart?: string | undefined;
  readonly saleEnd?: string | undefined;
  readonly bidDeadline?: string | undefined;
  readonly windowEndsAt?: string | undefined;
  readonly applicationDeadline?: string | undefined;
}

const instant = (text: string | undefined): Date | null => (text ? new Date(text) : null);

/** The same for the rules, which are the ones the server asks. */
export const forRules = ({
  state,
  flags,
  saleStart,
  saleEnd,
  bidDeadline,
  windowEndsAt,
  applicationDeadline,
}: LotTimes): MovableLot => ({
  state,
  flags,
  saleStart: instant(saleStart),
  saleEnd: instant(saleEnd),
  bidDeadline: instant(bidDeadline),
  windowEndsAt: instant(windowEndsAt),
  applicationDeadline: instant(applicationDeadline),
});
