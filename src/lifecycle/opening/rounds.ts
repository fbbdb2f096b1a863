import type { Lot } from "@/lifecycle/lot/queries";
import type { Round } from "@/lifecycle/tender-document/envelopes";

export type { Round } from "@/lifecycle/tender-document/envelopes";

type Held = Pick<Lot, "state" | "secondOpenedAt">;

/** The opening that is held or comes next, else the last one: the second from the instant its committee closed the first envelopes. */
export const roundOfLot = ({ state, secondOpenedAt }: Held): Round => (state === "E1b" || secondOpenedAt ? 2 : 1);

/** Is an opening of envelopes being held now? */
export const isOpening = ({ state, secondOpenedAt }: Held): boolean =>
  state === "O1" || (state === "E1b" && secondOpenedAt !== null);

/** When the opening that `roundOfLot` names began. */
export const openedAtOf = (lot: Held & Pick<Lot, "openedAt">): Date | null =>
  roundOfLot(lot) === 2 ? lot.secondOpenedAt : lot.openedAt;

/** Name of an opening and its record. @param envelope - left out where the tender has one envelope. */
export const openingName = (envelope?: Round): string =>
  envelope === undefined ? "开标" : envelope === 1 ? "第一信封开标" : "第二信封开标";
