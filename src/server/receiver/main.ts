import { createServer } from "node:http";
import { startBeats } from "@/kit/heartbeat";
import { log } from "@/kit/log";
import { readProcessEnvironment } from "../env";
import { openProcess } from "../runtime";
import { refuseDemonstrationClock } from "../start";
import { hallStreams } from "./hall-stream";
import { IDLE_LIMIT_MS, receiverHandler } from "./routes";

/**
 * The receiver: takes sealed units, finishes deliveries, gives receipts and streams the hall. It stands alone: portal,
 * hub, search and mail may be down.
 */
const { PROCESS_PORT } = readProcessEnvironment();
const receiver = openProcess("receiver", 10);
await refuseDemonstrationClock(receiver.connection);
const streams = hallStreams(receiver);
const beats = startBeats(receiver.connection.db, "receiver", () => receiver.ports.storage.check());
const server = createServer(receiverHandler(receiver, streams));
server.requestTimeout = 0;
server.headersTimeout = 20_000;
server.keepAliveTimeout = 65_000;
server.timeout = IDLE_LIMIT_MS;
server.listen(PROCESS_PORT ?? 3102, "127.0.0.1", () => log.info("receiver ready"));

async function stop() {
  beats.stop();
  streams.close();
  server.close();
  server.closeAllConnections();
  await receiver.connection.close();
  process.exit(0);
}
process.on("SIGTERM", () => void stop());
process.on("SIGINT", () => void stop());
