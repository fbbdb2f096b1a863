import { sql } from "drizzle-orm";
import { Refused, refuse } from "@/core/refusal";
import type { Role } from "@/kit/command";
import { type Connection, connect } from "@/kit/db/connect";
import { inContext } from "@/kit/db/context";
import { requestRuntime, requestSession } from "./context";

/** The operator's own database role: it can read the health of the outbound module, and no table about a bid. */
const shared = globalThis as { xinbiaoOperator?: Connection };
function operatorDatabase(): Connection | undefined {
  const url = process.env.PROCESS_OPERATOR_DATABASE_URL;
  if (url) shared.xinbiaoOperator ??= connect(url, { max: 2, name: "operator" });
  return shared.xinbiaoOperator;
}

export interface OutboxLine {
  readonly state: string;
  readonly count: number;
  readonly oldest: Date | undefined;
  readonly failing: number;
}

/** For the operator's own people in these roles. @throws Refused: signed out, or `not_found` for everybody else. */
export async function requireStaff(...allowed: Role[]): Promise<void> {
  const session = await requestSession();
  if (!session) throw new Refused(refuse("forbidden", "general.signed_out"));
  if (!allowed.includes(session.actor.role)) throw new Refused(refuse("not_found", "general.not_found"));
}

export const requireOperator = (): Promise<void> => requireStaff("operator");

/** Messages to the hub by state; undefined when the process has no operator role. */
export async function outboxHealth(): Promise<OutboxLine[] | undefined> {
  await requireStaff("operator", "system-admin");
  const database = operatorDatabase();
  const session = await requestSession();
  if (!database || !session) return undefined;
  const { site } = await requestRuntime();
  return inContext(database.db, { siteId: site.id, personId: session.actor.personId, role: "operator" }, async (tx) => {
    const rows = await tx.execute<{ state: string; count: number; oldest: string | Date | null; failing: number }>(sql`
      select state, count(*)::int as count, min(occurred_at) as oldest, count(*) filter (where last_error is not null)::int as failing
      from outbox group by state order by state`);
    return rows.map(({ state, count, oldest, failing }) => ({
      state,
      count,
      failing,
      oldest: oldest ? new Date(oldest) : undefined,
    }));
  });
}
