import { createServer } from "node:http";
import next from "next";

// The pages as they change. One process with the launcher's own arguments, which the command line of Next refuses.
const port = Number(process.env.PORT);
const hostname = process.env.HOSTNAME;
const app = next({ dev: true, turbopack: true, hostname, port });
await app.prepare();
const pages = app.getRequestHandler();
const live = app.getUpgradeHandler();
createServer((request, response) => void pages(request, response))
  .on("upgrade", (request, socket, head) => void live(request, socket, head))
  .listen(port, hostname);
