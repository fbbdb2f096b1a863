import { sql } from "drizzle-orm";
import type { Connection } from "@/kit/db/connect";

/** The database of a demonstration, met by a process that is none. */
export class DemonstrationDatabase extends Error {
  constructor() {
    super("数据库中有演示时钟，属于演示环境，正式环境拒绝启动。请改用正式数据库，或以演示方式启动（npm run demo）。");
  }
}

/**
 * Legal time of a production must be nobody's to move: a database that has the demonstration's clock row is refused by
 * every process that was not started as a demonstration.
 *
 * @throws DemonstrationDatabase
 */
export async function refuseDemonstrationClock(
  connection: Pick<Connection, "db">,
  demo = process.env.DEMO === "1",
): Promise<void> {
  if (demo) return;
  const [row] = await connection.db.execute(sql`select 1 from demo_clock limit 1`);
  if (row) throw new DemonstrationDatabase();
}
