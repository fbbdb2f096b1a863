import { sql } from "drizzle-orm";
import { Refused } from "@/core/refusal";
import { ANSWERS_OWED } from "@/hub/deliver";
import { inContext } from "@/kit/db/context";
import { log } from "@/kit/log";
import { queueJobs } from "@/kit/outbox";
import { completePass } from "@/lifecycle/bidding/commands/finish";
import { discardUnits } from "@/lifecycle/bidding/commands/upload";
import { profileOf } from "@/lifecycle/law/clauses";
import { NOTICES_TO_PLACE } from "@/lifecycle/notice/place";
import { POSTPONE_MINUTES } from "@/lifecycle/objection/commands/watch";
import { daysToReconcile, reconcileJob } from "@/platform/billing/commands/reconcile";
import { FEES_TO_WATCH } from "@/platform/billing/commands/watch";
import { allSites } from "@/platform/site/queries";
import { dueWarnings } from "./expiry";
import { perform, type WorkerContext } from "./tasks";

const EVERY_MS = 500;
/** A check that has run for this long was cut off; whoever finds it finishes it. */
const STALE_PASS_SECONDS = 10;

/**
 * Looks, twice a second, for what the state of the lots says is due: a deadline reached, a window ended, a key released
 * and not used, a step complete. A lost job, a killed process or a jump of the demonstration clock are found here.
 */
