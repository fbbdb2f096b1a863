import type { IncomingMessage, ServerResponse } from "node:http";
import postgres from "postgres";
import { Refused, refuse } from "@/core/refusal";
import type { Actor, Runtime } from "@/kit/command";
import { inContext } from "@/kit/db/context";
import { log } from "@/kit/log";
import type { ReceiptView } from "@/lifecycle/bidding/schema";
import { attachTimestamp } from "@/lifecycle/bidding/timestamp";
import { readLot } from "@/lifecycle/lot/queries";
import { HALL_CHANNEL } from "@/lifecycle/opening/events";
import { hallEventsAfter } from "@/lifecycle/opening/queries";
import type { Process } from "../runtime";

/** Listeners that one process serves. */
const MAX_LISTENERS = 5_000;
/** A comment line keeps proxies from closing a quiet stream. */
const PING_MS = 15_000;
/** A notice may be lost with its connection: every hall that is listened to is read again this often. */
const RELOOK_MS = 3_000;
/** Longest wait for a time stamp before the receipt goes out without one. */
const TIMESTAMP_MS = 2_000;

interface Listener {
  readonly runtime: Runtime;
  readonly lotId: string;
  readonly response: ServerResponse;
  last: number;
}

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
  const halls = new Map<string, Set<Listener>>();
  const looking = new Map<string, Promise<void>>();
  const listening = postgres(receiver.databaseUrl, {
    max: 1,
    onnotice: () => {},
    backoff: () => 0.5,
    connection: { application_name: "receiver-hall" },
  });
  listening
    .listen(HALL_CHANNEL, (lotId) => look(lotId))
    .catch((error: unknown) => log.error({ error: String(error) }, "hall listen"));

  function look(lotId: string): void {
    const running = looking.get(lotId);
    // Asked again while looking: look once more afterwards, so that the last notice is never the one that is missed.
    const next = (running ?? Promise.resolve())
      .then(() => send(lotId))
      .catch((error: unknown) => log.warn({ error: String(error) }, "hall look"));
    looking.set(lotId, next);
    void next.finally(() => looking.get(lotId) === next && looking.delete(lotId));
  }

  async function send(lotId: string): Promise<void> {
    const listeners = halls.get(lotId);
    const [first] = listeners ?? [];
    if (!listeners || !first) return;
    const from = Math.min(...[...listeners].map(({ last }) => last));
    const events = await inContext(first.runtime.db, { siteId: first.runtime.site.id, role: "public" }, (tx) =>
      hallEventsAfter(tx, lotId, from),
    );
    for (const listener of listeners) {
      for (const event of events) {
        if (event.seq <= listener.last) continue;
        listener.response.write(
          `id: ${event.seq}\nevent: ${event.kind}\ndata: ${JSON.stringify({ at: event.at.toISOString(), ...event.payload })}\n\n`,
        );
        listener.last = event.seq;
      }
    }
  }

  const pinging = setInterval(() => {
    for (const listeners of halls.values()) for (const { response } of listeners) response.write(": \n\n");
  }, PING_MS);
  const relooking = setInterval(() => {
    for (const lotId of halls.keys()) look(lotId);
  }, RELOOK_MS);

  return {
    async open(runtime, listening, lotId, request, response) {
      const context = listening ?? { siteId: runtime.site.id, role: "public" as const };
      const lot = await inContext(runtime.db, context, (tx) => readLot(tx, lotId));
      if (lot.state.startsWith("D")) throw new Refused(refuse("not_found", "general.not_found"));
      const total = [...halls.values()].reduce((sum, set) => sum + set.size, 0);
      if (total >= MAX_LISTENERS) throw new Refused(refuse("unavailable", "opening.hall_full"));
      const after = Number(
        request.headers["last-event-id"] ??
          new URL(request.url ?? "/", "http://receiver").searchParams.get("after") ??
          0,
      );
      response.writeHead(200, {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        "x-accel-buffering": "no",
      });
      response.write("retry: 1000\n\n");
      const listener: Listener = {
        runtime,
        lotId,
        response,
        last: Number.isSafeInteger(after) && after > 0 ? after : 0,
      };
      const listeners = halls.get(lotId) ?? new Set();
      listeners.add(listener);
      halls.set(lotId, listeners);
      response.on("close", () => {
        listeners.delete(listener);
        if (!listeners.size) halls.delete(lotId);
      });
      look(lotId);
    },
    withTimestamp: (runtime, actor, receipt) => attachTimestamp(runtime, actor, receipt, TIMESTAMP_MS),
    close() {
      clearInterval(pinging);
      clearInterval(relooking);
      for (const listeners of halls.values()) for (const { response } of listeners) response.end();
      void listening.end({ timeout: 1 });
    },
  };
}
