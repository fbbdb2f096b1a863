-- Guards: functions, grants, row-level security, append-only triggers.
-- Applied after every migration and safe to apply again. What it forbids:
--   * a query without context, of another site, or by the operator returns nothing;
--   * nobody but the tables' owner may delete; signed records and the trail accept no update;
--   * rows that tell who bought, uploaded or bid are visible to their own organisation only, until the opening.

-- Legal time. Shifted only where a demonstration row exists.
create or replace function xb_now() returns timestamptz language sql volatile security definer set search_path = public as $$
  select coalesce(
    (select case when running then demo_base + (clock_timestamp() - real_base) * rate else demo_base end from demo_clock),
    clock_timestamp())
$$;

create or replace function xb_site() returns uuid language sql stable as $$ select nullif(current_setting('xb.site', true), '')::uuid $$;
create or replace function xb_org() returns uuid language sql stable as $$ select nullif(current_setting('xb.org', true), '')::uuid $$;
create or replace function xb_person() returns uuid language sql stable as $$ select nullif(current_setting('xb.person', true), '')::uuid $$;
create or replace function xb_role() returns text language sql stable as $$ select coalesce(current_setting('xb.role', true), '') $$;

-- Has the opening of this lot begun? A failed lot (F1) never opened: its bidders stay secret for ever.
create or replace function xb_lot_opened(lot uuid) returns boolean language sql stable security definer set search_path = public as $$
  select exists (select 1 from lots where id = lot and opened_at is not null)
$$;
-- May the members of the committee read one another's marks? Only when the step is over.
create or replace function xb_marks_open(lot uuid, kind text) returns boolean language sql stable security definer set search_path = public as $$
  select exists (select 1 from evaluations where lot_id = lot and
    case kind when 'preliminary' then step <> 'preliminary' else step not in ('preliminary', 'detailed') end)
$$;
create or replace function xb_member_is_me(member uuid) returns boolean language sql stable security definer set search_path = public as $$
  select exists (select 1 from committee_members where id = member and person_id = xb_person())
$$;
-- Have names and prices been announced? Before that nobody learns who has opened.
create or replace function xb_lot_announced(lot uuid) returns boolean language sql stable security definer set search_path = public as $$
  select exists (select 1 from opening_records where lot_id = lot)
$$;
-- The same for one opening of a lot with two envelopes.
create or replace function xb_round_announced(lot uuid, of_round integer) returns boolean language sql stable security definer set search_path = public as $$
  select case of_round when 1 then exists (select 1 from opening_records where lot_id = lot)
    else exists (select 1 from second_opening_records where lot_id = lot) end
$$;
-- Was what happened at this instant said aloud? All before the first announcement is secret, and all in a second opening
-- until its own.
create or replace function xb_said(lot uuid, happened timestamptz) returns boolean language sql stable security definer set search_path = public as $$
  select exists (select 1 from opening_records where lot_id = lot) and not exists (select 1 from lots l
    where l.id = lot and l.second_opened_at <= happened and not exists (select 1 from second_opening_records r where r.lot_id = lot))
$$;
-- May lines of a sealed chain of this instant be read? Not of bidders who come to a second opening, before its announcement:
-- that they come tells that they passed.
create or replace function xb_sealed_told(lot uuid, happened timestamptz) returns boolean language sql stable security definer set search_path = public as $$
  select exists (select 1 from opening_records where lot_id = lot) and not exists (select 1 from lots l
    where l.id = lot and l.state = 'E1b' and not exists (select 1 from second_opening_records r where r.lot_id = lot)
    and happened >= coalesce((select max(s.at) from score_sheets s where s.lot_id = lot and s.step = 'first-envelope'), l.second_opened_at))
$$;
-- How many second envelopes were opened of bids that the committee rejected: none ever may be (transition 15).
create or replace function xb_failed_opened(lot uuid) returns integer language sql stable security definer set search_path = public as $$
  select count(*)::integer from bid_openings o where o.lot_id = lot and o.site_id = xb_site() and o.round = 2
    and not exists (select 1 from evaluations e where e.lot_id = lot and e.result -> 'firstEnvelope' -> 'passed' @> to_jsonb(o.bid_id::text))
$$;
create or replace function xb_winner_decided(lot uuid) returns boolean language sql stable security definer set search_path = public as $$
  select exists (select 1 from lots where id = lot and state in ('A2', 'A3', 'C1', 'C2', 'Z'))
$$;
-- Tenderer, agency and supervisor of a lot, in the role that makes them so.
create or replace function xb_supervises(lot uuid) returns boolean language sql stable security definer set search_path = public as $$
  select xb_role() = 'supervisor' and exists (select 1 from lots l join tender_projects p on p.id = l.tender_project_id
    where l.id = lot and p.supervisor_org_id = xb_org())
$$;
create or replace function xb_is_party(lot uuid) returns boolean language sql stable security definer set search_path = public as $$
  select xb_supervises(lot) or exists (select 1 from lots l join tender_projects p on p.id = l.tender_project_id
    where l.id = lot and case xb_role() when 'tenderer' then p.tenderer_org_id when 'agency' then p.agency_org_id end = xb_org())
$$;
-- Who sees a lot that is not for everybody (邀请招标): its parties, its invitees, its committee; the platform's own work, and
-- whoever owns the tables. The receiver works for bidders: there it depends on who asks.
create or replace function xb_sees_lot(lot uuid) returns boolean language sql stable security definer set search_path = public as $$
  select xb_role() = 'platform' or xb_is_party(lot)
    or exists (select 1 from lot_invitees where lot_id = lot and org_id = xb_org() and xb_role() = 'bidder' and invited_at is not null and removed_at is null)
    or exists (select 1 from committee_members where lot_id = lot and person_id = xb_person())
$$;
create or replace function xb_lot_hidden(lot uuid) returns boolean language sql stable security definer set search_path = public as $$
  select exists (select 1 from lots where id = lot and restricted) and not xb_sees_lot(lot)
$$;
-- Who hosts a prequalification: the agency, or a tenderer that has none. Nobody else of those who run it learns who applied.
create or replace function xb_hosts(lot uuid) returns boolean language sql stable security definer set search_path = public as $$
  select exists (select 1 from lots l join tender_projects p on p.id = l.tender_project_id where l.id = lot and case xb_role()
    when 'agency' then p.agency_org_id = xb_org() when 'tenderer' then p.agency_org_id is null and p.tenderer_org_id = xb_org() end)
$$;
-- A reviewer of the applications who has declared, in the role in which it was named.
create or replace function xb_reviews(lot uuid) returns boolean language sql stable security definer set search_path = public as $$
  select exists (select 1 from prequal_reviewers where lot_id = lot and person_id = xb_person() and removed_at is null
    and declared_at is not null and (kind = 'expert') = (xb_role() = 'expert') and org_id = xb_org())
$$;
-- Who may know the applicants once the applications are being opened, and what they say once the review has begun.
create or replace function xb_knows_applicants(lot uuid) returns boolean language sql stable security definer set search_path = public as $$
  select exists (select 1 from lots where id = lot and applications_opened_at is not null) and (xb_hosts(lot) or xb_supervises(lot) or xb_reviews(lot))
$$;
create or replace function xb_reads_applications(lot uuid) returns boolean language sql stable security definer set search_path = public as $$
  select exists (select 1 from lots where id = lot and review_started_at is not null) and (xb_hosts(lot) or xb_supervises(lot) or xb_reviews(lot))
$$;
-- What is left to be opened, as two answers and no number: for the host, who begins the review.
create or replace function xb_applications_left(lot uuid) returns table (waiting boolean, released boolean)
  language sql stable security definer set search_path = public as $$
  select coalesce(bool_or(o.state = 'waiting'), false), coalesce(bool_or(o.state = 'released'), false)
  from application_openings o where o.lot_id = lot and o.site_id = xb_site() and xb_hosts(lot)
$$;
create or replace function xb_review_begun(lot uuid) returns boolean language sql stable security definer set search_path = public as $$
  select exists (select 1 from lots where id = lot and review_started_at is not null)
$$;
-- Who reviews, without a name, for the host: it begins the review, and learns whom the draw named then.
create or replace function xb_reviewers_named(lot uuid) returns table (kind text, declared boolean)
  language sql stable security definer set search_path = public as $$
  select r.kind, r.declared_at is not null from prequal_reviewers r
  where r.lot_id = lot and r.site_id = xb_site() and r.removed_at is null and not r.standby and xb_hosts(lot)
$$;
-- The next expert on standby takes the place of one who recuses. Who recuses cannot see who that is.
create or replace function xb_review_standby_takes(lot uuid) returns uuid
  language sql volatile security definer set search_path = public as $$
  update prequal_reviewers set standby = false
  where id = (select id from prequal_reviewers where lot_id = lot and site_id = xb_site() and standby and removed_at is null order by place limit 1)
    and exists (select 1 from prequal_reviewers me where me.lot_id = lot and me.person_id = xb_person() and me.place is not null)
  returning id
$$;
-- Applications whose stored bytes are damaged now, for the host when the review has begun: not opening them is not their senders' fault.
create or replace function xb_applications_damaged(lot uuid) returns setof uuid
  language sql stable security definer set search_path = public as $$
  select d.bid_id from bid_damage d join lots l on l.id = d.lot_id
  where d.lot_id = lot and d.site_id = xb_site() and d.repaired_at is null and l.review_started_at is not null and xb_hosts(lot)
