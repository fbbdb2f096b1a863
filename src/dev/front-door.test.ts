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
  door = await openFrontDoor({ port: 0, web: pages.url, receivers: [deliveries.url] });
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

test("two receivers get deliveries in turn, and the one that listens gets them all", async () => {
  const answering =
    (name: string): Handler =>
    (_, response) =>
      void response.end(name);
  const [one, two] = [await listen(answering("one")), await listen(answering("two"))];
  const pair = await openFrontDoor({ port: 0, web: one.url, receivers: [one.url, two.url] });
  closers.push(() => pair.close());
  const ask = async () => (await fetch(`http://127.0.0.1:${pair.port}/receive/health`)).text();
  expect([await ask(), await ask(), await ask()]).toEqual(["one", "two", "one"]);
  two.server.close();
  two.server.closeAllConnections();
  expect([await ask(), await ask(), await ask(), await ask()]).toEqual(["one", "one", "one", "one"]);
});

test("behind a server that ends TLS, a request comes from where that server says, not from what its client wrote", async () => {
  const seen = (_: IncomingMessage, response: ServerResponse) => response.end(JSON.stringify(_.headers));
  const pages = await listen(seen);
  const behind = await openFrontDoor({ port: 0, web: pages.url, receivers: [pages.url], behindTls: true });
  closers.push(() => behind.close());
  const answer = await fetch(`http://127.0.0.1:${behind.port}/`, {
    headers: { "x-forwarded-for": "1.2.3.4, 203.0.113.9", "x-forwarded-proto": "http" },
  });
  expect(await answer.json()).toMatchObject({ "x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "https" });
  const bare = await fetch(`http://127.0.0.1:${behind.port}/`);
  expect(await bare.json()).toMatchObject({ "x-forwarded-for": "127.0.0.1" });
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
  const second = await openFrontDoor({ port: 0, web: free.url, receivers: [free.url] });
  closers.push(() => second.close());
  const refused = await fetch(`http://127.0.0.1:${second.port}/receive/units/1`, { method: "PUT", body: "x" });
  expect(refused.status).toBe(502);
  expect(await refused.json()).toMatchObject({ kind: "unavailable" });
  const waiting = fetch(`http://127.0.0.1:${second.port}/`);
  await listen((_, response) => response.end("back"), free.port);
  expect(await (await waiting).text()).toBe("back");
});

const keeps = { "cache-control": "public, max-age=0, s-maxage=60", vary: "cookie, rsc, Accept-Encoding" };
const ask = (path: string, headers: Record<string, string> = {}) =>
  new Promise<{ status: number; body: string; age: string | undefined }>((done, fail) => {
    request(url(path), { headers }, (answer) => {
      let body = "";
      answer.on("data", (part) => (body += part));
      answer.on("end", () => done({ status: answer.statusCode!, body, age: answer.headers.age as string }));
    })
      .on("error", fail)
      .end();
  });
/** Pages that number their answers. */
function numbered(headers: Record<string, string>, status = 200): void {
  let made = 0;
  web = (_, response) => response.writeHead(status, headers).end(`page ${++made}`);
}
const bodyOf = async (...asked: Parameters<typeof ask>) => (await ask(...asked)).body;

test("what the pages allow to be kept is given to every stranger alike, by address and by name of the site", async () => {
  numbered(keeps);
  expect(await ask("/notices")).toEqual({ status: 200, body: "page 1", age: undefined });
  expect(await ask("/notices")).toEqual({ status: 200, body: "page 1", age: "0" });
  expect(await bodyOf("/notices?q=1")).toBe("page 2");
  expect(await bodyOf("/notices", { host: "b.localhost" })).toBe("page 3");
  expect(await bodyOf("/notices", { "accept-encoding": "gzip" })).toBe("page 4");
});

test.each([
  ["a cookie", { cookie: "session=1" }],
  ["a credential", { authorization: "Bearer 1" }],
  ["a part", { range: "bytes=0-1" }],
  ["another form", { rsc: "1" }],
  ["a fresh one", { "cache-control": "no-cache" }],
])("who asks with %s neither gets what was kept nor leaves anything behind", async (_, headers) => {
  numbered(keeps);
  expect(await bodyOf("/notices", headers)).toBe("page 1");
  expect(await bodyOf("/notices")).toBe("page 2");
  expect(await bodyOf("/notices", headers)).toBe("page 3");
  expect(await bodyOf("/notices")).toBe("page 2");
});

test.each([
  ["names no life in shared caches", { "cache-control": "public, max-age=30" }, 200],
  ["is for its reader alone", { "cache-control": "private, s-maxage=1" }, 200],
  ["sets a cookie", { ...keeps, "set-cookie": "a=1" }, 200],
  ["varies by what the door does not look at", { ...keeps, vary: "accept-language" }, 200],
  ["says that there is no such page", keeps, 404],
])("an answer that %s is not kept", async (_, headers, status) => {
  numbered(headers, status);
  expect(await bodyOf("/notices")).toBe("page 1");
  expect(await bodyOf("/notices")).toBe("page 2");
});

test("a large answer passes and is not kept", async () => {
  let made = 0;
  web = (_, response) => response.writeHead(200, keeps).end(String(++made).repeat(300 << 10));
  expect(await bodyOf("/notices")).toBe("1".repeat(300 << 10));
  expect(await bodyOf("/notices")).toBe("2".repeat(300 << 10));
});

test("a life ends with any act through the door", async () => {
  numbered(keeps);
  expect(await bodyOf("/notices")).toBe("page 1");
  await fetch(url("/api/trpc/publish"), { method: "POST", body: "x" }); // Page 2.
  expect(await bodyOf("/notices")).toBe("page 3");
  expect(await bodyOf("/notices")).toBe("page 3");
});

test("a life is counted from the question: an answer that took as long is not kept", async () => {
  let made = 0;
  web = (_, response) => {
    const body = `page ${++made}`;
    setTimeout(() => response.writeHead(200, { "cache-control": "s-maxage=1" }).end(body), made === 1 ? 1_050 : 0);
  };
  expect(await bodyOf("/notices")).toBe("page 1");
  expect(await bodyOf("/notices")).toBe("page 2");
});

test("when a life has ended one stranger asks for all who come meanwhile", async () => {
  let made = 0;
  const slow: ServerResponse[] = [];
  web = (asked, response) => {
    if (asked.method === "POST" || made++ === 0) return void response.writeHead(200, keeps).end(`page ${made}`);
    slow.push(response);
  };
  await ask("/notices");
  await fetch(url("/act"), { method: "POST" });
  const readers = Array.from({ length: 20 }, () => bodyOf("/notices"));
  await expect.poll(() => slow.length).toBe(1);
  // An act while the answer is made: it may say what was before, and is not kept.
  await fetch(url("/act"), { method: "POST" });
  const later = bodyOf("/notices");
  await expect.poll(() => slow.length).toBe(2);
  slow[0]!.writeHead(200, keeps).end("before");
  slow[1]!.writeHead(200, keeps).end("after");
  expect(new Set(await Promise.all(readers))).toEqual(new Set(["before"]));
  expect(await later).toBe("after");
  expect(await bodyOf("/notices")).toBe("after");
});

test("who asked for all and goes away leaves nobody waiting", async () => {
  let made = 0;
  web = (asked, response) => {
    // The second answer never comes.
    if (asked.method === "POST" || ++made !== 2) response.writeHead(200, keeps).end(`page ${made}`);
  };
  await ask("/notices");
  await fetch(url("/act"), { method: "POST" });
  const first = request(url("/notices")).on("error", () => {});
  first.end();
  await expect.poll(() => made).toBe(2);
  const second = bodyOf("/notices");
  first.destroy();
  expect(await second).toBe("page 3");
});
