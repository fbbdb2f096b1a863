import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { parseInput, type Runtime } from "@/kit/command";
import { inContext } from "@/kit/db/context";
import { writeXtd, xtdFacts } from "@/lifecycle/clarification/xtd";
import { SESSION_COOKIE, SignInInput } from "@/platform/identity/schema";
import { sessionOf, signIn } from "@/platform/identity/session";
import { hallStreams } from "@/server/receiver/hall-stream";
import { receiverHandler } from "@/server/receiver/routes";
import { appRouter } from "@/server/router";
import type { Process } from "@/server/runtime";
import { mayReadDocumentOf } from "@/server/web/file-access";
import { respond } from "@/server/web/respond";
import type { TestStage } from "./stage";

/** What happens to a request on its way: it gets no answer before it was heard, or after it was acted on. */
export type Fault = "cut" | "answer-lost" | undefined;

export interface FrontDoor {
  readonly url: string;
  /** Decides for every request. */
  fault: (method: string, path: string) => Fault;
  close(): Promise<void>;
}

/**
 * One site over a socket for a database test: the receiver as it is, and the web process's procedures, sign-in and
 * document package, without pages.
 */
export async function openFrontDoor(t: TestStage): Promise<FrontDoor> {
  const { stage, database, ports, dataDir } = t;
  const connection = database.as.xb_receiver;
  const receiver: Process = {
    ...{ connection, ports, dataDir, databaseUrl: database.urls.xb_receiver },
    runtime: (site) => ({ db: connection.db, site, ports }),
  };
  const streams = hallStreams(receiver);
  const receive = receiverHandler(receiver, streams);
  const door: { fault: FrontDoor["fault"] } = { fault: () => undefined };
  const server = createServer((request, response) => {
    const path = request.url ?? "/";
    const fault = door.fault(request.method ?? "GET", path);
    if (fault === "cut") return void request.socket.destroy();
    if (fault === "answer-lost") {
      response.writeHead = () => response;
      response.end = () => response.destroy();
    }
    if (path.startsWith("/receive/")) return receive(request, response);
    void web(stage.app, request).then((answer) => pass(answer, response));
  });
  await new Promise<void>((ready) => server.listen(0, "localhost", ready));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    get fault() {
      return door.fault;
    },
    set fault(decide) {
      door.fault = decide;
    },
    async close() {
      streams.close();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

async function web(runtime: Runtime, request: IncomingMessage): Promise<Response> {
  const { db, site, ports } = runtime;
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const body = Buffer.concat(parts);
  const path = request.url ?? "/";
  if (path === "/api/session")
    return respond(async () => {
      const input = parseInput(SignInInput, JSON.parse(body.toString("utf8")));
      const { cookie } = await signIn(db, site, ports.revocation, input, undefined);
      return Response.json(
        { ok: true },
        { headers: { "set-cookie": `${SESSION_COOKIE}=${cookie}; Path=/; HttpOnly` } },
      );
    });
  const cookie = new RegExp(`${SESSION_COOKIE}=([^;]+)`).exec(request.headers.cookie ?? "")?.[1];
  const session = await sessionOf(db, site, cookie, undefined);
  const document = /^\/api\/xtd\/([0-9a-f-]{36})$/.exec(path);
  if (document && session) return documentOf(runtime, session.actor, document[1]!);
  const req = new Request(`http://localhost${path}`, {
    method: request.method ?? "GET",
    headers: { "content-type": request.headers["content-type"] ?? "" },
    ...(body.length ? { body } : {}),
  });
  const createContext = () => ({ runtime, ...(session ? { actor: session.actor } : {}) });
  return fetchRequestHandler({ endpoint: "/api/trpc", req, router: appRouter, createContext });
}

async function documentOf(
  { db, ports }: Runtime,
  actor: Parameters<typeof mayReadDocumentOf>[1],
  lotId: string,
): Promise<Response> {
  const facts = await inContext(db, actor, async (tx) =>
    (await mayReadDocumentOf(tx, actor, lotId)) ? xtdFacts(tx, lotId) : undefined,
  );
  if (!facts) return new Response(null, { status: 404 });
  const folder = await mkdtemp(join(tmpdir(), "xinbiao-door-"));
  await writeXtd(join(folder, "package"), facts, ports.storage);
  const bytes = await readFile(join(folder, "package"));
  await rm(folder, { recursive: true });
  return new Response(new Uint8Array(bytes));
}

async function pass(answer: Response, response: ServerResponse): Promise<void> {
  const bytes = Buffer.from(await answer.arrayBuffer());
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(bytes);
}