$$;
-- Has every reviewer judged every opened application by every criterion?
create or replace function xb_review_complete(lot uuid) returns boolean language sql stable security definer set search_path = public as $$
  select r.n > 0 and r.n * o.n * c.n = m.n from
    (select count(*) n from prequal_reviewers where lot_id = lot and removed_at is null and declared_at is not null) r,
    (select count(*) n from application_openings where lot_id = lot and state = 'decrypted') o,
    (select jsonb_array_length(content -> 'criteria') n from prequal_documents where lot_id = lot and issued_at is not null
      order by version desc limit 1) c,
    (select count(*) n from prequal_marks where lot_id = lot) m
$$;
-- A member of the committee at its seat.
create or replace function xb_sits_in(lot uuid) returns boolean language sql stable security definer set search_path = public as $$
  select exists (select 1 from committee_members where lot_id = lot and person_id = xb_person() and state = 'signed_in')
$$;
-- Has the committee handed in its report? Before that no score leaves it (SOD-08).
create or replace function xb_lot_evaluated(lot uuid) returns boolean language sql stable security definer set search_path = public as $$
  select exists (select 1 from lots where id = lot and state in ('E2', 'A1', 'A2', 'A3', 'C1', 'C2', 'Z', 'F2'))
$$;
-- How far the committee is, without what it found: for the parties while it sits. That it stopped to state whether bids compete
-- tells that bids were rejected: they read the step that was stopped.
create or replace function xb_evaluation_step(lot uuid) returns table (step text, version integer, started_at timestamptz)
  language sql stable security definer set search_path = public as $$
  select coalesce(e.result ->> 'heldStep', e.step), e.version, e.started_at from evaluations e where e.lot_id = lot and e.site_id = xb_site() and xb_is_party(lot)
$$;
-- The organisation that a link of invitation belongs to, for whoever holds the link; nothing else of it.
create or replace function xb_invitation_org(hash text) returns uuid language plpgsql stable security definer set search_path = public as $$
begin
  return (select org_id from invitations where token_hash = hash and accepted_at is null);
end $$;
-- Services: the receiver and the worker act for the procedure itself, not for a person.
-- (The owner appears here because it runs the functions above; the site policy still binds it.)
create or replace function xb_is_service() returns boolean language sql stable as $$ select current_user not in ('xb_app', 'xb_operator') $$;

-- The head of a chain, locked, and its advance. A bidder may add a line to a sealed chain without being able to read its length.
create or replace function xb_trail_head(wanted text) returns table (seq bigint, hash text)
  language plpgsql volatile security definer set search_path = public as $$
begin
  insert into trail_heads (site_id, chain, seq, hash) values (xb_site(), wanted, 0, repeat('0', 64)) on conflict do nothing;
  return query select h.seq, h.hash from trail_heads h where h.site_id = xb_site() and h.chain = wanted for update;
end $$;
create or replace function xb_trail_advance(wanted text, new_seq bigint, new_hash text) returns void
  language plpgsql volatile security definer set search_path = public as $$
begin
  update trail_heads set seq = new_seq, hash = new_hash where site_id = xb_site() and chain = wanted and seq < new_seq;
  if not found then raise exception 'the head of a chain only moves forward' using errcode = '55006'; end if;
end $$;
-- The next member on standby takes a place. Who recuses cannot see who is on standby.
create or replace function xb_standby_takes(lot uuid, seat uuid, chair integer) returns uuid
  language sql volatile security definer set search_path = public as $$
  update committee_members set state = 'drawn', seat_id = seat, is_chair = chair
  where id = (select id from committee_members where lot_id = lot and site_id = xb_site() and state = 'standby' order by place limit 1)
  returning id
$$;
-- Number of the next objection to a lot. Who files cannot see the others.
create or replace function xb_next_objection(lot uuid) returns integer language sql stable security definer set search_path = public as $$
  select coalesce(max(number), 0) + 1 from objections where lot_id = lot and site_id = xb_site()
$$;
-- Document fees of a lot, for the parties that they belong to, once the opening has begun: who bid by name, all others in one
-- line without one. Before that, and for ever when a lot fails, there is nothing to settle.
create or replace function xb_fee_settlement(lot uuid) returns table (org_id uuid, amount_fen bigint)
  language sql stable security definer set search_path = public as $$
  select b.org_id, sum(o.amount_fen)::bigint
  from fee_orders o left join (select distinct bids.org_id from bids
    where bids.lot_id = lot and bids.replaced_at is null and bids.withdrawn_at is null) b on b.org_id = o.org_id
  where o.lot_id = lot and o.site_id = xb_site() and o.state = 'delivered' and o.claim_id is null
    and xb_lot_opened(lot) and xb_role() in ('tenderer', 'agency') and xb_is_party(lot)
  group by b.org_id
$$;
-- Does a bid of this organisation stand in this lot?
create or replace function xb_bid_stands(lot uuid, org uuid) returns boolean language sql stable security definer set search_path = public as $$
  select exists (select 1 from bids where lot_id = lot and org_id = org and replaced_at is null and withdrawn_at is null)
$$;
-- May this reader know of a bidder's security? Its own; those who run, supervise or evaluate the lot once the opening has begun, of
-- bids that stand. Who paid and did not bid is never named, and of a lot that never opens nobody is.
create or replace function xb_sees_security(lot uuid, org uuid) returns boolean language sql stable security definer set search_path = public as $$
  select org = xb_org() or (xb_lot_opened(lot) and xb_bid_stands(lot, org) and (xb_is_party(lot) or xb_sits_in(lot)))
$$;
-- Bidders that left because they did not consent to a longer validity (R-L.101), and since when; whoever has not answered when the
-- time is over has not consented. Every reader sees of it what it sees of bids and answers.
create or replace function xb_validity_refused(lot uuid) returns table (org_id uuid, at timestamptz) language sql stable as $$
  select b.org_id, min(coalesce(r.at, e.reply_by)) from validity_extensions e
    join bids b on b.lot_id = e.lot_id and b.replaced_at is null and b.withdrawn_at is null
    left join validity_replies r on r.extension_id = e.id and r.org_id = b.org_id
  where e.lot_id = lot and (r.answer = 'refuse' or (r.id is null and e.reply_by <= xb_now())) group by b.org_id
$$;
-- How the bids of a lot fared, as far as their securities depend on it and it was said aloud: for the worker.
create or replace function xb_bid_fates(lot uuid) returns table (org_id uuid, bid_id uuid, standing boolean, withdrawn_at timestamptz,
    revoked_reason text, failure_class text, legal_effect text, final_at timestamptz, refused_at timestamptz) language sql stable as $$
  select distinct on (b.org_id) b.org_id, b.id, b.withdrawn_at is null, b.withdrawn_at, r.reason, o.failure_class, o.legal_effect, o.final_at,
    (select v.at from xb_validity_refused(lot) v where v.org_id = b.org_id)
  from bids b left join bid_revocations r on r.bid_id = b.id and xb_said(lot, r.at)
    left join lateral (select * from bid_openings f where f.bid_id = b.id and f.legal_effect in ('REVOKED', 'WITHDRAWN')
      and xb_said(lot, f.final_at) order by f.round limit 1) o on true
  where b.lot_id = lot and b.replaced_at is null order by b.org_id, b.seq desc
$$;
-- The security ledger of a lot that has ended, for the operator (R-5.9.1): whether anything is left, and sums. Nothing of a lot that
-- was never opened, where both would tell whether anybody had paid: what the bank does not send back there is a task.
create or replace function xb_security_balance() returns table (lot_id uuid, code text, name text, state text, settled boolean,
    in_fen numeric, back_fen numeric, interest_fen numeric, kept_fen numeric) language sql stable security definer set search_path = public as $$
  select l.id, l.code, l.name, l.state,
    case when l.opened_at is not null then coalesce(sum(e.amount_fen) filter (where e.account = 'deposits'), 0) = 0 end,
    case when l.opened_at is not null then coalesce(sum(e.amount_fen) filter (where e.kind = 'credit' and e.account = 'custody'), 0) end,
    case when l.opened_at is not null then coalesce(sum(e.amount_fen) filter (where e.kind = 'refund' and e.account = 'deposits'), 0) end,
    case when l.opened_at is not null then coalesce(sum(e.amount_fen) filter (where e.account = 'interest'), 0) end,
    case when l.opened_at is not null then coalesce(sum(e.amount_fen) filter (where e.kind = 'forfeit' and e.account = 'deposits'), 0) end
  from lots l left join security_entries e on e.lot_id = l.id
  where l.site_id = xb_site() and xb_role() = 'operator' and not l.restricted
    and l.state in ('F1', 'F2', 'F3', 'F4', 'C1', 'C2', 'Z')
  group by l.id order by l.bid_deadline desc nulls last limit 200
$$;
-- Is everything settled in the fee ledger of a lot: no money lies anywhere, nothing is owed, nothing is on its way? Of all that is paid
-- through the collecting account; no sum, because that of the documents tells how many bought.
create or replace function xb_fees_settled(lot uuid) returns boolean language sql stable security definer set search_path = public as $$
  select not exists (select 1 from fee_entries e join fee_orders o on o.id = e.order_id where o.lot_id = lot
      group by o.id, e.account having sum(e.amount_fen) <> 0 and e.account <> 'interest'
        and not (e.account = 'collecting' and sum(e.amount_fen) = -(select coalesce(sum(i.amount_fen), 0) from fee_entries i
          where i.order_id = o.id and i.account = 'interest')))
    and not exists (select 1 from fee_orders o where o.lot_id = lot and o.state in ('paid', 'refunding'))
    and not exists (select 1 from fee_claims c where c.lot_id = lot and c.paid_at is null and c.cancelled_at is null)
    and not exists (select 1 from expert_fees f where f.lot_id = lot and (f.claim_id is null or (f.payout_id is null and f.net_fen > 0)))
