import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { permit, Refused, refuse } from "@/core/refusal";
import type { Actor, Runtime } from "@/kit/command";
import { execute, executeAsService, parseInput } from "@/kit/command";
import { inContext } from "@/kit/db/context";
import { answerOf, refusalOf, transportOf } from "@/kit/errors";
import { dropDraft, keepDraft, readDraftUnit } from "@/lifecycle/bidding/commands/draft-copy";
import { finishUpload } from "@/lifecycle/bidding/commands/finish";
import { openUpload, storeUnit, uploadState } from "@/lifecycle/bidding/commands/upload";
import { UNIT_BYTES } from "@/lifecycle/bidding/rules";
import { FinishUpload, KeepDraft, OpenUpload } from "@/lifecycle/bidding/schema";
import { takeInstruction } from "@/lifecycle/supervision/commands/take-instruction";
import { ackOf } from "@/lifecycle/supervision/queries";
import { SESSION_COOKIE, StatementInput } from "@/platform/identity/schema";
import { sessionOf } from "@/platform/identity/session";
import { siteOfHost } from "@/platform/site/queries";
import { refusalOfOrigin } from "../origin";
import type { Process } from "../runtime";
import { type Admission, admission } from "./admission";
import type { HallStreams } from "./hall-stream";

const UUID = "([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})";
const ROUTES = {
  upload: new RegExp(`^/receive/upload/${UUID}$`),
  unit: new RegExp(`^/receive/upload/${UUID}/(\\d{1,4})$`),
  finish: new RegExp(`^/receive/upload/${UUID}/finish$`),
  keep: new RegExp(`^/receive/upload/${UUID}/keep$`),
  hall: new RegExp(`^/receive/hall/${UUID}/events$`),
};
/** A sender that says nothing for so long is gone. Slow lines are normal at a deadline: what ends a request is silence, not duration. */
export const IDLE_LIMIT_MS = 120_000;
/** Bodies other than units: a seal and a signature at most. */
const MAX_JSON_BYTES = 200_000;
/** What is too long is read on to here, so that its sender hears the reason; beyond, the line is cut. */
const MAX_HEARD_BYTES = 8 * 1024 * 1024;

const SECRET_HEADERS = { "cache-control": "no-store", "x-content-type-options": "nosniff" };

function send(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent) return;
  response.writeHead(status, { ...SECRET_HEADERS, "content-type": "application/json; charset=utf-8" });
  response.end(JSON.stringify(body));
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request) {
    length += (part as Buffer).length;
    if (length <= MAX_JSON_BYTES) parts.push(part as Buffer);
    if (length > MAX_HEARD_BYTES) break;
  }
  if (length > MAX_JSON_BYTES)
    throw new Refused(refuse("invalid", "general.invalid_input", { field: "请求", problem: "内容过大" }));
  try {
    return JSON.parse(Buffer.concat(parts).toString("utf8") || "{}");
  } catch {
    throw new Refused(refuse("invalid", "general.invalid_input", { field: "请求", problem: "不是 JSON" }));
  }
}

const cookieOf = (request: IncomingMessage) =>
  request.headers.cookie
    ?.split(";")
    .map((pair) => pair.trim().split("="))
    .find(([name]) => name === SESSION_COOKIE)?.[1];

export const addressOf = (request: IncomingMessage): string | undefined => {
  const forwarded = request.headers["x-forwarded-for"];
  return (Array.isArray(forwarded) ? forwarded[0] : forwarded)?.split(",")[0]?.trim() || request.socket.remoteAddress;
};

const headersOf = (request: IncomingMessage) => ({ get: (name: string) => request.headers[name]?.toString() ?? null });

/** All routes of the receiver. Errors are answered as everywhere: a sentence, or the number of a fault. */
export function receiverHandler(receiver: Process, streams: HallStreams) {
  const room = admission();
  return (request: IncomingMessage, response: ServerResponse): void => {
    answer(receiver, streams, room, request, response).catch((error: unknown) => {
      // A sender that went away needs no answer.
      if (request.destroyed && !request.complete) return response.destroy();
      const refusal = refusalOf(error);
      send(response, transportOf(refusal.kind).http, { error: answerOf(refusal) });
    });
  };
}

