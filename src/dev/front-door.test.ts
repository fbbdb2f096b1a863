import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type FrontDoor, openFrontDoor } from "./front-door";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;
const closers: (() => unknown)[] = [];
let door: FrontDoor;
let web: Handler;
let receiver: Handler;

async function listen(handler: Handler, port = 0): Promise<{ url: string; port: number; server: Server }> {
  const server = createServer(handler);
  await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port: taken } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${taken}`, port: taken, server };
}

beforeEach(async () => {
  web = (_, response) => response.end("web");
  receiver = (_, response) => response.end("receiver");
  const [pages, deliveries] = [await listen((q, s) => web(q, s)), await listen((q, s) => receiver(q, s))];
  door = await openFrontDoor({ port: 0, web: pages.url, receiver: deliveries.url });
  closers.push(() => door.close());
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
const url = (path: string) => `http://127.0.0.1:${door.port}${path}`;

test("deliveries go to the receiver, everything else to the pages", async () => {
  const text = async (path: string) => (await fetch(url(path))).text();
  expect(await text("/receive/units/1")).toBe("receiver");
  expect(await text("/")).toBe("web");
  expect(await text("/receivers")).toBe("web");
});

test("host passes on; where a request comes from is said by the door alone", async () => {
  web = ({ headers }, response) => response.end(JSON.stringify(headers));
  const body = await new Promise<string>((done) => {
    const headers = {
      host: "b.localhost:3000",
      "x-forwarded-for": "1.2.3.4",
      forwarded: "for=1.2.3.4",
      "x-real-ip": "1.2.3.4",
    };
    request(url("/"), { headers }, (answer) => {
      let text = "";
      answer.on("data", (part) => (text += part)).on("end", () => done(text));
    }).end();
  });
  const seen = JSON.parse(body) as Record<string, string>;
  expect(seen).toMatchObject({
    host: "b.localhost:3000",
    "x-forwarded-for": "127.0.0.1",
    "x-forwarded-host": "b.localhost:3000",
  });
  expect(seen.forwarded).toBeUndefined();
  expect(seen["x-real-ip"]).toBeUndefined();
});

test("events arrive one by one, and the process learns when the reader has gone", async () => {
  const gone = new Promise<void>((done) => {
    receiver = (_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: 1\n\n");
      response.on("close", done);
    };
  });
  const abort = new AbortController();
  const answer = await fetch(url("/receive/hall"), { signal: abort.signal });
  const first = await answer.body!.getReader().read();
  expect(new TextDecoder().decode(first.value)).toBe("data: 1\n\n");
  abort.abort();
  await gone;
});

test("a large upload passes without being collected", async () => {
  let received = 0;
  receiver = (asked, response) => {
    asked.on("data", (part: Buffer) => (received += part.length)).on("end", () => response.end(String(received)));
  };
  const part = new Uint8Array(1 << 20);
  const body = new ReadableStream({
    start: (controller) => {
      for (let i = 0; i < 30; i++) controller.enqueue(part);
      controller.close();
    },
  });
  const answer = await fetch(url("/receive/units/1"), { method: "PUT", body, duplex: "half" } as RequestInit);
  expect(await answer.text()).toBe(String(30 << 20));
});

test("a page waits for a process that comes back; a delivery is told at once", async () => {
  const free = await listen(() => {});
  await new Promise((done) => free.server.close(done));
  const second = await openFrontDoor({ port: 0, web: free.url, receiver: free.url });
  closers.push(() => second.close());
  const refused = await fetch(`http://127.0.0.1:${second.port}/receive/units/1`, { method: "PUT", body: "x" });
  expect(refused.status).toBe(502);
  expect(await refused.json()).toMatchObject({ kind: "unavailable" });
  const waiting = fetch(`http://127.0.0.1:${second.port}/`);
  await listen((_, response) => response.end("back"), free.port);
  expect(await (await waiting).text()).toBe("back");
});