$$;
-- It asks nobody who they are, and before the opening its answer tells whether anybody bought: only the two below may call it.
revoke execute on function xb_fees_settled(uuid) from public;
-- The fee ledger of lots that are over, for the operator (R-5.9.1): whether everything is settled, and of the claims the sums. Nothing of a
-- lot that was never opened.
create or replace function xb_fee_balance() returns table (lot_id uuid, code text, name text, state text, settled boolean,
    claimed_fen numeric, paid_fen numeric, passed_fen numeric) language sql stable security definer set search_path = public as $$
  select l.id, l.code, l.name, l.state, case when l.opened_at is not null then xb_fees_settled(l.id) end,
    coalesce((select sum(c.amount_fen) from fee_claims c where c.lot_id = l.id and c.cancelled_at is null), 0),
    coalesce((select sum(c.amount_fen) from fee_claims c where c.lot_id = l.id and c.paid_at is not null), 0),
    coalesce((select sum(y.amount_fen) from fee_payouts y where y.lot_id = l.id and y.kind <> 'document' and y.state = 'done'), 0)
  from lots l where l.site_id = xb_site() and xb_role() = 'operator' and not l.restricted
    and l.state in ('F1', 'F2', 'F3', 'F4', 'A3', 'C1', 'C2', 'Z')
  order by l.bid_deadline desc nulls last limit 200
$$;
-- Has a lot that is over been settled? For those who run and supervise it, once it has been opened.
create or replace function xb_lot_settled(lot uuid) returns boolean language sql stable security definer set search_path = public as $$
  select case when xb_is_party(lot) and xb_lot_opened(lot) then xb_fees_settled(lot)
    and not exists (select 1 from security_entries e where e.lot_id = lot and e.account = 'deposits' having sum(e.amount_fen) <> 0) end
$$;
-- Jobs are enqueued in the transaction of the act; the queue itself belongs to the worker.
create or replace function xb_add_job(name text, payload json, key text, delay_seconds integer) returns void
  language plpgsql volatile security definer set search_path = public as $$
begin
  perform graphile_worker.add_job(name, payload, job_key := key, run_at := clock_timestamp() + make_interval(secs => delay_seconds),
    job_key_mode := case when key is null then null else 'replace' end, max_attempts := 25);
end $$;
alter function xb_add_job(text, json, text, integer) owner to xb_worker;

-- Search of published notices. Folded: compatibility forms and case are the same letter. Grams: every character and every
-- two, three and four neighbours, so that Chinese words and parts of numbers are found without a dictionary.
create or replace function xb_fold(t text) returns text language sql immutable parallel safe as $$ select lower(normalize(t, NFKC)) $$;
create or replace function xb_grams(t text) returns text[] language sql immutable parallel safe as $$
  select coalesce(array_agg(distinct g), '{}') from (
    select c || lead(c, 1, ' ') over w || lead(c, 2, ' ') over w || lead(c, 3, ' ') over w as four
    from unnest(string_to_array(xb_fold(t), null)) with ordinality as u(c, o) window w as (order by o)) neighbours
  cross join lateral (select left(four, n) as g from generate_series(1, 4) n) as v where g !~ '\s'
$$;
-- Grams of a word that is looked for: as few of its longest as cover it. Whether they stand side by side is read in the text.
create or replace function xb_word_grams(t text) returns text[] language sql immutable parallel safe as $$
  select array(select distinct substr(f, least(i, greatest(1, char_length(f) - 3)), 4) from generate_series(1, char_length(f), 4) i)
  from xb_fold(t) f
$$;
-- What a reader narrows by, as further grams: no gram of a text has a space, so that none is taken for them.
drop function if exists xb_facets(text, text, text, bigint, timestamptz);
drop function if exists xb_month(timestamptz);
create or replace function xb_facets(kind text, region text, subject text, ceiling_fen bigint)
  returns text[] language sql immutable parallel safe as $$
  select array(select distinct ' ' || v from unnest(array[kind, left(region, 2), left(region, 4), region, subject,
      'band' || case when ceiling_fen < 100000000 then 0 when ceiling_fen < 1000000000 then 1 when ceiling_fen < 5000000000 then 2
        when ceiling_fen < 10000000000 then 3 when ceiling_fen is not null then 4 end]) v where v <> '')
$$;
create or replace function xb_make_searchable(wanted uuid) returns void language sql as $$
  insert into notice_words (notice_id, of_site, published_at, deadline, number, kind, text, region_code, subject, ceiling_fen)
  select n.id, n.site_id, n.published_at, l.bid_deadline, n.number, n.kind, f.text, p.region_code, p.regime ->> 'subject', c.fen
  from notices n join lots l on l.id = n.lot_id join tender_projects p on p.id = l.tender_project_id
    join projects b on b.id = p.project_id
    join organisations t on t.id = p.tenderer_org_id
    left join organisations a on a.id = p.agency_org_id
    left join lateral (select (d.content ->> 'ceilingFen')::bigint as fen from tender_documents d
      where d.lot_id = l.id order by d.version desc limit 1) c on true
    cross join lateral (select xb_fold(concat_ws(E'\n', n.title, n.number, b.name, p.name, l.name, t.name, a.name, n.body)) as text) f
  where n.id = wanted and n.published_at is not null and not n.restricted
  on conflict (notice_id) do update set of_site = excluded.of_site, published_at = excluded.published_at, deadline = excluded.deadline,
    number = excluded.number, kind = excluded.kind, text = excluded.text, region_code = excluded.region_code,
    subject = excluded.subject, ceiling_fen = excluded.ceiling_fen;
$$;
create or replace function xb_index_notice() returns trigger language plpgsql as $$
begin
  perform xb_make_searchable(new.id);
  return new;
end $$;
drop trigger if exists searchable on notices;
create trigger searchable after insert or update of title, body, published_at on notices for each row execute function xb_index_notice();
create or replace function xb_index_deadline() returns trigger language plpgsql as $$
begin
  update notice_words set deadline = new.bid_deadline where notice_id in (select id from notices where lot_id = new.id);
  return new;
end $$;
drop trigger if exists searchable on lots;
create trigger searchable after update of bid_deadline on lots for each row
  when (old.bid_deadline is distinct from new.bid_deadline) execute function xb_index_deadline();
-- The newest notice of the site that has a place; all null when none has.
create or replace function xb_last_placed() returns notice_words language sql stable as $$
  select w.* from (select max(block)::bigint * 16384 as begun from notice_postings where gram = ' ' || xb_site()) b
    join notice_words w on w.place between b.begun and b.begun + 16383 order by w.place desc limit 1
$$;
-- Notices of the site that are to be given one. Not at once: an act that ends later may publish an earlier one. What comes
-- after a later one was placed keeps none: places rise with the time of publication and never change.
create or replace function xb_to_place() returns setof notice_words language sql stable as $$
  select w.* from xb_last_placed() l join notice_words w on w.of_site = xb_site() and w.place is null
    and w.published_at < xb_now() - interval '1 minute'
    and (l.place is null or (w.published_at, w.number) > (l.published_at, l.number))
$$;
-- Gives places to the oldest of them and writes their bits. One at a time: a block belongs to one site.
create or replace function xb_place_notices(many integer) returns integer language plpgsql volatile security definer
  set search_path = public set enable_hashagg = off as $$
declare
  size constant integer := 16384;
  empty constant bit(16384) := b'0'::bit(16384);
  start bigint;
  placed integer;
begin
  perform pg_advisory_xact_lock(7265002);
  start := (xb_last_placed()).place + 1;
  if start is null or start % size = 0 then
    select coalesce(max(place) / size + 1, 0) * size into start from notice_words;
  end if;
  with next as (
    select notice_id, row_number() over (order by published_at, number) - 1 as nth from xb_to_place()
    order by published_at, number limit least(many, size - start % size)
  ), placed as (
    update notice_words w set place = start + next.nth from next where w.notice_id = next.notice_id returning w.*
  ), written as (
    insert into notice_postings as p (gram, block, bits)
    select gram, start / size, bit_or(set_bit(empty, (w.place % size)::integer, 1)) from placed w
      cross join unnest(xb_grams(w.text) || xb_facets(w.kind, w.region_code, w.subject, w.ceiling_fen) || (' ' || xb_site())) gram
    group by gram
    on conflict (gram, block) do update set bits = p.bits | excluded.bits
  )
  select count(*) into placed from placed;
  return placed;
end $$;
-- Notices of the site that have all grams, block by block from the newest to that of the place `above`: how many, and which.
-- It ends before when more than `most` are counted and more than `size` lie before the place where a page begins. Which ones is told of
-- those blocks only from which the page is read, or of every block.
drop function if exists xb_hits(text[], integer, integer, bigint, boolean);
create or replace function xb_hits(wanted text[], most integer, size integer, above bigint, below bigint, of_every boolean)
  returns table (block integer, hits integer, bits bytea) language plpgsql stable set plan_cache_mode = force_generic_plan as $$
