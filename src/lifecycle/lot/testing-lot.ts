import { shanghai } from "@/core/time";
import type { MovableLot } from "./move-facts";
import type { Regime } from "./states";

/** A mandatory open lot of works with one envelope, by agency: what most tests are about. */
export const aRegime = (set: Partial<Regime> = {}): Regime => ({
  mandatory: true,
  stateFundsDominant: true,
  tenderMode: "open",
  orgForm: "agency",
  qualification: "post",
  envelopes: 1,
  twoStage: false,
  evaluationVenue: "local",
  awardRight: "recommends",
  consortium: false,
  subject: "works",
  ...set,
});

/** A lot in tendering, published on Monday 2026-03-02 09:00, with the deadline on Monday 2026-03-30 09:30. */
export const aMovableLot = (set: Partial<MovableLot> = {}): MovableLot => ({
  state: "T1",
  flags: [],
  saleStart: shanghai("2026-03-02 09:00"),
  saleEnd: shanghai("2026-03-09 17:00"),
  bidDeadline: shanghai("2026-03-30 09:30"),
  noticePublishedAt: shanghai("2026-03-02 09:00"),
  mediaPublishedAt: shanghai("2026-03-02 09:00"),
  ...set,
});
