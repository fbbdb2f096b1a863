import { sql } from "drizzle-orm";
import { ANSWERS_OWED } from "@/hub/deliver";
import { inContext } from "@/kit/db/context";
import { SILENT_SECONDS } from "@/kit/heartbeat";
import { queueJobs } from "@/kit/outbox";
import { SECURITIES_TO_WATCH } from "@/lifecycle/bid-security/commands/send";
import { SECURITIES_TO_SETTLE } from "@/lifecycle/bid-security/commands/settle";
import { sendJob } from "@/lifecycle/bid-security/owe";

import { discardUnits } from "@/lifecycle/bidding/commands/upload";
import { FEE_TO_CANCEL, FEE_TO_CLAIM } from "@/lifecycle/fees/commands/claim";
import { EXPERTS_TO_CLAIM, EXPERTS_TO_PAY } from "@/lifecycle/fees/commands/experts";
import { feesToPassOn } from "@/lifecycle/fees/commands/pass-on";
import { profileOf } from "@/lifecycle/law/clauses";
import { NOTICES_TO_PLACE } from "@/lifecycle/notice/place";
import { POSTPONE_MINUTES } from "@/lifecycle/objection/commands/watch";
import { CANDIDATE_DAYS, MEDIA_HOURS } from "@/lifecycle/supervision/points";
import { payoutJob } from "@/platform/billing/commands/payout";
import { daysToReconcile, reconcileJob } from "@/platform/billing/commands/reconcile";
import { FEES_TO_WATCH } from "@/platform/billing/commands/watch";
import { jobsToRead } from "@/platform/file/commands";
import type { Site } from "@/platform/site/queries";
import { dueWarnings } from "./expiry";
import { perform, type WorkerContext } from "./tasks";

/**
 * Everything that is due in a site and nobody waits for at the second: reminders, refunds, what the bank owes an answer
 * to, stored packages to be read again, archives to be built, messages to be sent once more.
 */