declare
  -- The site chooses blocks; their bits are read of what else is asked for, if anything is.
  asked constant text[] := array(select distinct g from unnest(wanted || (' ' || xb_site())) g);
  laid constant text[] := case when cardinality(wanted) = 0 then asked else wanted end;
  held bit(16384);
  counted integer := 0;
  paged integer := 0;
begin
  for block in select p.block from notice_postings p where p.gram = any (asked) and p.block >= above / 16384
    group by p.block having count(*) = cardinality(asked) order by p.block desc
  loop
    select bit_and(p.bits) into held from notice_postings p where p.gram = any (laid) and p.block = xb_hits.block;
    hits := bit_count(held);
    continue when hits = 0;
    bits := case when of_every or (block <= below / 16384 and paged <= size) then bit_send(held) end;
    return next;
    counted := counted + hits;
    if block < below / 16384 then paged := paged + hits; end if;
    exit when counted > most and paged > size;
  end loop;
end $$;
-- Grams are compared byte by byte: they are looked up and never sorted for a reader.
do $$
begin
  if exists (select 1 from pg_attribute where attrelid = 'notice_postings'::regclass and attname = 'gram' and attcollation <> '"C"'::regcollation) then
    alter table notice_postings alter column gram type text collate "C";
  end if;
end $$;
-- Bits and texts lie in the table itself, compressed.
alter table notice_postings alter column bits set storage main;
alter table notice_words alter column text set storage main, reset (toast_tuple_target);
-- Rows of an earlier version are written anew. Their owner may see every site for this moment: guards follow below.
do $$
declare t text;
begin
  if exists (select 1 from notice_words where of_site is null) then
    foreach t in array array['notices', 'lots', 'tender_projects', 'projects', 'tender_documents'] loop
      execute format('alter table %I no force row level security', t);
    end loop;
    perform xb_make_searchable(notice_id) from notice_words where of_site is null;
  end if;
end $$;
-- Whose calendar an address is. Who asks has nothing but the address.
create or replace function xb_calendar_of(hash text) returns table (org_id uuid, person_id uuid, role text)
  language sql stable security definer set search_path = public as $$
  select c.org_id, c.person_id, c.role from calendar_links c where c.token_hash = hash and c.site_id = xb_site() and c.ended_at is null
$$;
-- Ends a saved search by the link in its mail; true when there is one.
create or replace function xb_unsubscribe(hash text) returns boolean language plpgsql volatile security definer set search_path = public as $$
begin
  update saved_searches set ended_at = coalesce(ended_at, xb_now()) where token_hash = hash and site_id = xb_site();
  return found;
end $$;

-- Roles get no right by default; rights are listed here.
revoke all on all tables in schema public from public, xb_app, xb_receiver, xb_worker, xb_operator;
grant usage on schema public to xb_app, xb_receiver, xb_worker, xb_operator;
grant select, insert on all tables in schema public to xb_app, xb_receiver, xb_worker;
grant usage on all sequences in schema public to xb_app, xb_receiver, xb_worker;
-- Updates: everywhere but on the trail and on records that are final when written.
do $$
declare t text;
begin
  for t in select tablename from pg_tables where schemaname = 'public' and tablename not in (
    'trail_lines', 'closing_records', 'receipt_refusals', 'obtainments', 'release_attempts', 'hall_events', 'hall_sign_ins',
    'award_letters', 'past_awards', 'score_sheets', 'question_askers', 'clarification_texts', 'objection_answers', 'clarification_reads',
    'report_signatures', 'past_evaluations', 'competition_statements', 'competition_signatures', 'archives', 'draws', 'demo_clock', 'trail_heads',
    'registration_versions', 'registration_requests', 'registration_decisions', 'standing_acts', 'certificate_warnings',
    'fee_payments', 'fee_entries', 'bank_days', 'document_downloads', 'lint_answers', 'plan_approvals', 'instructions', 'instruction_receipts',
    'notice_postings', 'lot_outages', 'hall_measures', 'bid_revocations', 'bid_circumstances', 'integrity_proofs', 'point_alarms', 'hall_chairs', 'service_alarms', 'service_contracts', 'file_texts',
    'security_marks', 'security_payments', 'security_entries', 'security_alarms', 'application_closings', 'prequal_obtainments', 'prequal_reports', 'prequal_signatures', 'prequal_results', 'validity_extensions', 'validity_replies', 'expert_schedules', 'expert_accounts', 'deposit_rates')
  loop
    execute format('grant update on %I to xb_app, xb_receiver, xb_worker', t);
  end loop;
end $$;
-- Only the worker of a demonstration moves the demonstration clock.
grant update on demo_clock to xb_worker, xb_app;
revoke insert on demo_clock from xb_app, xb_receiver, xb_worker;
-- The operator's console: health of the outbound module and nothing about a lot.
grant select on sites to xb_operator;
grant select (id, site_id, dataset, op, state, attempts, next_try_at, last_error, occurred_at, ack_at) on outbox to xb_operator;

-- What a message says is read by the worker that sends it: an objection names its filer to the supervision alone. The
-- web process writes messages and reads their order.
revoke select on outbox from xb_app, xb_receiver;
do $$
declare cols text;
begin
  select string_agg(quote_ident(column_name), ', ') into cols from information_schema.columns
    where table_schema = 'public' and table_name = 'outbox' and column_name not in ('body', 'ack');
  execute format('grant select (%s) on outbox to xb_app, xb_receiver', cols);
end $$;

-- Site isolation for every table that has a site.
do $$
declare t text;
begin
  for t in select c.table_name from information_schema.columns c join pg_tables p on p.tablename = c.table_name and p.schemaname = 'public'
    where c.table_schema = 'public' and c.column_name = 'site_id' and c.table_name not in ('sessions', 'challenges')
  loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('drop policy if exists site on %I', t);
    execute format('create policy site on %I using (site_id = xb_site()) with check (site_id = xb_site())', t);
  end loop;
end $$;

-- Uploads, who obtained the document, and who paid for it: own rows only, for ever. Who did not bid is never named.
do $$
declare t text;
begin
  foreach t in array array['uploads', 'upload_units', 'bid_damage', 'gate_passes', 'receipt_refusals', 'release_attempts', 'obtainments', 'question_askers',
    'clarification_reads', 'document_downloads', 'prequal_obtainments', 'fee_orders', 'fee_payments', 'fee_refunds', 'fee_entries', 'fee_invoices'] loop
    execute format('drop policy if exists secret on %I', t);
    execute format('create policy secret on %I as restrictive for select using (xb_is_service() or org_id = xb_org())', t);
  end loop;
  -- Bidders: own rows, and everybody of the site once the opening has begun.
  foreach t in array array['bids', 'hall_sign_ins'] loop
    execute format('drop policy if exists secret on %I', t);
    execute format('create policy secret on %I as restrictive for select using (xb_is_service() or org_id = xb_org() or xb_lot_opened(lot_id))', t);
  end loop;
end $$;
-- What somebody owes after the award: whoever owes it and whoever raised it. What goes on to a payee is the payee's to see, except of
-- a document whose lot never opened: a sum would tell how many had bought. Both are written by the worker alone.
drop policy if exists secret on fee_claims;
create policy secret on fee_claims as restrictive for select using (xb_is_service() or payer_org_id = xb_org() or owner_org_id = xb_org());
drop policy if exists secret on fee_payouts;
create policy secret on fee_payouts as restrictive for select using (xb_is_service()
  or (org_id = xb_org() and (kind <> 'document' or xb_lot_opened(lot_id))) or (person_id = xb_person() and xb_role() = 'expert'));
revoke insert, update on fee_claims, fee_payouts from xb_app, xb_receiver;
-- What experts are paid: each its own; those who see the committee at its seats, and no supervisor's business. Where it is paid is the
-- expert's own and the worker's.
drop policy if exists secret on expert_fees;
create policy secret on expert_fees as restrictive for select using (xb_is_service()
  or (person_id = xb_person() and xb_role() = 'expert') or (xb_role() in ('tenderer', 'agency') and xb_is_party(lot_id)));
drop policy if exists secret on expert_accounts;
create policy secret on expert_accounts as restrictive for select using (xb_is_service() or (person_id = xb_person() and xb_role() = 'expert'));
revoke update on expert_accounts, expert_schedules from xb_app, xb_receiver, xb_worker;
revoke update on expert_fees from xb_app, xb_receiver;
grant update (confirmed_at) on expert_fees to xb_app;
-- Bid securities: own ones; who paid is nobody else's until the opening has begun. Money is written of by the worker alone, and its
-- ledger is read by nobody: its sums tell a count.
do $$
declare t text;
begin
  foreach t in array array['security_accounts', 'security_payments', 'security_payouts', 'security_keepings'] loop
    execute format('drop policy if exists secret on %I', t);
    execute format('create policy secret on %I as restrictive for select using (xb_is_service() or xb_sees_security(lot_id, org_id))', t);
  end loop;
end $$;
-- That bidders were asked to extend is for them and for those who run, supervise and evaluate the lot; what each answered, too, after
-- the opening, and for each bidder its own answer alone.
drop policy if exists secret on validity_extensions;
create policy secret on validity_extensions as restrictive for select using (xb_is_service() or xb_is_party(lot_id) or xb_sits_in(lot_id)
  or xb_bid_stands(lot_id, xb_org()));
