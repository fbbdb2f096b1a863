import { createHash, randomUUID } from "node:crypto";
import { base64url } from "@/core/bytes";
import { encodeCanonical } from "@/core/canonical-json";
import { signDetached } from "@/crypto/cms";
import { type Statement, signStatement } from "@/crypto/statement";
import { UNIT_BYTES } from "@/lifecycle/bidding/rules";
import type { ReceiptView } from "@/lifecycle/bidding/schema";
import type { Person } from "./person";

/** A "no" over HTTP: status, code and sentence as a page would get them. */
export class HttpRefusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly sentence: string,
  ) {
    super(`${status} ${code} ${sentence}`);
  }
}

export interface HttpActor {
  readonly person: Person;
  signIn(role?: string): Promise<void>;
  /** What stands for the session, for requests that are made by hand. */
  cookie(): string;
  /** Fetches any path as this person; without signing in, as a stranger. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  mutate<R>(path: string, body: unknown, key?: string): Promise<R>;
  query<R>(path: string, input: unknown): Promise<R>;
  act(toSign: { act: string; subject: string; digest: string }): Promise<Statement>;
  /** The three acts of a delivery: begins an upload (once per key), stores one unit, finishes for the receipt. */
  begin(lotId: string, bodyLength: number, key?: string): Promise<{ uploadId: string; units: number }>;
  part(uploadId: string, n: number, body: Uint8Array): Promise<{ n: number; sha256: string }>;
  finish(uploadId: string, sealed: Pick<Sealed, "sealBytes" | "signature">): Promise<ReceiptView>;
  /** Uploads a sealed body and finishes; `key` names the upload, so that a repeated call goes on where it stopped. */
  deliver(lotId: string, sealed: Sealed, key?: string): Promise<ReceiptView>;
}

export interface Sealed {
  readonly body: Uint8Array;
  readonly sealBytes: Uint8Array;
  readonly signature: Uint8Array;
}

/**
 * Somebody who uses the platform over the wire, as a browser or a program does: sign-in by challenge, acts with
 * idempotency keys, uploads to the receiver.
 *
 * @param url - address of the front door, whose host name chooses the site (`http://localhost:3000`).
 * @param answerWithinMs - a request that gets no answer in this time fails with a `TimeoutError`.
 */
export function httpActor(url: string, person: Person, answerWithinMs?: number): HttpActor {
  let cookie = "";
  const request = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    if (cookie) headers.set("cookie", cookie);
    const limit = answerWithinMs ? { signal: AbortSignal.timeout(answerWithinMs) } : {};
    return fetch(`${url}${path}`, { ...limit, ...init, headers, redirect: "manual" });
  };
  const answer = async <R>(response: Response): Promise<R> => {
    const text = await response.text();
    let body: {
      error?: { sentence?: string; code?: string; json?: { data?: { answer?: { code: string; sentence: string } } } };
    } & Record<string, unknown>;
    try {
      body = JSON.parse(text);
    } catch {
      throw new HttpRefusal(response.status, "not-json", text.slice(0, 200));
    }
    if (response.ok) return body as R;
    const told = body.error?.json?.data?.answer ?? body.error;
    throw new HttpRefusal(response.status, told?.code ?? "unknown", told?.sentence ?? text.slice(0, 200));
  };
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    request(path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  const data = <R>(body: { result: { data: { json: R } } }): R => body.result.data.json;
  const challenge = async (purpose: string) =>
    data(
      await answer<{ result: { data: { json: { nonce: string; origin: string; purpose: string } } } }>(
        await post("/api/trpc/identity.challenge", { json: { purpose } }),
      ),
    );

  const begin: HttpActor["begin"] = async (lotId, bodyLength, key = randomUUID()) =>
    answer(await post("/receive/upload", { lotId, bodyLength }, { "idempotency-key": key }));
  const part: HttpActor["part"] = async (uploadId, n, body) => {
    const unit = body.slice(n * UNIT_BYTES, (n + 1) * UNIT_BYTES);
    const headers = {
      "x-content-sha256": createHash("sha256").update(unit).digest("hex"),
      "content-type": "application/octet-stream",
    };
    return answer(await request(`/receive/upload/${uploadId}/${n}`, { method: "PUT", headers, body: unit }));
  };
  const finish: HttpActor["finish"] = async (uploadId, { sealBytes, signature }) =>
    answer(
      await post(`/receive/upload/${uploadId}/finish`, {
        seal: base64url(sealBytes),
        signature: base64url(signature),
      }),
    );

  return {
    person,
    fetch: request,
    cookie: () => cookie,
    async signIn(role) {
      const asked = await challenge("sign-in");
      const cms = await signDetached(encodeCanonical({ format: "xinbiao-challenge/1", ...asked }), person.signer);
      const response = await post("/api/session", {
        nonce: asked.nonce,
        cms: base64url(cms),
        ...(role ? { role } : {}),
      });
      await answer(response.clone());
      cookie = (response.headers.get("set-cookie") ?? "").split(";")[0]!;
    },
    async mutate(path, body, key = randomUUID()) {
      return data(await answer(await post(`/api/trpc/${path}`, { json: { key, body } })));
    },
    async query(path, input) {
      return data(
        await answer(await request(`/api/trpc/${path}?input=${encodeURIComponent(JSON.stringify({ json: input }))}`)),
      );
    },
    async act({ act, subject, digest }) {
      const { nonce, origin } = await challenge("act");
      return signStatement({ format: "xinbiao-act/1", act, subject, origin, nonce, digest }, person.signer);
    },
    begin,
    part,
    finish,
    async deliver(lotId, sealed, key) {
      const { uploadId, units } = await begin(lotId, sealed.body.length, key);
      for (let n = 0; n < units; n++) {
        try {
          await part(uploadId, n, sealed.body);
        } catch (error) {
          // Already finished in an earlier try whose answer was lost: the final act tells.
          if (!(error instanceof HttpRefusal) || error.code !== "bid.upload_closed") throw error;
        }
      }
      return finish(uploadId, sealed);
    },
  };
}
