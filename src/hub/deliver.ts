import { sql } from "drizzle-orm";
import { base64url, utf8 } from "@/core/bytes";
import { type CanonicalValue, encodeCanonical } from "@/core/canonical-json";
import { executeAsService, type Runtime } from "@/kit/command";
import { inContext, legalNow } from "@/kit/db/context";
import { log } from "@/kit/log";
import { recordMediaReceipt } from "@/lifecycle/notice/commands";
import { registeredHub } from "./registration";

/** Messages of one request. */
const BATCH = 50;
const TIMEOUT_MS = 10_000;
/** Waits after the n-th try without an answer, in minutes (XB-HUB/1): 1, 5, 15, 60 … 24 h. In demonstrations seconds. */
const BACK_OFF_MINUTES = [1, 5, 15, 60, 180, 720, 1440];
/** A clock that was just set, or a registration that was just made, is right a second later. */
const SOON_TRIES = 5;
/** Datasets that a medium prints: they are asked about until they are PUBLISHED. */
const PRINTED = new Set(["503", "510", "511", "513"]);
/** How often an unfinished message is asked about. */
const ASK_AGAIN_SECONDS = 2;

/**
 * Condition on a lot `l`: its hub still owes an answer to a message of its tender project. What waits behind a rejected
 * message waits for a person, and is not counted.
 */
export const ANSWERS_OWED = sql`exists (
  select 1 from outbox o join sites s on s.id = o.site_id and s.hub_url <> ''
  where o.tender_project_id = l.tender_project_id
    and (o.state in ('queued', 'sent', 'received') or (o.state = 'accepted' and o.dataset in ('503', '510', '511', '513')))
    and not exists (select 1 from outbox p where p.tender_project_id = o.tender_project_id and p.seq < o.seq and p.state = 'rejected'))`;

interface Row extends Record<string, unknown> {
  id: string;
  key: string;
  dataset: string;
  op: string;
  seq: string;
  body: Record<string, unknown>;
  body_hash: string;
  occurred_at: Date | string;
  attempts: number;
  lot_code: string | null;
  state: string;
}
interface Ack {
  key: string;
  state: "RECEIVED" | "ACCEPTED" | "REJECTED" | "PUBLISHED";
  statement?: unknown;
  rejection?: { code: string; field: string; text: string };
  media?: { mediaId: string; url: string; at: string };
}

const service = (runtime: Runtime) => ({ siteId: runtime.site.id, role: "platform" });

/**
 * Sends what is due to the hub, first in first out within a tender project: a message whose predecessor is not accepted
 * waits. Sending twice is harmless, because key and body hash name a message; no answer means unknown, never failed.
 */
export async function deliverOutbox(runtime: Runtime): Promise<void> {
  const { hubUrl } = runtime.site;
  if (!hubUrl) return;
  const due = await takeDue(runtime);
  if (!due.length) return;
  let acks: Ack[];
  try {
    await registeredHub(runtime, hubUrl);
    acks = await post(runtime, hubUrl, due);
  } catch (error) {
    log.warn({ error: String(error), count: due.length }, "hub gave no answer");
    await putOff(runtime, due, String(error));
    return;
  }
  for (const [i, row] of due.entries()) {
    const ack = acks[i];
    if (ack?.key === row.key) await take(runtime, row, ack);
  }
}

/** Nothing was decided about these messages: they are sent again, later each time. @param soon - the first times at once. */
async function putOff(runtime: Runtime, rows: readonly Row[], why: string, soon = false): Promise<void> {
  await inContext(runtime.db, service(runtime), async (tx) => {
    for (const row of rows) {
      const minutes = BACK_OFF_MINUTES[Math.min(row.attempts, BACK_OFF_MINUTES.length - 1)]!;
      const later = process.env.DEMO === "1" ? Math.min(minutes, 15) : minutes * 60;
      const wait = soon && row.attempts < SOON_TRIES ? 1 : later;
      await tx.execute(sql`update outbox set attempts = attempts + 1, last_error = ${why.slice(0, 300)},
        next_try_at = clock_timestamp() + make_interval(secs => ${wait}) where id = ${row.id}`);
    }
  });
}

