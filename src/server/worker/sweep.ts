import { sql } from "drizzle-orm";
import { Refused } from "@/core/refusal";
import { inContext } from "@/kit/db/context";
import { SILENT_SECONDS } from "@/kit/heartbeat";
import { log } from "@/kit/log";
import { queueJobs } from "@/kit/outbox";
import { completePass } from "@/lifecycle/bidding/commands/finish";
import { OUTAGE_RULE } from "@/lifecycle/opening/outage";
import { allSites, type Site } from "@/platform/site/queries";
import type { WorkerContext } from "./tasks";
import { doUpkeep } from "./upkeep";

const PROCEDURES_EVERY_MS = 500;
const UPKEEP_EVERY_MS = 2_000;
/** A check that has run for this long was cut off; whoever finds it finishes it. */
const STALE_PASS_SECONDS = 10;

/**
 * Looks, twice a second, for what the state of the lots says is due: a deadline reached, a window ended, a key released
 * and not used, a step complete; beside it and less often for the rest, so that a slow hub or bank delays no opening. A
 * lost job, a killed process or a jump of the demonstration clock are found here.
 */
export function startSweep(context: WorkerContext): { stop(): void } {
  let stopped = false;
  async function keepLooking(everyMs: number, look: (context: WorkerContext, site: Site) => Promise<void>) {
    while (!stopped) {
      try {
        for (const site of await allSites(context.process.connection.db)) await look(context, site);
      } catch (error) {
        log.warn({ error: String(error) }, "sweep");
      }
      await new Promise((done) => setTimeout(done, everyMs));
    }
  }
  void keepLooking(PROCEDURES_EVERY_MS, lookAtProcedures);
  void keepLooking(UPKEEP_EVERY_MS, doUpkeep);
  return {
    stop() {
      stopped = true;
    },
  };
}

