import { sql } from "drizzle-orm";
import { hex } from "@/core/bytes";
import { encodeCanonical } from "@/core/canonical-json";
import { ts14 } from "@/core/time";
import type { Tx } from "./db/connect";
import { outbox } from "./tables";

/** A message the hub must get because of an act. Built by the module that acts, in the hub's field names. */
export interface HubMessage {
  /** Dataset number, e.g. `503`. */
  readonly dataset: string;
  readonly op?: "upsert" | "delete";
  /** Messages of one tender project keep their order; those about parties belong to none. */
  readonly tenderProjectId?: string;
  readonly lotId?: string;
  /** Ends the message key; the same key with another body is a new version. */
  readonly subject: string;
  /** Upper-case wire names; amounts and times as text. */
  readonly body: Record<string, unknown>;
}

/** Work to be done after commit, found again by a sweep when lost: `graphile_worker.add_job` in the same transaction. */
export interface Job {
  readonly name: string;
  readonly payload: Record<string, string | number | boolean>;
  /** Same key = same job. */
  readonly key?: string;
  /** Real seconds to wait. */
  readonly delaySeconds?: number;
}

/** Writes messages into the outbox: a message cannot exist without its act, nor the act without its message. */
export async function queueHubMessages(
  tx: Tx,
  site: { id: string; platformCode: string; operatorCreditCode: string },
  now: Date,
  messages: readonly HubMessage[],
): Promise<void> {
  const { id: siteId, platformCode } = site;
  // The five fields that end every dataset; the hub's own two are added by the sender, who knows the hub.
  const common = { PLATFORM_CODE: site.operatorCreditCode, TRADE_PLAT: platformCode, DATA_TIMESTAMP: ts14(now) };
  for (const message of messages) {
    const body = { ...message.body, ...common };
    const bytes = encodeCanonical(body as never);
    const bodyHash = hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
    const key = `${platformCode}-${message.dataset}-${message.subject}`;
    const group = message.tenderProjectId ?? null;
    const [next] = await tx.execute<{ seq: string; version: number }>(sql`
      select coalesce(max(seq) filter (where tender_project_id = ${group}::uuid), 0) + 1 as seq,
             coalesce(max(version) filter (where key = ${key}), 0) + 1 as version
      from outbox where site_id = ${siteId} and (tender_project_id = ${group}::uuid or key = ${key})`);
    await tx.insert(outbox).values({
      siteId,
      tenderProjectId: group,
      lotId: message.lotId,
      seq: Number(next!.seq),
      key,
      dataset: message.dataset,
      op: message.op ?? "upsert",
      version: Number(next!.version),
      body,
      bodyHash,
      occurredAt: now,
    });
  }
}

/** Enqueues follow-up work in the transaction of the act. */
export async function queueJobs(tx: Tx, siteId: string, jobs: readonly Job[]): Promise<void> {
  for (const job of jobs) {
    const payload = JSON.stringify({ ...job.payload, siteId });
    await tx.execute(sql`
      select xb_add_job(${job.name}, ${payload}::json, ${job.key ?? null}::text, ${job.delaySeconds ?? 0}::integer)`);
  }
}
