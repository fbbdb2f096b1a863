/** Units that are written at the same time. More would only make each of them slower and the memory larger. */
export const UNITS_AT_ONCE = 16;

export interface Admission {
  /** Runs `work` when there is room, first come first served. Who waits sends nothing: its connection is not read. */
  run<R>(work: () => Promise<R>): Promise<R>;
}

/** Room for a number of pieces of work at once, in the order in which they came. */
export function admission(limit = UNITS_AT_ONCE): Admission {
  let running = 0;
  const waiting: (() => void)[] = [];
  return {
    async run(work) {
      if (running >= limit) await new Promise<void>((go) => waiting.push(go));
      else running++;
      try {
        return await work();
      } finally {
        // Room goes from hand to hand, so that nobody who comes later slips in between.
        const next = waiting.shift();
        if (next) next();
        else running--;
      }
    },
  };
}