async function answer(
  receiver: Process,
  streams: HallStreams,
  room: Admission,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname } = new URL(request.url ?? "/", "http://receiver");
  const { method } = request;
  if (method === "GET" && (pathname === "/" || pathname === "/receive/health"))
    return send(response, 200, { ok: true });
  if (method === "POST" && pathname === "/receive/speed") return measure(request, response);
  const site = await siteOfHost(receiver.connection.db, request.headers.host);
  if (!site) throw new Refused(refuse("not_found", "identity.unknown_site"));
  const runtime = receiver.runtime(site);
  if (method === "POST" && pathname === "/receive/instructions")
    return send(response, 200, { ack: await instructed(runtime, await readJson(request)) });
  const hall = ROUTES.hall.exec(pathname);
  if (method === "GET" && hall) {
    // A hall is heard by whoever may know of its lot; who is not signed in hears those that everybody may.
    const listener = await sessionOf(runtime.db, runtime.site, cookieOf(request), addressOf(request));
    return streams.open(runtime, listener?.actor, hall[1]!, request, response);
  }
  const actor = await signedIn(runtime, request);
  if (method !== "GET") permit(refusalOfOrigin(headersOf(request)));
  if (method === "POST" && pathname === "/receive/upload") {
    const body = parseInput(OpenUpload, await readJson(request));
    const key = String(request.headers["idempotency-key"] ?? crypto.randomUUID());
    const opened = await execute(runtime, actor, openUpload, body, key);
    return send(response, 201, { ...opened, unitBytes: UNIT_BYTES });
  }
  const unit = ROUTES.unit.exec(pathname);
  if (method === "PUT" && unit) {
    const sizeBytes = Number(request.headers["content-length"]);
    const declared = String(request.headers["x-content-sha256"] ?? "");
    if (!Number.isInteger(sizeBytes) || !/^[0-9a-f]{64}$/.test(declared)) {
      throw new Refused(refuse("invalid", "general.invalid_input", { field: "分段", problem: "缺少长度或 SHA-256" }));
    }
    const wanted = { uploadId: unit[1]!, n: Number(unit[2]), sizeBytes, declared };
    // While it waits for room the silence is ours, and ends no connection.
    request.socket.setTimeout(0);
    const stored = await room.run(actor.orgId, () => {
      request.socket.setTimeout(IDLE_LIMIT_MS);
      return storeUnit(runtime, actor, wanted, request);
    });
    return send(response, 200, stored);
  }
  if (method === "GET" && unit) {
    const { sizeBytes, bytes } = await readDraftUnit(runtime, actor, unit[1]!, Number(unit[2]));
    response.writeHead(200, {
      ...SECRET_HEADERS,
      "content-type": "application/octet-stream",
      "content-length": sizeBytes,
    });
    return pipeline(bytes, response);
  }
  const keep = ROUTES.keep.exec(pathname);
  if (method === "POST" && keep) {
    const body = parseInput(KeepDraft, { ...((await readJson(request)) as object), uploadId: keep[1] });
    return send(response, 200, await execute(runtime, actor, keepDraft, body, `keep:${body.uploadId}`));
  }
  const finish = ROUTES.finish.exec(pathname);
  if (method === "POST" && finish) {
    const body = parseInput(FinishUpload, { ...((await readJson(request)) as object), uploadId: finish[1] });
    const receipt = await finishUpload(runtime, actor, body);
    return send(response, 200, await streams.withTimestamp(runtime, actor, receipt));
  }
  const upload = ROUTES.upload.exec(pathname);
  if (method === "GET" && upload) return send(response, 200, await uploadState(runtime, actor, upload[1]!));
  if (method === "DELETE" && upload)
    return send(response, 200, await execute(runtime, actor, dropDraft, { uploadId: upload[1]! }, `drop:${upload[1]}`));
  throw new Refused(refuse("not_found", "general.not_found"));
}

/** Who measures its line sends at most so much, and few do it at once: bids come first. */
const MAX_MEASURED_BYTES = 1024 * 1024;
const MAX_MEASURING = 4;
let measuring = 0;

/** Takes bytes and forgets them, so that a bidder learns how fast its line is. */
async function measure(request: IncomingMessage, response: ServerResponse): Promise<void> {
  permit(refusalOfOrigin(headersOf(request)));
  if (measuring >= MAX_MEASURING || Number(request.headers["content-length"] ?? Infinity) > MAX_MEASURED_BYTES) {
    response.setHeader("connection", "close");
    return send(response, 503, { ok: false });
  }
  measuring++;
  try {
    let bytes = 0;
    for await (const part of request) {
      bytes += (part as Buffer).length;
      if (bytes > MAX_MEASURED_BYTES) return void request.destroy();
    }
    send(response, 200, { ok: true, bytes });
  } finally {
    measuring--;
  }
}

/** An instruction is believed by its signature alone: no session, no origin. Asked again it gets the answer it got. */
async function instructed(runtime: Runtime, body: unknown) {
  const { statement } = parseInput(z.object({ statement: StatementInput }), body);
  const service = { siteId: runtime.site.id, role: "platform" as const };
  const before = await inContext(runtime.db, service, (tx) => ackOf(tx, statement));
  return before ?? (await executeAsService(runtime, takeInstruction, { statement })).ack;
}

async function signedIn(runtime: Runtime, request: IncomingMessage): Promise<Actor> {
  const session = await sessionOf(runtime.db, runtime.site, cookieOf(request), addressOf(request));
  if (!session) throw new Refused(refuse("forbidden", "general.signed_out"));
  return session.actor;
}