/** Due messages, locked against other deliverers while their next try is put off; at most one stretch per tender project. */
function takeDue(runtime: Runtime): Promise<Row[]> {
  return inContext(runtime.db, service(runtime), (tx) =>
    tx.execute<Row>(sql`
      update outbox set next_try_at = clock_timestamp() + interval '20 seconds'
      where id in (
        select o.id from outbox o where o.state in ('queued', 'sent', 'received', 'accepted') and o.next_try_at <= clock_timestamp()
          and (o.state <> 'accepted' or o.dataset in ('503', '510', '511', '513'))
          and not exists (select 1 from outbox p where p.site_id = o.site_id and p.tender_project_id = o.tender_project_id and p.seq < o.seq
            and p.state = 'rejected')
        order by o.tender_project_id, o.seq limit ${BATCH} for update skip locked)
      returning id, key, dataset, op, seq, body, body_hash, occurred_at, attempts, state,
        (select code from lots where lots.id = outbox.lot_id) as lot_code`),
  ).then((rows) => [...rows].sort((a, b) => Number(a.seq) - Number(b.seq)));
}

async function post(runtime: Runtime, hubUrl: string, rows: readonly Row[]): Promise<Ack[]> {
  const { site, ports } = runtime;
  const now = await legalNow(runtime.db);
  const signer = ports.platformKeys.signerOf(site.platformCode);
  const hub = await registeredHub(runtime, hubUrl);
  const items = await Promise.all(
    rows.map(async (row) => {
      const message = {
        spec: "XB-HUB/1",
        key: row.key,
        dataset: row.dataset,
        op: row.op,
        seq: Number(row.seq),
        ...(row.lot_code ? { lot: row.lot_code } : {}),
        occurredAt: new Date(row.occurred_at).toISOString(),
        sentAt: now.toISOString(),
        platform: { tradePlat: site.platformCode, operator: site.operatorCreditCode },
        ruleset: "2026.1",
        body: { ...row.body, PUB_SERVICE_PLAT: hub.code, PUB_SERVICE_PLAT_CODE: hub.creditCode },
      };
      const header = base64url(utf8(JSON.stringify({ alg: "RS256" })));
      const signature = await signer.sign(utf8(`${header}.${base64url(encodeCanonical(message as CanonicalValue))}`));
      return { message, jws: `${header}..${base64url(signature)}` };
    }),
  );
  const answer = await fetch(`${hubUrl}/v1/messages`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(items),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!answer.ok) throw new Error(`hub answered ${answer.status}`);
  const { acks } = (await answer.json()) as { acks?: Ack[] };
  if (!Array.isArray(acks) || acks.length !== rows.length) throw new Error("hub answered something else");
  return acks;
}

const OF_THE_MOMENT: ReadonlySet<string> = new Set(["CLOCK_SKEW", "UNREGISTERED"]);
const STATES = { RECEIVED: "received", ACCEPTED: "accepted", REJECTED: "rejected", PUBLISHED: "published" } as const;

async function take(runtime: Runtime, row: Row, ack: Ack): Promise<void> {
  const state = STATES[ack.state];
  if (!state) return;
  // Of the moment, not of the message: a clock that was moved while a batch was on its way must not stop a tender for good.
  if (ack.rejection && OF_THE_MOMENT.has(ack.rejection.code))
    return putOff(runtime, [row], `${ack.rejection.code} ${ack.rejection.text}`, true);
  const done = state === "published" || state === "rejected" || (state === "accepted" && !PRINTED.has(row.dataset));
  const reason = ack.rejection ? `${ack.rejection.code} ${ack.rejection.field} ${ack.rejection.text}` : null;
  if (reason) log.warn({ key: row.key, reason }, "hub rejected a message");
  await inContext(runtime.db, service(runtime), (tx) =>
    tx.execute(sql`update outbox set state = ${state}, ack = ${JSON.stringify(ack)}::jsonb, ack_at = xb_now(), last_error = ${reason},
      next_try_at = clock_timestamp() + make_interval(secs => ${done ? 86_400 * 365 : ASK_AGAIN_SECONDS}) where id = ${row.id} and state <> 'published'`),
  );
  if (state === "published" && row.dataset === "503" && ack.media) {
    const number = String(row.body.TENDER_SELF_CODE);
    await executeAsService(runtime, recordMediaReceipt, { number, url: ack.media.url, at: ack.media.at });
  }
}