/** Closing, opening, decryption, draw and evaluation: people sit and wait for them. */
export async function lookAtProcedures(context: WorkerContext, site: Site): Promise<void> {
  const runtime = context.process.runtime(site);
  const service = { siteId: site.id, role: "platform" };
  const due = await inContext(runtime.db, service, async (tx) => ({
    work: await tx.execute<{ name: string; lot_id: string; bid_id: string | null; segment: string | null }>(sql`
    select 'close-lot' as name, id as lot_id, null::uuid as bid_id, null as segment from lots
      where state = 'T1' and bid_deadline <= xb_now() and flags = '[]'::jsonb
    union all select 'close-applications', id, null, null from lots
      where state = 'P1' and application_deadline <= xb_now() and flags = '[]'::jsonb
    union all select 'open-application', o.lot_id, o.application_id, null from application_openings o join lots l on l.id = o.lot_id
      where o.state = 'released' and l.state = 'P2' and l.flags = '[]'::jsonb
    union all select 'settle-outage', l.id, null, null from lots l
      cross join lateral (select coalesce(l.window_ends_at, l.bid_deadline) as ends, greatest(
        coalesce(l.second_opened_at, l.opened_at, l.bid_deadline - make_interval(mins => ${OUTAGE_RULE.watchMinutes})),
        (select max(o.at) from lot_outages o where o.lot_id = l.id)) as begins) span
      where (l.state = 'T1' and l.bid_deadline <= xb_now() + make_interval(mins => ${OUTAGE_RULE.watchMinutes})
        or l.state = 'O1' and not exists (select 1 from opening_records r where r.lot_id = l.id)
        or l.state = 'E1b' and l.second_opened_at is not null
          and not exists (select 1 from second_opening_records r where r.lot_id = l.id))
      and (l.flags = '[]'::jsonb or l.state = 'T1' and l.flags = '["SUSPENDED_INCIDENT"]'::jsonb)
      and ((select sum(extract(epoch from least(i.ended_at, span.ends) - greatest(i.started_at, span.begins)))
          from service_incidents i where i.part in ('web', 'receiver')
          and i.ended_at > span.begins and i.started_at < span.ends) >= ${OUTAGE_RULE.leastSeconds}
        or l.state = 'T1' and l.flags = '[]'::jsonb and l.bid_deadline <= xb_now() and exists (
          select 1 from service_beats b where b.part in ('web', 'receiver')
          and clock_timestamp() - b.at > make_interval(secs => ${SILENT_SECONDS})))
    union all select 'settle-application-outage', l.id, null, null from lots l
      cross join lateral (select coalesce(l.application_window_ends_at, l.application_deadline) as ends, greatest(
        coalesce(l.applications_opened_at, l.application_deadline - make_interval(mins => ${OUTAGE_RULE.watchMinutes})),
        (select max(o.at) from lot_outages o where o.lot_id = l.id)) as begins) span
      where (l.state = 'P1' and l.application_deadline <= xb_now() + make_interval(mins => ${OUTAGE_RULE.watchMinutes})
        or l.state = 'P2')
      and (l.flags = '[]'::jsonb or l.state = 'P1' and l.flags = '["SUSPENDED_INCIDENT"]'::jsonb)
      and ((select sum(extract(epoch from least(i.ended_at, span.ends) - greatest(i.started_at, span.begins)))
          from service_incidents i where i.part in ('web', 'receiver')
          and i.ended_at > span.begins and i.started_at < span.ends) >= ${OUTAGE_RULE.leastSeconds}
        or l.state = 'P1' and l.flags = '[]'::jsonb and l.application_deadline <= xb_now() and exists (
          select 1 from service_beats b where b.part in ('web', 'receiver')
          and clock_timestamp() - b.at > make_interval(secs => ${SILENT_SECONDS})))
    union all select 'open-lot', id, null, null from lots where state = 'T2' and flags = '[]'::jsonb
    union all select 'open-second', id, null, null from lots where state = 'E1b' and second_opened_at is null
      and second_opening_at <= xb_now() and flags = '[]'::jsonb
    union all select 'decrypt-bid', o.lot_id, o.bid_id, o.segment from bid_openings o join lots l on l.id = o.lot_id
      where o.state = 'released' and l.state in ('O1', 'E1b') and l.flags = '[]'::jsonb
    union all select 'settle-opening', l.id, null, null from lots l
      where (l.state = 'O1' and not exists (select 1 from opening_records r where r.lot_id = l.id)
        or l.state = 'E1b' and l.second_opened_at is not null
          and not exists (select 1 from second_opening_records r where r.lot_id = l.id))
      and l.flags = '[]'::jsonb and (l.window_ends_at <= xb_now() or not exists (
      select 1 from bid_openings o where o.lot_id = l.id and o.state in ('waiting', 'released')))
    union all select 'draw-reviewers', r.lot_id, null, null from prequal_draw_requests r join lots l on l.id = r.lot_id
      where r.drawn_at is null and r.failed_at is null and l.state = 'P2'
    union all select 'draw-committee', r.lot_id, null, null from committee_requests r
      where r.failed_at is null and not exists (select 1 from committee_members m where m.lot_id = r.lot_id)
    union all select 'settle-evaluation', e.lot_id, null, null from evaluations e join lots l on l.id = e.lot_id
      where l.state = 'E1' and e.step in ('preliminary', 'detailed', 'first-envelope') and not exists (
      select 1 from committee_members m where m.lot_id = e.lot_id and m.state in ('drawn', 'signed_in') and not exists (
      select 1 from score_sheets s where s.member_id = m.id and s.lot_id = e.lot_id and s.version = e.version and s.step = e.step))
    union all select 'settle-evaluation', e.lot_id, null, null from evaluations e join lots l on l.id = e.lot_id
      where l.state = 'E1' and l.flags = '[]'::jsonb and e.step = 'second-opening'
    union all select 'build-report', e.lot_id, null, null from evaluations e
      where e.step = 'report' and not exists (select 1 from reports r where r.lot_id = e.lot_id and r.version = e.version)`),
    passes: await tx.execute<{ id: string; org_id: string; person_id: string }>(sql`
      select p.id, p.org_id, p.person_id from gate_passes p join uploads u on u.id = p.upload_id
      where p.state = 'checking' and xb_now() > p.received_at + make_interval(secs => ${STALE_PASS_SECONDS})`),
  }));
  for (const { id, org_id, person_id } of due.passes) {
    await completePass(
      runtime,
      { siteId: site.id, orgId: org_id, personId: person_id, role: "bidder", certificateId: "" },
      id,
    ).catch(ignoreRefusal);
  }
  if (!due.work.length) return;
  // One key a piece of work: what is running or waiting already is not enqueued a second time.
  await inContext(runtime.db, service, (tx) =>
    queueJobs(
      tx,
      site.id,
      due.work.map(({ name, lot_id, bid_id, segment }) => ({
        name,
        payload: {
          lotId: lot_id,
          ...(bid_id && segment ? { bidId: bid_id, segment } : bid_id ? { applicationId: bid_id } : {}),
        },
        key: `sweep:${name}:${bid_id ?? lot_id}`,
      })),
    ),
  );
}

/** One bad package must not stop the closing of every other lot: it is logged and asked for again. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof Refused)) log.error({ error: String(error) }, "a package in check could not be finished");
}