drop policy if exists secret on validity_replies;
create policy secret on validity_replies as restrictive for select using (xb_is_service() or xb_sees_security(lot_id, org_id));
drop policy if exists secret on security_marks;
create policy secret on security_marks as restrictive for select using (xb_is_service() or org_id = xb_org());
drop policy if exists secret on security_entries;
create policy secret on security_entries as restrictive for select using (xb_is_service());
drop policy if exists secret on security_alarms;
create policy secret on security_alarms as restrictive for select using (xb_is_service()
  or (xb_lot_opened(lot_id) and (xb_is_party(lot_id) or xb_sits_in(lot_id))));
revoke insert, update on security_payments, security_payouts, security_entries, security_alarms from xb_app, xb_receiver;
revoke update on security_accounts from xb_app, xb_receiver;
revoke insert, update on security_keepings from xb_app, xb_receiver;
grant update (decision, reason, statement, decided_by, decided_at) on security_keepings to xb_app;
-- A decision is the tenderer's own, and made once (IR35); the bidder's row of it tells nobody what it may not know.
create or replace function xb_keeping_decided() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then raise exception 'decisions are never deleted' using errcode = '55006'; end if;
  if tg_op = 'INSERT' then
    if new.decision is not null then raise exception 'a security is not kept before it is decided' using errcode = '55006'; end if;
    return new;
  end if;
  if old.decision is not null then raise exception 'it was decided before' using errcode = '55006'; end if;
  if (new.lot_id, new.org_id, new.bid_id, new.ground, new.facts) is distinct from (old.lot_id, old.org_id, old.bid_id, old.ground, old.facts)
     or new.statement is null or xb_role() <> 'tenderer' or not xb_is_party(old.lot_id) then
    raise exception 'only the tenderer decides, by its signature' using errcode = '55006';
  end if;
  return new;
end $$;
drop trigger if exists decided on security_keepings;
create trigger decided before insert or update or delete on security_keepings for each row execute function xb_keeping_decided();
-- What leaves custody, to whom and how much stays as it was written; only its progress changes (R-5.9.2).
create or replace function xb_payout_frozen() returns trigger language plpgsql security definer set search_path = public as $$
begin
  if tg_op = 'DELETE' then raise exception 'payouts are never deleted' using errcode = '55006'; end if;
  if tg_op = 'INSERT' then
    if new.kind not in ('refund', 'forfeit') or new.state <> 'due'
       or not exists (select 1 from security_payments p where p.id = new.payment_id and p.lot_id = new.lot_id and p.org_id = new.org_id
         and new.principal_fen between 1 and p.paid_fen)
       or (new.kind = 'refund' and (new.payee_account <> '' or new.keeping_id is not null))
       or (new.kind = 'forfeit' and (new.interest_fen <> 0 or not exists (select 1 from security_keepings k
         where k.id = new.keeping_id and k.lot_id = new.lot_id and k.org_id = new.org_id and k.decision = 'keep' and k.statement is not null))) then
      raise exception 'a security goes back to who paid it, or is kept by the tenderer''s decision' using errcode = '55006';
    end if;
    return new;
  end if;
  if (to_jsonb(new) - 'state' - 'tries' - 'next_try_at' - 'done_at' - 'statement')
     is distinct from (to_jsonb(old) - 'state' - 'tries' - 'next_try_at' - 'done_at' - 'statement')
     or old.state <> 'due' or (new.state = 'done') <> (new.statement is not null) then
    raise exception 'a payout is never changed' using errcode = '55006';
  end if;
  return new;
end $$;
drop trigger if exists frozen on security_payouts;
create trigger frozen before insert or update or delete on security_payouts for each row execute function xb_payout_frozen();
-- Every posting of the security ledger is a credit of a payment, or a payout that the bank has carried out: nothing else can be
-- written, whoever writes (R-5.9.2), and no more leaves than came in.
create or replace function xb_security_posting() returns trigger language plpgsql security definer set search_path = public as $$
declare custody numeric; deposits numeric; interest numeric; rest numeric;
begin
  select coalesce(sum(amount_fen) filter (where account = 'custody'), 0), coalesce(sum(amount_fen) filter (where account = 'deposits'), 0),
    coalesce(sum(amount_fen) filter (where account = 'interest'), 0),
    count(*) filter (where account not in ('custody', 'deposits', 'interest') or kind <> new.kind or payment_id <> new.payment_id
      or payout_id is distinct from new.payout_id)
    into custody, deposits, interest, rest from security_entries where posting = new.posting;
  if rest > 0 or not (case new.kind
      when 'credit' then interest = 0 and exists (select 1 from security_payments p
        where p.id = new.payment_id and custody = p.paid_fen and deposits = -p.paid_fen)
      when 'refund' then exists (select 1 from security_payouts o where o.id = new.payout_id and o.payment_id = new.payment_id
        and o.kind = 'refund' and o.state = 'done' and deposits = o.principal_fen and interest = o.interest_fen and custody = -(o.principal_fen + o.interest_fen))
      when 'forfeit' then interest = 0 and exists (select 1 from security_payouts o where o.id = new.payout_id and o.payment_id = new.payment_id
        and o.kind = 'forfeit' and o.state = 'done' and deposits = o.principal_fen and custody = -o.principal_fen)
      else false end)
    or (select sum(amount_fen) from security_entries where payment_id = new.payment_id and account = 'deposits') > 0
    or (select count(distinct posting) from security_entries where payment_id = new.payment_id
        and kind = new.kind and payout_id is not distinct from new.payout_id) > 1 then
    raise exception 'the security ledger knows credits, refunds and forfeits alone' using errcode = '23514';
  end if;
  return null;
end $$;
drop trigger if exists balanced on security_entries;
create constraint trigger balanced after insert on security_entries deferrable initially deferred
  for each row execute function xb_security_posting();
-- Who has come to a second opening passed the first envelope: nobody else's business before the names are announced there.
drop policy if exists second on hall_sign_ins;
create policy second on hall_sign_ins as restrictive for select using (xb_is_service() or org_id = xb_org() or round = 1
  or exists (select 1 from lots l where l.id = hall_sign_ins.lot_id and l.second_opened_at is not null));
-- An invited tender is for those it goes to, until its candidates are published; whom it goes to is for those who run it,
-- and each invitee knows of itself.
do $$
declare t text;
begin
  foreach t in array array['lots:id', 'notices:lot_id'] loop
    execute format('drop policy if exists invited on %I', split_part(t, ':', 1));
    execute format('create policy invited on %I as restrictive for select using (not restricted or current_user not in (''xb_app'', ''xb_receiver'', ''xb_worker'', ''xb_operator'') or xb_sees_lot(%I))',
      split_part(t, ':', 1), split_part(t, ':', 2));
  end loop;
end $$;
-- With prequalification whom it goes to is known to its host and the supervisor alone until the opening (R-L.105).
drop policy if exists secret on lot_invitees;
create policy secret on lot_invitees as restrictive for select using (xb_is_service()
  or (xb_is_party(lot_id) and (xb_hosts(lot_id) or xb_supervises(lot_id)
    or not exists (select 1 from lots l where l.id = lot_invitees.lot_id and l.prequalified)))
  or (org_id = xb_org() and invited_at is not null));
-- Applications for prequalification: own ones, and once they are being opened those who host, review or supervise. What they
-- say, what was found of them and who is qualified: once the review has begun. Nobody else learns names or number.
drop policy if exists secret on applications;
create policy secret on applications as restrictive for select using (xb_is_service() or org_id = xb_org() or xb_knows_applicants(lot_id));
drop policy if exists secret on application_openings;
create policy secret on application_openings as restrictive for select using (xb_is_service() or org_id = xb_org() or xb_reads_applications(lot_id));
drop policy if exists asked on application_openings;
create policy asked on application_openings as restrictive for insert with check (xb_is_service());
drop policy if exists secret on application_closings;
create policy secret on application_closings as restrictive for select using (xb_is_service() or xb_reads_applications(lot_id));
drop policy if exists secret on prequal_results;
create policy secret on prequal_results as restrictive for select using (xb_is_service() or org_id = xb_org() or xb_reads_applications(lot_id));
do $$
declare t text;
begin
  foreach t in array array['prequal_reports', 'prequal_signatures'] loop
    execute format('drop policy if exists secret on %I', t);
    execute format('create policy secret on %I as restrictive for select using (xb_is_service() or xb_reads_applications(lot_id))', t);
  end loop;
end $$;
-- Who reviews: themselves, one another, the host that named them, the supervisor.
drop policy if exists secret on prequal_reviewers;
create policy secret on prequal_reviewers as restrictive for select using (xb_is_service() or person_id = xb_person()
  or ((place is null or xb_review_begun(lot_id)) and (xb_hosts(lot_id) or xb_supervises(lot_id) or xb_reviews(lot_id))));
-- The draw of a review committee: what was asked is for its host and the supervisor, the seed and its record for the platform.
drop policy if exists secret on prequal_draw_requests;
create policy secret on prequal_draw_requests as restrictive for select using (xb_is_service() or xb_hosts(lot_id) or xb_supervises(lot_id));
drop policy if exists secret on prequal_draws;
create policy secret on prequal_draws as restrictive for select using (xb_is_service() or xb_winner_decided(lot_id));
-- A reviewer's marks are its own until all have judged all, so that nobody follows another.
drop policy if exists secret on prequal_marks;
create policy secret on prequal_marks as restrictive for select using (xb_is_service()
  or exists (select 1 from prequal_reviewers r where r.id = prequal_marks.reviewer_id and r.person_id = xb_person())
  or (xb_review_complete(lot_id) and xb_reads_applications(lot_id)));
