import postgres from "postgres";

/** Where a demonstration begins: 2026-05-18 08:00 Beijing time. */
export const DEMO_START = new Date("2026-05-18T00:00:00Z");

/** How often the time that has passed is written down. */
const HEARTBEAT_MS = 2_000;
export interface DemoClock {
  now(): Promise<Date>;
  /** Folds what has passed into the row and stops: legal time stands still until the next start. */
  stop(): Promise<void>;
}

/**
 * Starts the clock of the demonstration. It stands still while nothing runs; after a kill it goes on from the last
 * heartbeat, so that legal time neither jumps by the hours in between nor runs backwards.
 */
export async function startDemoClock(ownerUrl: string, start: Date = DEMO_START): Promise<DemoClock> {
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => {}, connection: { application_name: "demo-clock" } });
  await sql`insert into demo_clock (demo_base, real_base, rate, running) values (${start}, clock_timestamp(), 1, false) on conflict do nothing`;
  // Still running: it was killed. It goes on two heartbeats later, later than anybody can have seen it.
  await sql`update demo_clock set demo_base = demo_base + case when running then interval '4 seconds' else interval '0' end,
    real_base = clock_timestamp(), running = true`;
  const fold = () => sql`
    with instant as materialized (select clock_timestamp() as at)
    update demo_clock set demo_base = demo_base + (instant.at - real_base) * rate, real_base = instant.at from instant where running`;
  let beating: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    beating = beating.then(fold).catch(() => {}); // The next beat tries again; the database may be restarting.
  }, HEARTBEAT_MS);
  return {
    async now() {
      const [row] = await sql<{ now: Date }[]>`select xb_now() as now`;
      return new Date(row!.now);
    },
    async stop() {
      clearInterval(timer);
      await beating;
      await fold();
      await sql`update demo_clock set running = false`;
      await sql.end({ timeout: 5 });
    },
  };
}
