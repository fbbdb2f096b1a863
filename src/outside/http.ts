import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type FaultMode, type Faults, FaultMode as Mode } from "./faults";
import { pageOf } from "./page";

/** One request to an outside program. */
export interface Ask {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The fault that the handler itself must play: only `wrong` reaches it. */
  readonly mode: FaultMode;
  body(): Promise<Uint8Array<ArrayBuffer>>;
  json(): Promise<unknown>;
}

export interface Answer {
  readonly status?: number;
  readonly type?: string;
  readonly body: string | Uint8Array;
}

/** Method, path with `:name` parts, handler. */
export type Route = readonly [method: string, path: string, handle: (ask: Ask) => Answer | Promise<Answer>];

export interface Program {
  readonly title: string;
  /** What it stands for, in one sentence. */
  readonly purpose: string;
  readonly faults: Faults;
  readonly routes: readonly Route[];
  /** Inside of the status page, HTML. */
  page(): string | Promise<string>;
}

export interface Served {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** A reasoned no: answered as `{code, text}`. */
export class Declined extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly text: string,
  ) {
    super(code);
  }
}

/** The largest body any outside program takes. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

export const json = (value: unknown, status = 200): Answer => ({
  status,
  type: "application/json; charset=utf-8",
  body: JSON.stringify(value),
});

/** Starts a program on 127.0.0.1; port 0 takes a free one. The status page and the fault switch always answer. */
export async function serve(program: Program, port: number): Promise<Served> {
  const server = createServer((request, response) => void answer(program, request, response));
  await new Promise<void>((done, fail) => {
    server.once("error", fail);
    server.listen(port, "127.0.0.1", done);
  });
  const { port: taken } = server.address() as { port: number };
  return { url: `http://127.0.0.1:${taken}`, port: taken, close: () => stop(server) };
}

function stop(server: Server): Promise<void> {
  return new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });
}

async function answer(program: Program, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://outside");
  const { faults } = program;
  const control = (url.pathname === "/" && request.method === "GET") || url.pathname === "/faults";
  try {
    if (!control && faults.mode === "down") return void request.socket.destroy();
    if (!control && faults.mode === "slow") await new Promise((done) => setTimeout(done, faults.slowMs));
    const given = control
      ? await controlAnswer(program, request, url)
      : await routed(program, request, url, faults.mode);
    if (!control && faults.mode === "answer-lost") return void request.socket.destroy();
    send(response, given);
  } catch (error) {
    if (error instanceof Declined) return send(response, json({ code: error.code, text: error.text }, error.status));
    console.error(error);
    send(response, json({ code: "fault", text: "程序内部错误" }, 500));
  }
}

function send(response: ServerResponse, given: Answer): void {
  const body = typeof given.body === "string" ? Buffer.from(given.body) : given.body;
  response.writeHead(given.status ?? 200, {
    "content-type": given.type ?? "text/html; charset=utf-8",
    "content-length": body.length,
    "cache-control": "no-store",
  });
  response.end(body);
}

async function controlAnswer(program: Program, request: IncomingMessage, url: URL): Promise<Answer> {
  if (url.pathname === "/") return { body: pageOf(program, await program.page()) };
  if (request.method === "PUT") {
    const asked = Mode.safeParse((parseJson(await read(request)) as { mode?: unknown } | undefined)?.mode);
    if (!asked.success) throw new Declined(400, "fault.unknown", "没有这种故障");
    program.faults.mode = asked.data;
  }
  return json({ mode: program.faults.mode });
}

async function routed(program: Program, request: IncomingMessage, url: URL, mode: FaultMode): Promise<Answer> {
  for (const [method, path, handle] of program.routes) {
    const params = method === request.method ? match(path, url.pathname) : undefined;
    if (!params) continue;
    let bytes: Promise<Uint8Array<ArrayBuffer>> | undefined;
    const body = () => {
      bytes ??= read(request);
      return bytes;
    };
    return handle({ params, query: url.searchParams, mode, body, json: async () => parseJson(await body()) });
  }
  throw new Declined(404, "not_found", "没有这个地址");
}

function match(pattern: string, path: string): Record<string, string> | undefined {
  const want = pattern.split("/");
  const have = path.split("/");
  if (want.length !== have.length) return undefined;
  const params: Record<string, string> = {};
  for (const [i, part] of want.entries()) {
    const given = have[i]!;
    if (part.startsWith(":") && given !== "") params[part.slice(1)] = decodeURIComponent(given);
    else if (part !== given) return undefined;
  }
  return params;
}

async function read(request: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > MAX_BODY_BYTES) throw new Declined(413, "too_large", "内容过大");
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new Declined(400, "not_json", "不是 UTF-8 的 JSON");
  }
}