-- The document itself is public once it is issued, as its notice is; that somebody obtained it is not. Drafts belong to who runs it.
drop policy if exists secret on prequal_documents;
create policy secret on prequal_documents as restrictive for select using (xb_is_service() or xb_is_party(lot_id) or issued_at is not null);
-- Nor is it told to the public hub before its opening: these messages wait for it, those of a lot that never opens for ever.
-- What a medium would print stays where it is.
create or replace function xb_outbox_held() returns trigger language plpgsql security definer set search_path = public as $$
begin
  -- Of a prequalified one the tender document and its changes, which are for the qualified alone.
  if (new.dataset in ('504', '505', '515', '516') or (new.dataset = '503' and exists (select 1 from notices where lot_id = new.lot_id and kind = 'tender' and published_at is not null)))
     and exists (select 1 from lots where id = new.lot_id and prequalified and opened_at is null) then
    new.state := 'held';
  end if;
  if new.dataset in ('503', '504', '505', '9004')
     and exists (select 1 from lots where id = new.lot_id and restricted and opened_at is null) then
    new.state := 'held';
  end if;
  return new;
end $$;
drop trigger if exists held on outbox;
create trigger held before insert on outbox for each row execute function xb_outbox_held();
create or replace function xb_outbox_freed() returns trigger language plpgsql security definer set search_path = public as $$
begin
  update outbox set state = 'queued' where lot_id = new.id and state = 'held' and dataset <> '503';
  return new;
end $$;
drop trigger if exists freed on lots;
create trigger freed after update of opened_at on lots for each row
  when (old.opened_at is null and new.opened_at is not null and (new.restricted or new.prequalified)) execute function xb_outbox_freed();
-- What is published of such a lot is for the same readers, until everybody may know of it.
create or replace function xb_notice_restricted() returns trigger language plpgsql security definer set search_path = public as $$
begin
  if tg_op = 'INSERT' or old.published_at is null then
    -- With prequalification the first notice is for everybody; what invites the qualified, and its corrections, for them.
    new.restricted := new.kind not in ('candidates', 'result') and (select l.restricted
      or (l.prequalified and new.kind in ('tender', 'correction') and l.state not in ('D2', 'P1')) from lots l where l.id = new.lot_id);
  end if;
  return new;
end $$;
drop trigger if exists restricted on notices;
create trigger restricted before insert or update on notices for each row execute function xb_notice_restricted();
-- Questions: the asker's own, and the parties' without the asker. What a clarification says: for who holds the document.
drop policy if exists secret on questions;
create policy secret on questions as restrictive for select using (xb_is_service() or xb_is_party(lot_id)
  or exists (select 1 from question_askers a where a.question_id = questions.id and a.org_id = xb_org()));
drop policy if exists secret on clarification_texts;
create policy secret on clarification_texts as restrictive for select using (xb_is_service() or xb_is_party(lot_id) or xb_sits_in(lot_id)
  or exists (select 1 from obtainments o where o.lot_id = clarification_texts.lot_id and o.org_id = xb_org()));
-- Service contracts of the platform: of one's own organisation, and of those with whom one runs a tender.
drop policy if exists secret on service_contracts;
create policy secret on service_contracts as restrictive for select using (xb_is_service() or org_id = xb_org()
  or exists (select 1 from tender_projects p where xb_org() in (p.tenderer_org_id, p.agency_org_id)
    and service_contracts.org_id in (p.tenderer_org_id, p.agency_org_id)));
-- Contracts of agency: for their two sides and the supervisor. What was once written is signed or not, and never changed.
drop policy if exists secret on mandates;
create policy secret on mandates as restrictive for select using (xb_is_service()
  or (xb_role() = 'tenderer' and tenderer_org_id = xb_org()) or (xb_role() = 'agency' and agency_org_id = xb_org())
  or (xb_role() = 'supervisor' and exists (select 1 from tender_projects p
    where p.id = mandates.tender_project_id and p.supervisor_org_id = xb_org())));
create or replace function xb_mandate_frozen() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then raise exception 'contracts are never deleted' using errcode = '55006'; end if;
  if (new.tender_project_id, new.version, new.tenderer_org_id, new.agency_org_id, new.terms, new.digest)
     is distinct from (old.tender_project_id, old.version, old.tenderer_org_id, old.agency_org_id, old.terms, old.digest)
     or (old.tenderer_signed_at is not null and (new.tenderer_signed_at, new.tenderer_person_id, new.tenderer_statement)
       is distinct from (old.tenderer_signed_at, old.tenderer_person_id, old.tenderer_statement))
     or (old.agency_signed_at is not null and (new.agency_signed_at, new.agency_person_id, new.agency_statement)
       is distinct from (old.agency_signed_at, old.agency_person_id, old.agency_statement)) then
    raise exception 'a signed contract is never changed' using errcode = '55006';
  end if;
  return new;
end $$;
drop trigger if exists frozen on mandates;
create trigger frozen before update or delete on mandates for each row execute function xb_mandate_frozen();
-- What an authority decided on the tender, and who is related to the tenderer: for those who run and supervise it.
do $$
declare t text;
begin
  foreach t in array array['plan_approvals', 'tender_relations'] loop
    execute format('drop policy if exists secret on %I', t);
    execute format('create policy secret on %1$I as restrictive for select using (xb_is_service() or exists (select 1 from tender_projects p
      where p.id = %1$I.tender_project_id and case xb_role() when ''tenderer'' then p.tenderer_org_id
        when ''agency'' then p.agency_org_id when ''supervisor'' then p.supervisor_org_id end = xb_org()))', t);
  end loop;
end $$;
-- Instructions of the supervising body: written by the receiver alone. Those carried out are for whom they concern, those
-- refused for the body in whose name they came.
revoke insert on instructions from xb_app;
-- That a deadline or window moved by an outage is written by the worker alone.
revoke insert on lot_outages from xb_app, xb_receiver;
-- What a host did to the time of an opening, with where its proof lies: for those who run and supervise it; the hall hears it in words.
drop policy if exists secret on hall_measures;
create policy secret on hall_measures as restrictive for select using (xb_is_service() or xb_is_party(lot_id));
revoke insert on integrity_proofs, service_alarms from xb_app, xb_receiver;
revoke insert on point_alarms from xb_app, xb_receiver;
drop policy if exists secret on point_alarms;
create policy secret on point_alarms as restrictive for select using (xb_is_service() or xb_is_party(lot_id));
drop policy if exists secret on instructions;
create policy secret on instructions as restrictive for select using (xb_is_service() or (lot_id is not null and (xb_supervises(lot_id)
  -- An order that names a member of the committee is for those who run the tender when they know the committee, and never for bidders.
  or (state = 'executed' and (xb_is_party(lot_id) and (type <> 'REPLACE_MEMBER'
      or exists (select 1 from lots l where l.id = instructions.lot_id and l.state <> 'O2'))
    or type not in ('REPLACE_MEMBER', 'PROVIDE') and (xb_sits_in(lot_id)
    or exists (select 1 from obtainments o where o.lot_id = instructions.lot_id and o.org_id = xb_org())))))));
drop policy if exists secret on instruction_receipts;
create policy secret on instruction_receipts as restrictive for select using (xb_is_service() or xb_is_party(lot_id));
-- The base estimate: nobody's but its author's until it is read out, agency and supervisor included. Sealed anew only in
-- preparation, read out once and not before the opening has begun.
drop policy if exists secret on base_estimates;
create policy secret on base_estimates as restrictive for select using (xb_is_service()
  or (xb_role() = 'tenderer' and org_id = xb_org()) or read_out_at is not null);
create or replace function xb_base_estimate_frozen() returns trigger language plpgsql security definer set search_path = public as $$
begin
  if tg_op = 'DELETE' then raise exception 'a base estimate is never deleted' using errcode = '55006'; end if;
  if tg_op = 'INSERT' then
    if new.read_out_at is not null or new.amount_fen is not null then
      raise exception 'a base estimate arrives sealed' using errcode = '55006';
    end if;
    return new;
  end if;
  if (new.lot_id, new.org_id, new.person_id, new.hash, new.sealed, new.statement, new.sealed_at)
     is distinct from (old.lot_id, old.org_id, old.person_id, old.hash, old.sealed, old.statement, old.sealed_at)
     and exists (select 1 from lots where id = old.lot_id and state <> 'D0') then
    raise exception 'a published base estimate is never changed' using errcode = '55006';
  end if;
  if (new.amount_fen, new.nonce, new.unreadable, new.announcement, new.read_out_at)
     is distinct from (old.amount_fen, old.nonce, old.unreadable, old.announcement, old.read_out_at)
     and (old.read_out_at is not null or not xb_lot_opened(old.lot_id)) then
    raise exception 'a base estimate is read out once, at the opening' using errcode = '55006';
  end if;
  return new;
end $$;
drop trigger if exists frozen on base_estimates;
create trigger frozen before insert or update or delete on base_estimates for each row execute function xb_base_estimate_frozen();
-- Whom a chief person authorised, and what waits for a seal: the organisation's own. What was signed is never changed.
do $$
declare t text;
begin
  foreach t in array array['lead_authorisations', 'waiting_seals'] loop
    execute format('drop policy if exists secret on %I', t);
    execute format('create policy secret on %I as restrictive using (xb_is_service() or org_id = xb_org())', t);
  end loop;
end $$;
create or replace function xb_authorisation_frozen() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.revoked_at is not null
     or (to_jsonb(new) - 'revoked_at' - 'revocation') is distinct from (to_jsonb(old) - 'revoked_at' - 'revocation') then
    raise exception 'an authorisation is revoked once and otherwise never changed' using errcode = '55006';
  end if;
  return new;
