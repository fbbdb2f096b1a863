export interface SeatPlace {
  readonly code: string;
  readonly venueId: string;
  readonly row: number;
  readonly column: number;
}

/** Two seats side by side in one room: their members could talk or see each other's screen. */
export const isAdjacent = (a: SeatPlace, b: SeatPlace): boolean =>
  a.venueId === b.venueId && a.row === b.row && Math.abs(a.column - b.column) === 1;

/**
 * Chooses seats in the order in which they were drawn, one a member: none beside another of the same lot, and at two
 * venues at least when there are two. Deterministic, so that anybody can repeat it from the published order.
 *
 * @returns undefined when the drawn order does not hold enough seats.
 */
export function allotSeats<S extends SeatPlace>(drawn: readonly S[], members: number): S[] | undefined {
  const chosen: S[] = [];
  const venues = new Set(drawn.map(({ venueId }) => venueId)).size;
  for (const seat of drawn) {
    if (chosen.length === members) break;
    if (chosen.some((other) => isAdjacent(seat, other))) continue;
    const isLast = chosen.length === members - 1;
    const oneVenue = new Set(chosen.map(({ venueId }) => venueId)).size < 2;
    if (isLast && venues > 1 && members > 1 && oneVenue && chosen.some(({ venueId }) => venueId === seat.venueId))
      continue;
    chosen.push(seat);
  }
  return chosen.length === members ? chosen : undefined;
}
