import postgres from "postgres";

/** Legal time as the outside world reads it. */
export interface OutsideClock {
  /** @param maxAgeMs - how old an answer may be; 200 unless told, 0 asks the database every time. */
  now(maxAgeMs?: number): Promise<Date>;
  close(): Promise<void>;
}

const MAX_AGE_MS = 200;

/**
 * All outside programs share the legal time of the installation: in a demonstration a time stamp or a revocation list
 * of another day would be refused. Without an address it is the clock of this host.
 *
 * @param url - connection address of any role that may call `xb_now()` (`CLOCK_DATABASE_URL`).
 */
export function outsideClock(url: string | undefined): OutsideClock {
  if (!url) return { now: async () => new Date(), close: async () => {} };
  const sql = postgres(url, { max: 1, onnotice: () => {}, connection: { application_name: "outside-clock" } });
  let known: { at: number; value: Promise<Date> } | undefined;
  const ask = async () => {
    const [row] = await sql<{ now: Date }[]>`select xb_now() as now`;
    return new Date(row!.now);
  };
  return {
    async now(maxAgeMs = MAX_AGE_MS) {
      if (!known || performance.now() - known.at >= maxAgeMs) {
        const asked = { at: performance.now(), value: ask() };
        asked.value.catch(() => {
          if (known === asked) known = undefined;
        });
        known = asked;
      }
      return known.value;
    },
    close: () => sql.end({ timeout: 1 }),
  };
}