end $$;
drop trigger if exists frozen on lead_authorisations;
create trigger frozen before update or delete on lead_authorisations for each row execute function xb_authorisation_frozen();
create or replace function xb_waiting_seal_frozen() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.done_at is not null
     or (to_jsonb(new) - 'done_at') is distinct from (to_jsonb(old) - 'done_at') then
    raise exception 'a signature that waits is never changed' using errcode = '55006';
  end if;
  return new;
end $$;
drop trigger if exists frozen on waiting_seals;
create trigger frozen before update or delete on waiting_seals for each row execute function xb_waiting_seal_frozen();
-- Why suspicious wording is justified: for the parties and the supervisor.
drop policy if exists secret on lint_answers;
create policy secret on lint_answers as restrictive for select using (xb_is_service() or xb_is_party(lot_id));
-- What the platform found in a file of a draft, which is nobody else's before publication: for whoever uploaded it and for the
-- parties of the lot whose tender document names it. Written by the worker alone.
create or replace function xb_names_file(file uuid) returns boolean language sql stable security definer set search_path = public as $$
  select exists (select 1 from tender_documents d
    where d.file_ids @> to_jsonb(array[file::text]) and d.site_id = xb_site() and xb_is_party(d.lot_id))
$$;
revoke insert on file_texts from xb_app, xb_receiver;
drop policy if exists secret on file_texts;
create policy secret on file_texts as restrictive for select using (xb_is_service()
  or exists (select 1 from files f where f.id = file_texts.file_id and f.owner_org_id = xb_org()) or xb_names_file(file_id));
-- Objections name who files them: own ones, and those of the parties and the supervisor. Answers are public.
drop policy if exists secret on objections;
create policy secret on objections as restrictive for select using (xb_is_service() or org_id = xb_org() or xb_is_party(lot_id));
-- Which bids are open, and what they say: own ones until all is announced in one commit (O20 art. 30), then those who
-- run, supervise or evaluate the lot; everybody else reads the record.
drop policy if exists secret on bid_openings;
create policy secret on bid_openings as restrictive for select using (xb_is_service() or org_id = xb_org()
  or (xb_round_announced(lot_id, round) and (xb_is_party(lot_id) or xb_sits_in(lot_id))));
-- Which envelope of whose is asked for is written by the worker alone; a key of a second one is taken in the second opening
-- and of none who did not pass (R-5.6.11), whoever brings it.
drop policy if exists asked on bid_openings;
create policy asked on bid_openings as restrictive for insert with check (xb_is_service());
create or replace function xb_second_envelope_sealed() returns trigger language plpgsql security definer set search_path = public as $$
begin
  if tg_op = 'UPDATE' and (new.lot_id, new.bid_id, new.org_id, new.segment, new.round)
     is distinct from (old.lot_id, old.bid_id, old.org_id, old.segment, old.round) then
    raise exception 'an opening is of one envelope of one bid' using errcode = '55006';
  end if;
  if new.round = 1 then return new; end if;
  if not exists (select 1 from evaluations e where e.lot_id = new.lot_id and e.result -> 'firstEnvelope' -> 'passed' @> to_jsonb(new.bid_id::text)) then
    raise exception 'the second envelope of a bid that did not pass stays sealed' using errcode = '55006';
  end if;
  if (new.content_key is not null or new.form is not null) and not exists (
      select 1 from lots l where l.id = new.lot_id and l.second_opened_at is not null) then
    raise exception 'the second envelopes are not opened yet' using errcode = '55006';
  end if;
  return new;
end $$;
drop trigger if exists second_sealed on bid_openings;
create trigger second_sealed before insert or update on bid_openings for each row execute function xb_second_envelope_sealed();
-- So is who gave its bid up after the deadline.
drop policy if exists secret on bid_revocations;
create policy secret on bid_revocations as restrictive for select using (xb_is_service() or org_id = xb_org()
  or (xb_said(lot_id, at) and (xb_is_party(lot_id) or xb_sits_in(lot_id))));
-- So is who told of a merger, a split or a bankruptcy, and the paper that shows it.
drop policy if exists secret on bid_circumstances;
create policy secret on bid_circumstances as restrictive for select using (xb_is_service() or org_id = xb_org()
  or (xb_said(lot_id, at) and (xb_is_party(lot_id) or xb_sits_in(lot_id))));
-- Opened bids are for the committee, its report for the parties when it is finished.
drop policy if exists secret on files;
create policy secret on files as restrictive for select using (kind not in ('opened-bid', 'opened-second', 'opened-application', 'report', 'evidence', 'bidder-change') or xb_is_service()
  or (kind = 'opened-application' and (owner_org_id = xb_org() or xb_reads_applications(lot_id)))
  or (kind = 'evidence' and (owner_org_id = xb_org() or xb_role() = 'operator'))
  or (kind in ('opened-bid', 'opened-second', 'bidder-change') and owner_org_id = xb_org())
  or (kind = 'bidder-change' and xb_said(lot_id, created_at) and xb_is_party(lot_id))
  or (xb_sits_in(lot_id) and (kind <> 'bidder-change' or xb_said(lot_id, created_at)) and kind <> 'opened-application' and (kind <> 'opened-second' or xb_round_announced(lot_id, 2)))
  or (kind = 'report' and xb_lot_evaluated(lot_id) and xb_is_party(lot_id)));
-- A closing record tells a number: readable once the opening has begun, for ever sealed when it never does (F1).
drop policy if exists secret on closing_records;
create policy secret on closing_records as restrictive for select using (xb_is_service() or xb_lot_opened(lot_id));
-- A released content key, and the statement that carries it, is read by the worker alone.
-- Whose fault it is that a bid stays closed decides over its security: no class without what it was judged by (R-5.6.4).
alter table bid_openings drop constraint if exists failure_has_evidence;
alter table bid_openings add constraint failure_has_evidence check ((failure_class is null) = (failure_evidence is null)) not valid;
revoke select on bid_openings from xb_app, xb_receiver;
do $$
declare cols text;
begin
  select string_agg(quote_ident(column_name), ', ') into cols from information_schema.columns
    where table_schema = 'public' and table_name = 'bid_openings' and column_name not in ('content_key', 'release');
  execute format('grant select (%s) on bid_openings to xb_app, xb_receiver', cols);
end $$;
revoke select on application_openings from xb_app, xb_receiver;
do $$
declare cols text;
begin
  select string_agg(quote_ident(column_name), ', ') into cols from information_schema.columns
    where table_schema = 'public' and table_name = 'application_openings' and column_name not in ('content_key', 'release');
  execute format('grant select (%s) on application_openings to xb_app, xb_receiver', cols);
end $$;
-- What the operator looks at in the fees: its own people, and without what a task is about and what the bank's file says.
do $$
declare t text; cols text;
begin
  foreach t in array array['fee_tasks', 'bank_days'] loop
    execute format('drop policy if exists secret on %I', t);
    execute format('create policy secret on %I as restrictive for select using (xb_is_service() or xb_role() = ''operator'')', t);
    execute format('revoke select on %I from xb_app, xb_receiver', t);
    select string_agg(quote_ident(column_name), ', ') into cols from information_schema.columns
      where table_schema = 'public' and table_name = t and column_name not in ('subject_id', 'detail', 'statement');
    execute format('grant select (%s) on %I to xb_app', cols, t);
  end loop;
end $$;
-- Trail. Of the chain of the site everybody reads its own lines. A sealed chain tells who uploaded, released and marked: own
-- lines, and the supervisor's, when all is announced. Not before: the place of one's own line in it tells how many have acted.
-- Who obtained the document is in a chain that nobody reads. Lines of experts name them: the parties' until the winner is
-- decided (BL37).
drop policy if exists secret on trail_lines;
create policy secret on trail_lines as restrictive for select using (xb_is_service()
  or (org_id = xb_org() and chain not like 'holders:%' and (chain not like 'sealed:%' or xb_sealed_told(lot_id, at))
    and (role <> 'expert' or person_id = xb_person()))
  or (chain like 'sealed:%' and xb_supervises(lot_id) and xb_sealed_told(lot_id, at))
  or (chain like 'project:%' and not xb_lot_hidden(lot_id) and (role <> 'expert' or xb_is_party(lot_id) or xb_winner_decided(lot_id))));
-- The heads of sealed chains tell how often somebody tried or marked, and those of organisations how often their people came.
drop policy if exists secret on trail_heads;
create policy secret on trail_heads as restrictive for select using (xb_is_service() or case
  when chain like 'holders:%' or chain like 'sealed:%' then false
  when chain like 'org:%' then substring(chain from 5)::uuid = xb_org()
  else true end);
-- Committee: own row; members at their seats for one another and for the parties; everybody once the winner is decided (BL37).
drop policy if exists secret on committee_members;
create policy secret on committee_members as restrictive for select using (case
  when xb_is_service() or person_id = xb_person() or xb_winner_decided(lot_id) then true
  when signed_in_at is null then false
  else xb_is_party(lot_id) or xb_sits_in(lot_id) end);
