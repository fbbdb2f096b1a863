import { sql } from "drizzle-orm";
import type { Db } from "./db/connect";
import { log } from "./log";

/** Processes that say that they run. */
export type Part = "receiver" | "worker";

export const BEAT_MS = 15_000;
/** A process that says nothing for so long counts as down. */
export const SILENT_SECONDS = 90;

/** Says that a process runs. After a silence it also writes down how long that was. */
export async function beat(db: Db, part: Part): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute(sql`
      insert into service_incidents (part, seconds, ended_at)
      select part, extract(epoch from clock_timestamp() - at)::int, xb_now() from service_beats
      where part = ${part} and clock_timestamp() - at > make_interval(secs => ${SILENT_SECONDS}) for update`);
    await tx.execute(sql`
      insert into service_beats (part, at) values (${part}, clock_timestamp())
      on conflict (part) do update set at = excluded.at`);
  });
}

/** Says so again and again, until stopped. A database that does not answer is told of elsewhere. */
export function startBeats(db: Db, part: Part): { stop(): void } {
  const once = () => void beat(db, part).catch((error: unknown) => log.warn({ error: String(error) }, "heartbeat"));
  once();
  const timer = setInterval(once, BEAT_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

/** Which processes are silent now, and when some were within the last thirty days of legal time. Public. */
export async function serviceHealth(db: Pick<Db, "execute">) {
  const silent = await db.execute<{ part: Part }>(sql`
    select p.part from (values ('receiver'), ('worker')) as p(part)
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
