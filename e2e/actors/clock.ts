import postgres from "postgres";
import { installation } from "../installation";

/** The installation as only a test may look at it: the database's owner, and the hand on the demonstration's clock. */
export function backstage() {
  const sql = postgres(installation().urls.owner, { max: 1, onnotice: () => {} });
  return {
    sql,
    /** Legal time now. */
    async now(): Promise<Date> {
      const [row] = await sql<{ now: Date }[]>`select xb_now() as now`;
      return new Date(row!.now);
    },
    /** Moves legal time forward; it never goes back. */
    async travelTo(to: Date): Promise<void> {
      const [row] = await sql<{ now: Date }[]>`select xb_now() as now`;
      if (new Date(row!.now) > to) throw new Error(`it is later than ${to.toISOString()}`);
      await sql`update demo_clock set demo_base = ${to}, real_base = clock_timestamp(), running = true`;
    },
    /** Puts legal time at an instant and stops it there: for what happens exactly then. `travelTo` lets it run again. */
    async standAt(at: Date): Promise<void> {
      await sql`update demo_clock set demo_base = ${at}, real_base = clock_timestamp(), running = false`;
    },
    async lotNamed(project: string): Promise<{
      id: string;
      code: string;
      state: string;
      bidDeadline: Date;
      windowEndsAt: Date | null;
      candidatePeriodEndsAt: Date | null;
    }> {
      const [row] = await sql<
        {
          id: string;
          code: string;
          state: string;
          bid_deadline: Date;
          window_ends_at: Date | null;
          candidate_period_ends_at: Date | null;
        }[]
      >`
        select l.* from lots l join tender_projects t on t.id = l.tender_project_id where t.name = ${project}`;
      if (!row) throw new Error(`no lot of ${project}`);
      return {
        id: row.id,
        code: row.code,
        state: row.state,
        bidDeadline: row.bid_deadline,
        windowEndsAt: row.window_ends_at,
        candidatePeriodEndsAt: row.candidate_period_ends_at,
      };
    },
    close: () => sql.end({ timeout: 2 }),
  };
}
export type Backstage = ReturnType<typeof backstage>;
