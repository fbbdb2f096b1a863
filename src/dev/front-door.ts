import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { createProxyServer } from "httpxy";
import { sharedCache } from "./shared-cache";

/** Paths of the receiver: the deadline path stands alone, whatever the portal does. */
const RECEIVER = "/receive/";
/** What only a front door may say about where a request came from. */
const FORWARDED = [
  "forwarded",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-forwarded-port",
  "x-real-ip",
];
/** How long a page waits for a process that is being started again. */
const PATIENCE_MS = 15_000;
const IDLE_LIMIT_MS = 600_000;

export interface FrontDoor {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * One address for everything: `/receive/` leads to the receiver, all else to the pages. Nothing is buffered but what the
 * pages allow to be kept for everybody.
 */
export async function openFrontDoor(settings: {
  port: number;
  web: string;
  /** Each gets deliveries in turn; one that does not listen is left out until it does. */
  receivers: readonly string[];
  /** A server of the operator ends TLS in front of this door, which listens on this machine alone. */
  behindTls?: boolean;
}): Promise<FrontDoor> {
  const { web, behindTls = false } = settings;
  const receivers = inTurn(settings.receivers);
  // One connection per request: a kept one to a process that was started again would lose the request that it carries.
  const proxy = createProxyServer({ ws: false, agent: false, proxyTimeout: IDLE_LIMIT_MS, timeout: IDLE_LIMIT_MS });
  const cache = sharedCache();
  proxy.on("proxyRes", (answer, request, response) => {
    if (!isDelivery(request)) cache.take(answer, request, response as ServerResponse);
  });

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const delivery = isDelivery(request);
    const host = request.headers.host ?? "localhost";
    const from = (behindTls ? lastForwarded(request) : undefined) ?? request.socket.remoteAddress ?? "";
    for (const name of FORWARDED) delete request.headers[name];
    const headers = {
      "x-forwarded-for": from,
      "x-forwarded-host": host,
      "x-forwarded-proto": behindTls ? "https" : "http",
    };
    const begun = performance.now();
    for (;;) {
      const target = delivery ? receivers.next() : web;
      try {
        return await proxy.web(request, response, { target, headers });
      } catch (error) {
        if (delivery && isNotListening(error)) receivers.leaveOut(target);
        if (!mayTryAgain(request, response, error) || performance.now() - begun > PATIENCE_MS) {
          return unavailable(request, response);
        }
        await new Promise((done) => setTimeout(done, 250));
      }
    }
  }

  const server = createServer((request, response) => {
    if (!isReadable(request.url ?? "/")) return refuse(response);
    const passUnless = (answered: boolean): void => {
      // Who waited for another's answer may have gone.
      if (!answered && !response.destroyed) void pass(request, response);
    };
    const answered = !isDelivery(request) && cache.answer(request, response);
    if (answered instanceof Promise) void answered.then(passUnless);
    else passUnless(answered);
  });
  // Large bids come in slowly; only a connection that stands still is closed.
  server.requestTimeout = 0;
  server.timeout = IDLE_LIMIT_MS;
  // Live reload of the pages while they are being written.
  server.on("upgrade", (request, socket, head) => {
    proxy.ws(request, socket as Socket, { target: web }, head).catch(() => socket.destroy());
  });
  await new Promise<void>((done, fail) => {
    server.once("error", fail);
    server.listen(settings.port, "127.0.0.1", done);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/** The address that the server in front saw itself: whatever stands before it in the list, its client wrote. */
const lastForwarded = ({ headers }: IncomingMessage): string | undefined =>
  [headers["x-forwarded-for"] ?? []].flat().join(",").split(",").at(-1)?.trim() || undefined;

const isDelivery = ({ url }: IncomingMessage): boolean => (url ?? "/").startsWith(RECEIVER);

/** The page server answers an address with broken escapes by a fault of its own. */
function isReadable(url: string): boolean {
  try {
    decodeURIComponent(url.split("?")[0]!);
    return true;
  } catch {
    return false;
  }
}

function refuse(response: ServerResponse): void {
  response.writeHead(400, { "content-type": "text/html; charset=utf-8", connection: "close" });
  response.end(
    '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>网址有误</title><p>网址不完整或有误，请检查后重新输入。',
  );
}

const isNotListening = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "ECONNREFUSED";

/** How long a receiver that does not listen gets nothing; the launcher starts it again in less. */
const LEFT_OUT_MS = 1_000;

/** Addresses one after the other, without those that did not listen a moment ago unless none does. */
function inTurn(all: readonly string[]) {
  const out = new Map<string, number>();
  let turn = 0;
  const isOut = (address: string) => performance.now() - (out.get(address) ?? -LEFT_OUT_MS) < LEFT_OUT_MS;
  return {
    next(): string {
      for (let i = 0; i < all.length; i++) {
        const address = all[turn++ % all.length]!;
        if (!isOut(address)) return address;
      }
      return all[turn % all.length]!;
    },
    leaveOut: (address: string) => void out.set(address, performance.now()),
  };
}

/** Only what has no body and found no listener at all: then nothing has happened. */
function mayTryAgain(request: IncomingMessage, response: ServerResponse, error: unknown): boolean {
  const reading = request.method === "GET" || request.method === "HEAD";
  return reading && !response.headersSent && !response.destroyed && isNotListening(error);
}

function unavailable(request: IncomingMessage, response: ServerResponse): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  const wantsPage = request.headers.accept?.includes("text/html") ?? false;
  const text = "系统正在恢复，请稍后重试。您已收到回执的操作不受影响。";
  response.writeHead(502, {
    "content-type": wantsPage ? "text/html; charset=utf-8" : "application/json; charset=utf-8",
    "retry-after": "2",
    connection: "close",
  });
  response.end(
    wantsPage
      ? `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta http-equiv="refresh" content="3"><title>正在恢复</title><p>${text}</p>`
      : JSON.stringify({ kind: "unavailable", code: "unavailable", text }),
  );
}
