import { run } from "graphile-worker";
import { startBeats } from "@/kit/heartbeat";
import { log } from "@/kit/log";
import { readEnvironment } from "../env";
import { openProcess } from "../runtime";
import { refuseDemonstrationClock } from "../start";
import { queueLogger } from "./job-log";
import { startSweep } from "./sweep";
import { HANDS, type Hands, taskList } from "./tasks";

/** The worker: follow-up work of acts, and the sweep that finds due times and lost jobs again. */
const { SMTP_URL, SMS_URL } = readEnvironment();
const worker = openProcess("worker", 8);
await refuseDemonstrationClock(worker.connection);
const context = { process: worker, smtpUrl: SMTP_URL, smsUrl: SMS_URL };
const runners = await Promise.all(
  (Object.keys(HANDS) as Hands[]).map((hands) =>
    run({
      connectionString: worker.databaseUrl,
      concurrency: HANDS[hands],
      pollInterval: 1000,
      noHandleSignals: true,
      maxPoolSize: 3,
      taskList: taskList(context, hands),
      logger: queueLogger,
    }),
  ),
);
const sweep = startSweep(context);
const beats = startBeats(worker.connection.db, "worker");
log.info("worker ready");

let stopping = false;
// A set of hands that ends by itself would leave its work lying: the process ends with it, and is started anew.
function endWith(error?: unknown) {
  if (stopping) return;
  log.error({ error: String(error ?? "") }, "a set of hands has ended");
  process.exit(1);
}
for (const { promise } of runners) promise.then(() => endWith(), endWith);

async function stop() {
  stopping = true;
  sweep.stop();
  beats.stop();
  await Promise.all(runners.map((runner) => runner.stop()));
  await worker.connection.close();
  process.exit(0);
}
process.on("SIGTERM", () => void stop());
process.on("SIGINT", () => void stop());
