import type { IncomingMessage, ServerResponse } from "node:http";
import postgres from "postgres";
import { Refused, refuse } from "@/core/refusal";
import type { Actor, Runtime } from "@/kit/command";
import { type Context, inContext } from "@/kit/db/context";
import { log } from "@/kit/log";
import type { ReceiptView } from "@/lifecycle/bidding/schema";
import { attachTimestamp } from "@/lifecycle/bidding/timestamp";
import { readLot } from "@/lifecycle/lot/queries";
import { HALL_CHANNEL } from "@/lifecycle/opening/events";
import type { Process } from "../runtime";
import { Hall } from "./hall";

/** Listeners that one process serves. */
const MAX_LISTENERS = 5_000;
/** Of them those who are not signed in: however many come, there is room for bidders, host and supervisors. */
const MAX_STRANGERS = 4_000;
/** A comment line keeps proxies from closing a quiet stream. */
const PING_MS = 15_000;
/** A notice may be lost with its connection: every hall that is listened to is read again this often. */
const RELOOK_MS = 3_000;
/** Longest wait for a time stamp before the receipt goes out without one. */
const TIMESTAMP_MS = 2_000;
/** When a thousand come back at once, whether strangers may hear a hall is asked once for all who come in this time. */
const STRANGERS_MS = 1_000;

export interface HallStreams {
  open(
    runtime: Runtime,
    listener: Actor | undefined,
    lotId: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void>;
  withTimestamp(runtime: Runtime, actor: Actor, receipt: ReceiptView): Promise<ReceiptView>;
  close(): void;
}

/**
 * The hall's event stream (server-sent events): a stream resumes after `Last-Event-ID` without loss or double. One
 * listening connection for the process; each hall is read once for all who watch it.
 */
export function hallStreams(receiver: Process): HallStreams {
  const halls = new Map<string, Hall>();
  let strangersHere = 0;
  const strangers = new Map<string, { readonly until: number; readonly heard: Promise<void> }>();
  const listening = postgres(receiver.databaseUrl, {
    max: 1,
    onnotice: () => {},
    backoff: () => 0.5,
    connection: { application_name: "receiver-hall" },
  });
  listening
    .listen(HALL_CHANNEL, (lotId) => void halls.get(lotId)?.look())
    .catch((error: unknown) => log.error({ error: String(error) }, "hall listen"));

  const pinging = setInterval(() => {
    for (const { listeners } of halls.values()) for (const { response } of listeners) response.write(": \n\n");
  }, PING_MS);
  const relooking = setInterval(() => {
    for (const hall of halls.values()) void hall.look();
    for (const [key, { until }] of strangers) if (until < performance.now()) strangers.delete(key);
  }, RELOOK_MS);

  /** @throws Refused when there is no such hall for whoever asks. */
  async function refuseUnheard(runtime: Runtime, context: Context, lotId: string): Promise<void> {
    const lot = await inContext(runtime.db, context, (tx) => readLot(tx, lotId));
    if (lot.state.startsWith("D")) throw new Refused(refuse("not_found", "general.not_found"));
  }
  function refuseStranger(runtime: Runtime, lotId: string): Promise<void> {
    // Each site answers for its own halls: what one refuses or allows says nothing of another.
    const key = `${runtime.site.id} ${lotId}`;
    const known = strangers.get(key);
    if (known && known.until > performance.now()) return known.heard;
    const heard = refuseUnheard(runtime, { siteId: runtime.site.id, role: "public" }, lotId);
    strangers.set(key, { until: performance.now() + STRANGERS_MS, heard });
    return heard;
  }

  return {
    async open(runtime, listening, lotId, request, response) {
      await (listening ? refuseUnheard(runtime, listening, lotId) : refuseStranger(runtime, lotId));
      // Gone while it was asked for: its close has been told already, and nobody would ever take it out again.
      if (response.destroyed) return;
      const total = [...halls.values()].reduce((sum, { listeners }) => sum + listeners.size, 0);
      if (total >= MAX_LISTENERS || (!listening && strangersHere >= MAX_STRANGERS))
        throw new Refused(refuse("unavailable", "opening.hall_full"));
      const after = Number(
        request.headers["last-event-id"] ??
          new URL(request.url ?? "/", "http://receiver").searchParams.get("after") ??
          0,
      );
      // A stream ends with its connection: events go out as they are, not each wrapped in a chunk of its own for each listener.
      response.useChunkedEncodingByDefault = false;
      response.writeHead(200, {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        "x-accel-buffering": "no",
      });
      response.write("retry: 1000\n\n");
      const hall = halls.get(lotId) ?? new Hall(runtime, lotId);
      halls.set(lotId, hall);
      if (!listening) strangersHere++;
      const joined = hall.join(response, Number.isSafeInteger(after) && after > 0 ? after : 0);
      response.on("close", () => {
        if (!listening) strangersHere--;
        void joined.then((listener) => {
          hall.listeners.delete(listener);
          if (!hall.listeners.size && halls.get(lotId) === hall) halls.delete(lotId);
        });
      });
      await joined;
    },
    withTimestamp: (runtime, actor, receipt) => attachTimestamp(runtime, actor, receipt, TIMESTAMP_MS),
    close() {
      clearInterval(pinging);
      clearInterval(relooking);
      for (const { listeners } of halls.values()) for (const { response } of listeners) response.end();
      void listening.end({ timeout: 1 });
    },
  };
}
