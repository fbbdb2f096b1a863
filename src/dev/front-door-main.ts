import { openFrontDoor } from "./front-door";

const port = Number(process.env.PROCESS_PORT);
const { FRONT_WEB: web, FRONT_RECEIVER: receiver, FRONT_BEHIND_TLS } = process.env;
if (!Number.isInteger(port) || !web || !receiver)
  throw new Error("PROCESS_PORT, FRONT_WEB and FRONT_RECEIVER are needed");
const door = await openFrontDoor({ port, web, receivers: receiver.split(","), behindTls: FRONT_BEHIND_TLS === "1" });
console.log("front-door ready");
process.once("SIGTERM", () => void door.close().then(() => process.exit(0)));