drop policy if exists secret on draws;
create policy secret on draws as restrictive for select using (scope = 'open' or xb_is_service() or xb_winner_decided(lot_id));
-- Unrevealed nonces of the draws.
drop policy if exists secret on draw_nonces;
create policy secret on draw_nonces as restrictive for select using (xb_is_service() or revealed_at is not null);
-- Marks and scores: own ones until the step is over, then the committee's; the parties read them with the report.
drop policy if exists secret on preliminary_marks;
create policy secret on preliminary_marks as restrictive for select using (xb_is_service() or xb_member_is_me(member_id)
  or (xb_marks_open(lot_id, 'preliminary') and xb_sits_in(lot_id)) or (xb_lot_evaluated(lot_id) and xb_is_party(lot_id)));
drop policy if exists secret on scores;
create policy secret on scores as restrictive for select using (xb_is_service() or xb_member_is_me(member_id)
  or (xb_marks_open(lot_id, 'detailed') and xb_sits_in(lot_id)) or (xb_lot_evaluated(lot_id) and xb_is_party(lot_id)));
do $$
declare t text;
begin
  foreach t in array array['evaluations', 'score_sheets', 'reports', 'report_signatures', 'past_evaluations', 'competition_statements', 'competition_signatures'] loop
    execute format('drop policy if exists secret on %I', t);
    execute format('create policy secret on %I as restrictive for select using (xb_is_service() or xb_sits_in(lot_id) or (xb_lot_evaluated(lot_id) and xb_is_party(lot_id)))', t);
  end loop;
end $$;
-- Warnings of certificates that end before an opening name the lots of those who wait for one: for the worker that writes them.
alter table certificate_warnings enable row level security;
alter table certificate_warnings force row level security;
drop policy if exists shared on certificate_warnings;
create policy shared on certificate_warnings using (true) with check (true);
drop policy if exists secret on certificate_warnings;
create policy secret on certificate_warnings as restrictive for select using (xb_is_service());
-- Letters and inbox: own organisation.
drop policy if exists secret on letters;
create policy secret on letters as restrictive for select using (xb_is_service() or org_id = xb_org());
drop policy if exists secret on inbox_preferences;
create policy secret on inbox_preferences as restrictive using (xb_is_service() or org_id = xb_org());
do $$
declare t text;
begin
  foreach t in array array['saved_searches', 'calendar_links'] loop
    execute format('drop policy if exists secret on %I', t);
    execute format('create policy secret on %I as restrictive using (xb_is_service() or person_id = xb_person())', t);
  end loop;
end $$;
drop policy if exists secret on past_awards;
create policy secret on past_awards as restrictive for select using (xb_is_service() or xb_is_party(lot_id));
drop policy if exists secret on award_letters;
create policy secret on award_letters as restrictive for select using (xb_is_service() or org_id = xb_org() or xb_role() in ('tenderer', 'agency', 'supervisor'));
-- Registrations are shared by all sites and belong to their organisation; the operator reads them to verify. Personal data
-- of experts are their own: they share a library, not their papers.
do $$
declare t text;
begin
  foreach t in array array['registration_versions', 'registration_requests', 'registration_decisions', 'person_details', 'invitations', 'standing_acts'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('drop policy if exists shared on %I', t);
    execute format('create policy shared on %I using (true) with check (true)', t);
    execute format('drop policy if exists secret on %I', t);
    execute format('create policy secret on %I as restrictive for select using (xb_is_service() or xb_role() = ''operator'' or (org_id = xb_org() and xb_role() <> ''expert''))', t);
  end loop;
end $$;
drop policy if exists secret on person_details;
create policy secret on person_details as restrictive for select using (xb_is_service() or xb_role() = 'operator'
  or person_id = xb_person() or (org_id = xb_org() and xb_role() <> 'expert'));
drop policy if exists secret on registration_requests;
create policy secret on registration_requests as restrictive for select using (xb_is_service() or xb_role() = 'operator'
  or person_id = xb_person() or (org_id = xb_org() and xb_role() <> 'expert'));
-- Sites are opened and changed by the administrators of the installation alone; what they propose is theirs.
alter table sites enable row level security;
alter table sites force row level security;
drop policy if exists readable on sites;
create policy readable on sites for select using (true);
drop policy if exists opened on sites;
create policy opened on sites for insert with check (current_user not in ('xb_app', 'xb_receiver', 'xb_worker', 'xb_operator') or xb_role() = 'security-admin');
drop policy if exists changed on sites;
create policy changed on sites for update using (current_user not in ('xb_app', 'xb_receiver', 'xb_worker', 'xb_operator') or xb_role() = 'security-admin');
drop policy if exists secret on site_proposals;
create policy secret on site_proposals as restrictive using (xb_role() in ('system-admin', 'security-admin', 'audit-admin'));
-- Stored answers belong to the person who asked.
drop policy if exists secret on idempotency_keys;
create policy secret on idempotency_keys as restrictive for select using (xb_is_service() or person_id = xb_person());

-- The trail takes no update, delete or truncate, whoever asks.
create or replace function xb_append_only() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = '55006';
end $$;
do $$
declare t text;
begin
  foreach t in array array['trail_lines', 'closing_records', 'receipt_refusals', 'obtainments', 'release_attempts', 'hall_events', 'hall_sign_ins', 'award_letters', 'past_awards', 'score_sheets', 'report_signatures', 'past_evaluations', 'competition_statements', 'competition_signatures', 'archives', 'draws',
    'registration_versions', 'registration_requests', 'registration_decisions', 'standing_acts', 'certificate_warnings',
    'fee_payments', 'fee_entries', 'bank_days', 'document_downloads', 'lint_answers', 'plan_approvals', 'instruction_receipts', 'lot_outages', 'hall_measures', 'bid_revocations', 'bid_circumstances', 'integrity_proofs', 'hall_chairs', 'service_alarms', 'service_contracts', 'file_texts',
    'security_marks', 'security_payments', 'security_entries', 'security_alarms', 'application_closings', 'prequal_obtainments', 'prequal_reports', 'prequal_signatures', 'prequal_results', 'validity_extensions', 'validity_replies', 'expert_schedules', 'expert_accounts', 'deposit_rates'] loop
    execute format('drop trigger if exists append_only on %I', t);
    execute format('create trigger append_only before update or delete on %I for each row execute function xb_append_only()', t);
    execute format('drop trigger if exists no_truncate on %I', t);
    execute format('create trigger no_truncate before truncate on %I for each statement execute function xb_append_only()', t);
  end loop;
end $$;
-- A bid changes only by replacement or withdrawal, and never after the deadline of its lot.
create or replace function xb_bid_frozen() returns trigger language plpgsql security definer set search_path = public as $$
begin
  if tg_op = 'DELETE' then raise exception 'bids are never deleted' using errcode = '55006'; end if;
  if (to_jsonb(new) - 'replaced_at' - 'withdrawn_at' - 'withdrawal' - 'withdrawal_receipt' - 'receipt')
     is distinct from (to_jsonb(old) - 'replaced_at' - 'withdrawn_at' - 'withdrawal' - 'withdrawal_receipt' - 'receipt') then
    raise exception 'a sealed bid is never changed' using errcode = '55006';
  end if;
  -- A time-stamp token may be attached to a receipt at any time; its signed payload never changes.
  if (new.receipt - 'tst') is distinct from (old.receipt - 'tst') then
    raise exception 'a receipt is never changed' using errcode = '55006';
  end if;
  if (new.replaced_at, new.withdrawn_at) is distinct from (old.replaced_at, old.withdrawn_at)
     and exists (select 1 from lots where id = new.lot_id and state <> case tg_table_name when 'applications' then 'P1' else 'T1' end) then
    raise exception 'the set of bids is frozen' using errcode = '55006';
  end if;
  return new;
end $$;
drop trigger if exists frozen on bids;
create trigger frozen before update or delete on bids for each row execute function xb_bid_frozen();
drop trigger if exists frozen on applications;
create trigger frozen before update or delete on applications for each row execute function xb_bid_frozen();
-- What was published is what was signed: it is corrected by a notice of its own, never rewritten, and never deleted.
create or replace function xb_notice_frozen() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    if old.published_at is not null then raise exception 'published notices are never deleted' using errcode = '55006'; end if;
    return old;
  end if;
  if old.published_at is not null and (to_jsonb(new) - 'media_url' - 'media_published_at' - 'announced_at')
     is distinct from (to_jsonb(old) - 'media_url' - 'media_published_at' - 'announced_at') then
    raise exception 'a published notice is never changed' using errcode = '55006';
  end if;
  return new;
end $$;
drop trigger if exists frozen on notices;
create trigger frozen before update or delete on notices for each row execute function xb_notice_frozen();
-- Codes of lots and projects are immutable.
create or replace function xb_code_immutable() returns trigger language plpgsql as $$
begin
  if new.code is distinct from old.code then raise exception 'codes are immutable' using errcode = '55006'; end if;
  return new;
end $$;
do $$
declare t text;
begin
  foreach t in array array['projects', 'tender_projects', 'lots'] loop
    execute format('drop trigger if exists code_immutable on %I', t);
    execute format('create trigger code_immutable before update on %I for each row execute function xb_code_immutable()', t);
  end loop;
end $$;
-- A posting of the ledger sums to zero when its transaction commits, or nothing of it is kept.
create or replace function xb_posting_balances() returns trigger language plpgsql security definer set search_path = public as $$
begin
  if (select sum(amount_fen) from fee_entries where posting = new.posting) is distinct from 0::numeric then
    raise exception 'a posting of the fee ledger does not balance' using errcode = '23514';
  end if;
  return null;
end $$;
drop trigger if exists balanced on fee_entries;
create constraint trigger balanced after insert on fee_entries deferrable initially deferred
  for each row execute function xb_posting_balances();