export async function doUpkeep(context: WorkerContext, site: Site): Promise<void> {
  const runtime = context.process.runtime(site);
  const service = { siteId: site.id, role: "platform" };
  const due = await inContext(runtime.db, service, async (tx) => ({
    work: await tx.execute<{ name: string; lot_id: string }>(sql`
    select 'scrub-lot' as name, id as lot_id from lots
      where state in ('P1', 'P2', 'T1') and coalesce(scrubbed_at, notice_published_at) <= xb_now()
      - case when coalesce(bid_deadline, application_deadline) <= xb_now() + interval '6 hours' then interval '1 hour' else interval '6 hours' end
    union all select distinct 'remind-holders', l.id from letters r join lots l on l.id = r.lot_id
      where l.state = 'T1' and r.kind = 'clarification' and r.read_at is null and r.reminded_at is null
      and r.sent_at <= xb_now() - interval '24 hours'
    union all select distinct 'warn-objections', lot_id from objections
      where answered_at is null and warned_at is null and alarm_at <= xb_now()
    union all select 'postpone-for-objection', l.id from lots l
      where l.state = 'T1' and l.flags = '["SUSPENDED_OBJECTION"]'::jsonb
      and l.bid_deadline <= xb_now() + make_interval(mins => ${POSTPONE_MINUTES})
      and exists (select 1 from objections o where o.lot_id = l.id and o.in_time and o.kind <> 'notice' and o.answered_at is null)
    union all select 'postpone-applications', l.id from lots l
      where l.state = 'P1' and l.flags = '["SUSPENDED_OBJECTION"]'::jsonb
      and l.application_deadline <= xb_now() + make_interval(mins => ${POSTPONE_MINUTES})
      and exists (select 1 from objections o where o.lot_id = l.id and o.in_time and o.kind <> 'notice' and o.answered_at is null)
    union all select distinct 'refund-lot', l.id from lots l join fee_orders o on o.lot_id = l.id
      where o.state in ('paid', 'delivered') and o.claim_id is null
      and not exists (select 1 from fee_payouts y where y.parts @> jsonb_build_array(jsonb_build_object('orderId', o.id::text))) and (l.state = 'F3' or (l.state in ('F1', 'F2', 'F4') and ${profileOf(site.profile).feeBackOnFailure}))
    union all select 'claim-service-fee', l.id from lots l where ${FEE_TO_CLAIM}
    union all select 'cancel-service-fee', l.id from lots l where ${FEE_TO_CANCEL}
    union all select 'claim-expert-fees', l.id from lots l where ${EXPERTS_TO_CLAIM}
    union all select 'pay-experts', l.id from lots l where ${EXPERTS_TO_PAY}
    union all select 'pass-on-fees', l.id from lots l where ${feesToPassOn(profileOf(site.profile).feeBackOnFailure)}
    union all select case when number like '%-ZS01-CH' then 'announce-termination' else 'announce-withdrawal' end, lot_id from notices
      where kind = 'withdrawal' and announced_at is null
    union all select distinct 'tell-points', p.lot_id from (
      select id as lot_id, 'media' as point, notice_published_at + make_interval(hours => ${MEDIA_HOURS.warn}) as warn_at,
        notice_published_at + make_interval(hours => ${MEDIA_HOURS.due}) as due_at from lots
        where state = 'T1' and media_published_at is null
      union all select lot_id, 'objection-' || number, due_at + interval '1 second', due_at from objections
        where answered_at is null
      union all select l.id, 'opening', bid_deadline + interval '1 minute', bid_deadline + interval '10 minutes' from lots l
        where state = 'T2'
      union all select l.id, 'candidates', e.finished_at + make_interval(days => ${CANDIDATE_DAYS.warn}),
        e.finished_at + make_interval(days => ${CANDIDATE_DAYS.due}) from lots l join evaluations e on e.lot_id = l.id
        where l.state = 'E2') p
      join lots l on l.id = p.lot_id join tender_projects t on t.id = l.tender_project_id
      where p.warn_at <= xb_now() and (t.regime ->> 'mandatory' = 'true' or p.point not in ('media', 'candidates'))
      and not exists (select 1 from point_alarms a where a.lot_id = p.lot_id and a.point = p.point
        and a.colour = case when p.due_at < xb_now() then 'red' else 'yellow' end)
    union all select 'build-archive', l.id from lots l
      where l.state = 'A3' and not exists (select 1 from archives a where a.lot_id = l.id)
      and not ${ANSWERS_OWED}`),
    // Nothing waits for a digest: one that failed keeps the pauses of its job, however long the mail server is away.
    digests: context.smtpUrl
      ? await tx.execute<{ id: string }>(sql`
          select s.id from saved_searches s where s.ended_at is null and s.mailed_until <= xb_now() - interval '24 hours'
            and not exists (select 1 from graphile_worker.jobs j where j.key = 'digest:' || s.id and j.attempts < j.max_attempts)
          limit 50`)
      : [],
    // Only what is about to be published; whoever uploads and does not use it has it read by the job of the upload.
    unread: await tx.execute<{ id: string }>(sql`
      select distinct f.id from lots l join tender_documents d on d.lot_id = l.id and d.issued_at is null
        cross join lateral jsonb_array_elements_text(d.file_ids) named(id) join files f on f.id = named.id::uuid
        where l.state = 'D0' and f.media_type = 'application/pdf'
        and not exists (select 1 from file_texts t where t.file_id = f.id)
        and not exists (select 1 from graphile_worker.jobs j where j.key = 'read-file:' || f.id and j.attempts < j.max_attempts)
      limit 20`),
    places: await tx.execute<{ due: boolean }>(sql`select ${NOTICES_TO_PLACE} as due`),
    unannounced: await tx.execute<{ id: string }>(sql`select id from clarifications where announced_at is null`),
    discards: await tx.execute<{ id: string }>(sql`
      select id from uploads where state in ('given_up', 'refused', 'not_received') and units_discarded_at is null limit 20`),
    unknown: await tx.execute<{ id: string }>(sql`
      select id from fee_orders where state in ('created', 'paying') and next_ask_at <= clock_timestamp() limit 50`),
    refunds: await tx.execute<{ id: string }>(sql`
      select id from fee_refunds where state = 'due' and next_try_at <= clock_timestamp() limit 50`),
    // Of a lot that takes bids or is being opened; after that a transfer is told by notice alone.
    accounts: await tx.execute<{ id: string }>(sql`
      select a.id from security_accounts a join lots l on l.id = a.lot_id
      where l.state in ('T1', 'T2', 'O1') and a.next_ask_at <= clock_timestamp() limit 100`),
    securities: await tx.execute<{ lot_id: string }>(SECURITIES_TO_SETTLE),
    payouts: await tx.execute<{ id: string }>(sql`
      select id from security_payouts where state = 'due' and send_after <= xb_now() and next_try_at <= clock_timestamp() limit 50`),
    feePayouts: await tx.execute<{ id: string }>(sql`
      select id from fee_payouts where state = 'due' and next_try_at <= clock_timestamp() limit 50`),
    stuckSecurities: await tx.execute<{ due: boolean }>(sql`select ${SECURITIES_TO_WATCH} as due`),
    expiring: await dueWarnings(tx),
    // Once a day, and not before there is a day to prove.
    proof: await tx.execute<{ due: boolean }>(sql`
      select exists (select 1 from trail_lines where chain = 'site' and at <= xb_now() - interval '24 hours')
        and not exists (select 1 from integrity_proofs where at > xb_now() - interval '24 hours') as due`),
    // By both clocks: a demonstration that was stopped and started again was not silent.
    silent: await tx.execute<{ part: string }>(sql`
      select b.part from service_beats b where clock_timestamp() - b.at > make_interval(secs => ${SILENT_SECONDS})
        and xb_now() - b.legal_at > make_interval(secs => ${SILENT_SECONDS})
        and not exists (select 1 from service_alarms a where a.part = b.part
          and a.at >= xb_now() - (clock_timestamp() - b.at))`),
    fees: await tx.execute<{ due: boolean }>(sql`select ${FEES_TO_WATCH} as due`),
    bankDays: site.bankUrl ? await daysToReconcile(tx, site.id) : [],
    outbox: await tx.execute<{ n: string }>(
      sql`select count(*) as n from outbox where state in ('queued', 'sent', 'received', 'accepted') and next_try_at <= clock_timestamp()`,
    ),
  }));
  for (const { id } of due.discards) await discardUnits(runtime, service, id);
  // One key a piece of work: what is running or waiting already is not enqueued a second time.
  await inContext(runtime.db, service, async (tx) => {
    for (const { id } of due.unannounced) {
      const payload = { clarificationId: id };
      await queueJobs(tx, site.id, [{ name: "announce-clarification", payload, key: `announce:${id}` }]);
    }
    for (const { id } of due.unread) await queueJobs(tx, site.id, jobsToRead(id, { mediaType: "application/pdf" }));
    if (due.places[0]?.due)
      await queueJobs(tx, site.id, [{ name: "place-notices", payload: {}, key: `place-notices:${site.id}` }]);
    await queueJobs(
      tx,
      site.id,
      due.silent.map(({ part }) => ({ name: "raise-alarm", payload: { part }, key: `alarm:${site.id}:${part}` })),
    );
    if (due.proof[0]?.due)
      await queueJobs(tx, site.id, [{ name: "prove-integrity", payload: {}, key: `prove:${site.id}` }]);
    for (const { id } of due.digests) {
      await queueJobs(tx, site.id, [{ name: "mail-digest", payload: { searchId: id }, key: `digest:${id}` }]);
    }
    for (const { id } of due.unknown)
      await queueJobs(tx, site.id, [{ name: "ask-bank", payload: { orderId: id }, key: `ask-bank:${id}` }]);
    for (const { id } of due.refunds)
      await queueJobs(tx, site.id, [{ name: "pay-refund", payload: { refundId: id }, key: `refund:${id}` }]);
    for (const { id } of due.accounts)
      await queueJobs(tx, site.id, [{ name: "ask-account", payload: { accountId: id }, key: `ask-account:${id}` }]);
    for (const { lot_id: lotId } of due.securities)
      await queueJobs(tx, site.id, [{ name: "settle-securities", payload: { lotId }, key: `securities:${lotId}` }]);
    await queueJobs(
      tx,
      site.id,
      due.payouts.map(({ id }) => sendJob(id)),
    );
    await queueJobs(
      tx,
      site.id,
      due.feePayouts.map(({ id }) => payoutJob(id)),
    );
    await queueJobs(
      tx,
      site.id,
      due.bankDays.map((day) => reconcileJob(site.id, day)),
    );
    await queueJobs(
      tx,
      site.id,
      due.work.map(({ name, lot_id }) => ({ name, payload: { lotId: lot_id }, key: `sweep:${name}:${lot_id}` })),
    );
  });
  for (const warning of due.expiring) await perform(context, "warn-of-expiry", { siteId: site.id, ...warning });
  if (due.fees[0]?.due) await perform(context, "watch-fees", { siteId: site.id });
  if (due.stuckSecurities[0]?.due) await perform(context, "watch-securities", { siteId: site.id });
  if (Number(due.outbox[0]?.n ?? 0) > 0) await perform(context, "deliver-outbox", { siteId: site.id });
}
