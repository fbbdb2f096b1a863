import { startBeats } from "@/kit/heartbeat";
import { refuseDemonstrationClock } from "../start";
import { webProcess } from "./context";

/** What the web process does before its first answer; ends the process when the database is not for it. */
export async function startWeb(): Promise<void> {
  try {
    await refuseDemonstrationClock(webProcess().connection);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
  startBeats(webProcess().connection.db, "web");
}
