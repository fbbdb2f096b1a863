import { sql } from "drizzle-orm";
import type { Tx } from "@/kit/db/connect";

/** Bids whose opening is nearer than this are looked at. */
const BEFORE_OPENING = "72 hours";
/** An opening lasts: a certificate must not end while its holder decrypts. */
const OPENING_LASTS = "2 hours";
const BATCH = 20;

export interface DueWarning {
  readonly certificateId: string;
  readonly occasion: string;
  readonly lotId?: string;
  readonly lotCode?: string;
  readonly opensAt?: string;
}

/**
 * Letters about certificates that are due and not written: the nearest of 90, 30 and 15 days, and for a standing bid whose
 * opening comes within three days and after the certificate's end.
 */
export async function dueWarnings(tx: Tx): Promise<DueWarning[]> {
  const rows = await tx.execute<{
    id: string;
    occasion: string;
    lot_id: string | null;
    lot_code: string | null;
    opens_at: Date | string | null;
  }>(sql`
    select * from (
      select c.id, case when c.not_after <= xb_now() + interval '15 days' then '15'
        when c.not_after <= xb_now() + interval '30 days' then '30' else '90' end as occasion,
        null::uuid as lot_id, null::text as lot_code, null::timestamptz as opens_at
      from certificates c where c.ended_at is null and c.not_after > xb_now() and c.not_after <= xb_now() + interval '90 days'
      union all
      select c.id, 'lot:' || l.id, l.id, l.code, l.bid_deadline
      from lots l join bids b on b.lot_id = l.id and b.replaced_at is null and b.withdrawn_at is null
        join certificates c on c.org_id = b.org_id and c.person_id = b.person_id
      where l.state = 'T1' and c.ended_at is null and l.bid_deadline > xb_now()
        and l.bid_deadline <= xb_now() + ${BEFORE_OPENING}::interval
        and c.not_after < l.bid_deadline + ${OPENING_LASTS}::interval
    ) due where not exists (select 1 from certificate_warnings w where w.certificate_id = due.id and w.occasion = due.occasion)
    limit ${BATCH}`);
  return rows.map(({ id, occasion, lot_id, lot_code, opens_at }) => ({
    certificateId: id,
    occasion,
    ...(lot_id && lot_code && opens_at
      ? { lotId: lot_id, lotCode: lot_code, opensAt: new Date(opens_at).toISOString() }
      : {}),
  }));
}
