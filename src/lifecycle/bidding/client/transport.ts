import type { Bytes } from "@/core/bytes";
import type { Purpose } from "../purpose";
import type { DraftCopyView, ReceiptView } from "../schema";
import type { Transport } from "./sealing";

/** The same way for the encrypted copy of a draft, and back. */
export interface DraftTransport extends Transport {
  keep(uploadId: string, statement: DraftCopyView["statement"]): Promise<{ keptAt: string }>;
  unit(uploadId: string, n: number): Promise<Bytes>;
}

/** The receiver said no. The sentence is for the person. */
export class TransportRefused extends Error {
  constructor(
    sentence: string,
    readonly code: string,
    readonly status: number,
  ) {
    super(sentence);
    this.name = "TransportRefused";
  }
}

/** No answer, or one that says nothing about the act: asked again. */
class LineDown extends Error {}

/** A unit of which nothing moved for this long is sent anew. */
const STALL_MS = 60_000;
/** Longest pause between two tries. */
const MAX_PAUSE_MS = 10_000;
/** How often a unit that arrived damaged is sent again. */
const DAMAGED_TRIES = 5;

interface Failure {
  readonly error?: { readonly sentence?: string; readonly code?: string };
}

function refusalOr(status: number, body: Failure | undefined): TransportRefused | LineDown {
  const { sentence, code } = body?.error ?? {};
  if (status >= 400 && status < 500 && sentence && code) return new TransportRefused(sentence, code, status);
  return new LineDown(`status ${status}`);
}

/**
 * The way to the receiver over HTTP. A broken line is tried again with growing pauses for as long as the page is open;
 * repeating does no harm, since every unit and the final act are answered the same the second time.
 *
 * @param line - told when the line breaks and when it is back.
 */
export function httpTransport(
  lotId: string,
  line: (up: boolean) => void,
  purpose: Purpose | "draft" = "bid",
): DraftTransport {
  async function steadily<R>(call: () => Promise<R>): Promise<R> {
    let damaged = 0;
    for (let attempt = 1; ; attempt++) {
      try {
        const answer = await call();
        if (attempt > 1) line(true);
        return answer;
      } catch (error) {
        const resend = error instanceof TransportRefused && error.code === "bid.unit_hash" && ++damaged < DAMAGED_TRIES;
        if (error instanceof TransportRefused && !resend) throw error;
        if (!resend) line(false);
        await new Promise((done) => setTimeout(done, Math.min(MAX_PAUSE_MS, 250 * 2 ** Math.min(attempt, 8))));
      }
    }
  }

  async function json<R>(
    path: string,
    method: "GET" | "POST",
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<R> {
    const answer = await fetch(path, {
      method,
      cache: "no-store",
      headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch(() => {
      throw new LineDown("no answer");
    });
    const read = (await answer.json().catch(() => undefined)) as (R & Failure) | undefined;
    if (!answer.ok || read === undefined) throw refusalOr(answer.status, read);
    return read;
  }

  // One key for one upload: an answer that was lost does not open a second one.
  const openKey = globalThis.crypto.randomUUID();
  return {
    open: (bodyLength) =>
      steadily(() =>
        json<{ uploadId: string }>(
          "/receive/upload",
          "POST",
          { lotId, purpose, bodyLength },
          { "idempotency-key": openKey },
        ),
      ),
    keep: (uploadId, statement) => steadily(() => json(`/receive/upload/${uploadId}/keep`, "POST", { statement })),
    unit: (uploadId, n) => steadily(() => getUnit(`/receive/upload/${uploadId}/${n}`)),
    stored: async (uploadId) => {
      const state = await steadily(() =>
        json<{ units: { n: number; sha256: string }[] }>(`/receive/upload/${uploadId}`, "GET"),
      );
      return state.units;
    },
    put: (uploadId, n, sha256, unit, sent) =>
      steadily(() => putUnit(`/receive/upload/${uploadId}/${n}`, sha256, unit, sent)),
    finish: (uploadId, seal, signature) =>
      steadily(() => json<ReceiptView>(`/receive/upload/${uploadId}/finish`, "POST", { seal, signature })),
  };
}

async function getUnit(path: string): Promise<Bytes> {
  const answer = await fetch(path, { cache: "no-store" }).catch(() => {
    throw new LineDown("no answer");
  });
  if (!answer.ok) throw refusalOr(answer.status, (await answer.json().catch(() => undefined)) as Failure | undefined);
  return answer.arrayBuffer().then(
    (bytes) => new Uint8Array(bytes),
    () => {
      throw new LineDown("cut");
    },
  );
}

/** XMLHttpRequest, because it alone tells how much has left: on a slow line one unit takes a minute. */
function putUnit(path: string, sha256: string, unit: Bytes, sent: (bytes: number) => void): Promise<void> {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    let stalled: ReturnType<typeof setTimeout>;
    const moved = () => {
      clearTimeout(stalled);
      stalled = setTimeout(() => request.abort(), STALL_MS);
    };
    const end = (settle: () => void) => {
      clearTimeout(stalled);
      settle();
    };
    request.open("PUT", path);
    request.setRequestHeader("content-type", "application/octet-stream");
    request.setRequestHeader("x-content-sha256", sha256);
    request.upload.onprogress = ({ loaded }) => {
      moved();
      sent(loaded);
    };
    request.onload = () =>
      end(() => {
        if (request.status >= 200 && request.status < 300) return done();
        let body: Failure | undefined;
        try {
          body = JSON.parse(request.responseText) as Failure;
        } catch {
          body = undefined;
        }
        fail(refusalOr(request.status, body));
      });
    const broken = () =>
      end(() => {
        sent(0);
        fail(new LineDown("no answer"));
      });
    request.onerror = broken;
    request.onabort = broken;
    moved();
    request.send(unit);
  });
}
