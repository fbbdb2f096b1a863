import { sql } from "drizzle-orm";
import type { Db } from "./db/connect";
import { log } from "./log";

/** Processes that say that they run. */
export type Part = "web" | "receiver" | "worker";

export const BEAT_MS = 15_000;
/** A process that says nothing for so long counts as down. */
export const SILENT_SECONDS = 60;

// From its last word until now in legal time, never longer than by the real clock: a demonstration's clock may jump.
const LAST_WORD = sql.raw("greatest(legal_at, xb_now() - (clock_timestamp() - at))");

/** Says that a process runs. After a silence it also writes down how long that was. */
export async function beat(db: Db, part: Part): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute(sql`
      insert into service_incidents (part, seconds, started_at, ended_at)
      select part, extract(epoch from clock_timestamp() - at)::int, ${LAST_WORD}, xb_now() from service_beats
      where part = ${part} and clock_timestamp() - at > make_interval(secs => ${SILENT_SECONDS}) for update`);
    await tx.execute(sql`
      insert into service_beats (part, at, legal_at) values (${part}, clock_timestamp(), xb_now())
      on conflict (part) do update set at = excluded.at, legal_at = excluded.legal_at`);
  });
}

/**
 * Says so again and again, until stopped. A database that does not answer is told of elsewhere.
 *
 * @param works - asked before each word; a process that cannot do its work does not say that it runs
 */
export function startBeats(db: Db, part: Part, works: () => Promise<void> = async () => {}): { stop(): void } {
  const once = () =>
    void works()
      .then(() => beat(db, part))
      .catch((error: unknown) => log.warn({ error: String(error) }, "heartbeat"));
  once();
  const timer = setInterval(once, BEAT_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

/** Which processes are silent now, and when some were within the last thirty days of legal time. Public. */
export async function serviceHealth(db: Pick<Db, "execute">) {
  const silent = await db.execute<{ part: Part }>(sql`
    select p.part from (values ('web'), ('receiver'), ('worker')) as p(part)
    left join service_beats b on b.part = p.part
    where b.at is null or clock_timestamp() - b.at > make_interval(secs => ${SILENT_SECONDS})`);
  const incidents = await db.execute<{ part: Part; seconds: number; ended_at: string | Date }>(sql`
    select part, seconds, ended_at from service_incidents
    where ended_at between xb_now() - interval '30 days' and xb_now() order by ended_at desc limit 100`);
  return {
    silent: silent.map(({ part }) => part),
    incidents: incidents.map(({ part, seconds, ended_at }) => ({ part, seconds, endedAt: new Date(ended_at) })),
  };
}

/** A time in which a process was down, in legal time; without an end while it still is. */
export interface Outage {
  readonly part: Part;
  readonly from: Date;
  readonly to: Date | undefined;
}

/** Outages that ended after an instant of legal time or have not ended, in the order of their beginning. */
export async function outagesAfter(db: Pick<Db, "execute">, after: Date): Promise<Outage[]> {
  const rows = await db.execute<{ part: Part; from: string | Date; to: string | Date | null }>(sql`
    select part, started_at as "from", ended_at as "to" from service_incidents
      where started_at is not null and ended_at > ${after.toISOString()}::timestamptz
    union all select part, ${LAST_WORD}, null from service_beats
      where legal_at is not null and clock_timestamp() - at > make_interval(secs => ${SILENT_SECONDS})
    order by 2, 1`);
  return rows.map(({ part, from, to }) => ({ part, from: new Date(from), to: to ? new Date(to) : undefined }));
}