export function startSweep(context: WorkerContext): { stop(): void } {
  let stopped = false;
  async function look(): Promise<void> {
    for (const site of await allSites(context.process.connection.db)) {
      const runtime = context.process.runtime(site);
      const service = { siteId: site.id, role: "platform" };
      const due = await inContext(runtime.db, service, async (tx) => ({
        work: await tx.execute<{ name: string; lot_id: string; bid_id: string | null; segment: string | null }>(sql`
          select 'close-lot' as name, id as lot_id, null::uuid as bid_id, null as segment from lots
            where state = 'T1' and bid_deadline <= xb_now() and flags = '[]'::jsonb
          union all select 'scrub-lot', id, null, null from lots
            where state = 'T1' and coalesce(scrubbed_at, notice_published_at) <= xb_now()
              - case when bid_deadline <= xb_now() + interval '6 hours' then interval '1 hour' else interval '6 hours' end
          union all select 'open-lot', id, null, null from lots where state = 'T2' and flags = '[]'::jsonb
          union all select 'decrypt-bid', o.lot_id, o.bid_id, o.segment from bid_openings o join lots l on l.id = o.lot_id
            where o.state = 'released' and l.flags = '[]'::jsonb
          union all select 'settle-opening', l.id, null, null from lots l
            where l.state = 'O1' and l.flags = '[]'::jsonb and not exists (select 1 from opening_records r where r.lot_id = l.id)
              and (l.window_ends_at <= xb_now() or not exists (
                select 1 from bid_openings o where o.lot_id = l.id and o.state in ('waiting', 'released')))
          union all select 'draw-committee', r.lot_id, null, null from committee_requests r
            where not exists (select 1 from committee_members m where m.lot_id = r.lot_id)
          union all select 'settle-evaluation', e.lot_id, null, null from evaluations e join lots l on l.id = e.lot_id
            where l.state = 'E1' and e.step in ('preliminary', 'detailed') and not exists (
              select 1 from committee_members m where m.lot_id = e.lot_id and m.state in ('drawn', 'signed_in') and not exists (
                select 1 from score_sheets s where s.member_id = m.id and s.lot_id = e.lot_id and s.version = e.version and s.step = e.step))
          union all select 'build-report', e.lot_id, null, null from evaluations e
            where e.step = 'report' and not exists (select 1 from reports r where r.lot_id = e.lot_id and r.version = e.version)
          union all select distinct 'remind-holders', l.id, null::uuid, null from letters r join lots l on l.id = r.lot_id
            where l.state = 'T1' and r.kind = 'clarification' and r.read_at is null and r.reminded_at is null
              and r.sent_at <= xb_now() - interval '24 hours'
          union all select distinct 'warn-objections', lot_id, null::uuid, null from objections
            where answered_at is null and warned_at is null and alarm_at <= xb_now()
          union all select 'postpone-for-objection', l.id, null, null from lots l
            where l.state = 'T1' and l.flags = '["SUSPENDED_OBJECTION"]'::jsonb
              and l.bid_deadline <= xb_now() + make_interval(mins => ${POSTPONE_MINUTES})
              and exists (select 1 from objections o where o.lot_id = l.id and o.in_time and o.answered_at is null)
          union all select distinct 'refund-lot', l.id, null::uuid, null from lots l join fee_orders o on o.lot_id = l.id
            where o.state in ('paid', 'delivered') and (l.state = 'F3' or (l.state in ('F1', 'F2', 'F4') and ${profileOf(site.profile).feeBackOnFailure}))
          union all select 'announce-withdrawal', lot_id, null, null from notices
            where kind = 'withdrawal' and announced_at is null
          union all select 'build-archive', l.id, null, null from lots l
            where l.state = 'A3' and not exists (select 1 from archives a where a.lot_id = l.id)
              and not ${ANSWERS_OWED}`),
        // Nothing waits for a digest: one that failed keeps the pauses of its job, however long the mail server is away.
        digests: context.smtpUrl
          ? await tx.execute<{ id: string }>(sql`
              select s.id from saved_searches s where s.ended_at is null and s.mailed_until <= xb_now() - interval '24 hours'
                and not exists (select 1 from graphile_worker.jobs j where j.key = 'digest:' || s.id and j.attempts < j.max_attempts)
              limit 50`)
          : [],
        places: await tx.execute<{ due: boolean }>(sql`select ${NOTICES_TO_PLACE} as due`),
        unannounced: await tx.execute<{ id: string }>(sql`select id from clarifications where announced_at is null`),
        discards: await tx.execute<{ id: string }>(sql`
          select id from uploads where state in ('given_up', 'refused', 'not_received') and units_discarded_at is null limit 20`),
        passes: await tx.execute<{ id: string; org_id: string; person_id: string }>(sql`
          select p.id, p.org_id, p.person_id from gate_passes p join uploads u on u.id = p.upload_id
          where p.state = 'checking' and xb_now() > p.received_at + make_interval(secs => ${STALE_PASS_SECONDS})`),
        unknown: await tx.execute<{ id: string }>(sql`
          select id from fee_orders where state in ('created', 'paying') and next_ask_at <= clock_timestamp() limit 50`),
        refunds: await tx.execute<{ id: string }>(sql`
          select id from fee_refunds where state = 'due' and next_try_at <= clock_timestamp() limit 50`),
        expiring: await dueWarnings(tx),
        fees: await tx.execute<{ due: boolean }>(sql`select ${FEES_TO_WATCH} as due`),
        bankDays: site.bankUrl ? await daysToReconcile(tx, site.id) : [],
        outbox: await tx.execute<{ n: string }>(
          sql`select count(*) as n from outbox where state in ('queued', 'sent', 'received', 'accepted') and next_try_at <= clock_timestamp()`,
        ),
      }));
      for (const { id, org_id, person_id } of due.passes) {
        await completePass(
          runtime,
          { siteId: site.id, orgId: org_id, personId: person_id, role: "bidder", certificateId: "" },
          id,
        ).catch(ignoreRefusal);
      }
      for (const { id } of due.discards) await discardUnits(runtime, service, id);
      // One key a piece of work: what is running or waiting already is not enqueued a second time.
      await inContext(runtime.db, service, async (tx) => {
        for (const { id } of due.unannounced) {
          const payload = { clarificationId: id };
          await queueJobs(tx, site.id, [{ name: "announce-clarification", payload, key: `announce:${id}` }]);
        }
        if (due.places[0]?.due)
          await queueJobs(tx, site.id, [{ name: "place-notices", payload: {}, key: `place-notices:${site.id}` }]);
        for (const { id } of due.digests) {
          await queueJobs(tx, site.id, [{ name: "mail-digest", payload: { searchId: id }, key: `digest:${id}` }]);
        }
        for (const { id } of due.unknown)
          await queueJobs(tx, site.id, [{ name: "ask-bank", payload: { orderId: id }, key: `ask-bank:${id}` }]);
        for (const { id } of due.refunds)
          await queueJobs(tx, site.id, [{ name: "pay-refund", payload: { refundId: id }, key: `refund:${id}` }]);
        await queueJobs(
          tx,
          site.id,
          due.bankDays.map((day) => reconcileJob(site.id, day)),
        );
        for (const { name, lot_id, bid_id, segment } of due.work) {
          const payload = { lotId: lot_id, ...(bid_id && segment ? { bidId: bid_id, segment } : {}) };
          await queueJobs(tx, site.id, [{ name, payload, key: `sweep:${name}:${bid_id ?? lot_id}` }]);
        }
      });
      for (const warning of due.expiring) await perform(context, "warn-of-expiry", { siteId: site.id, ...warning });
      if (due.fees[0]?.due) await perform(context, "watch-fees", { siteId: site.id });
      if (Number(due.outbox[0]?.n ?? 0) > 0) await perform(context, "deliver-outbox", { siteId: site.id });
    }
  }
  async function loop(): Promise<void> {
    while (!stopped) {
      await look().catch((error: unknown) => log.warn({ error: String(error) }, "sweep"));
      await new Promise((done) => setTimeout(done, EVERY_MS));
    }
  }
  void loop();
  return {
    stop() {
      stopped = true;
    },
  };
}

/** One bad package must not stop the closing of every other lot: it is logged and asked for again. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof Refused)) log.error({ error: String(error) }, "a package in check could not be finished");
}
