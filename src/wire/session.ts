import { base64url } from "@/core/bytes";
import { encodeCanonical } from "@/core/canonical-json";
import { type CmsSigner, signDetached } from "@/crypto/cms";
import { type Statement, signStatement } from "@/crypto/statement";

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

/** The platform asks for a signature that would count at another site. */
export class ForeignChallenge extends Error {}

export interface WireSession {
  signIn(role?: string): Promise<void>;
  /** What stands for the session, for requests that are made by hand. */
  cookie(): string;
  /** Fetches any path as this person; without signing in, as a stranger. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** @param key - the same key with the same body acts once. */
  mutate<R>(path: string, body: unknown, key?: string): Promise<R>;
  query<R>(path: string, input: unknown): Promise<R>;
  act(toSign: { act: string; subject: string; digest: string }): Promise<Statement>;
  /** The acts of a delivery: begins an upload (once per key), asks what is stored, stores one unit, finishes for the receipt. */
  begin(lotId: string, bodyLength: number, key?: string): Promise<{ uploadId: string; units: number }>;
  stored(uploadId: string): Promise<readonly { n: number; sha256: string }[]>;
  put(
    uploadId: string,
    n: number,
    sha256: string,
    unit: Uint8Array<ArrayBuffer>,
  ): Promise<{ n: number; sha256: string }>;
  finish<R>(uploadId: string, seal: string, signature: string): Promise<R>;
}

interface Challenge {
  readonly nonce: string;
  readonly origin: string;
  readonly purpose: string;
}

interface Body {
  readonly error?: {
    readonly sentence?: string;
    readonly code?: string;
    readonly json?: { readonly data?: { readonly answer?: { readonly code: string; readonly sentence: string } } };
  };
}

/**
 * The platform over the wire, as programs use it: sign-in by challenge, acts with idempotency keys, uploads to the
 * receiver. Nothing is tried again here; a lost answer is the caller's to ask for anew.
 *
 * @param url - address of the front door, whose host name chooses the site (`http://localhost:3000`).
 * @param answerWithinMs - a request that gets no answer in this time fails with a `TimeoutError`.
 */
export function wireSession(url: string, signer: CmsSigner, answerWithinMs?: number): WireSession {
  let cookie = "";
  const request = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    if (cookie) headers.set("cookie", cookie);
    const limit = answerWithinMs ? { signal: AbortSignal.timeout(answerWithinMs) } : {};
    return fetch(`${url}${path}`, { ...limit, ...init, headers, redirect: "manual" });
  };
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    request(path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  /** What is signed names this site and nothing but nonce and purpose: a signature that is asked for here fits nowhere else. */
  const challenge = async (asked: string): Promise<Challenge> => {
    const { nonce, origin, purpose } = data(
      await answer<Result<Challenge>>(await post("/api/trpc/identity.challenge", { json: { purpose: asked } })),
    );
    if (origin !== new URL(url).hostname || purpose !== asked)
      throw new ForeignChallenge(`登录质询属于“${origin}”，不是 ${url}，没有签名。请核对平台地址。`);
    return { nonce, origin, purpose };
  };
  return {
    fetch: request,
    cookie: () => cookie,
    async signIn(role) {
      const asked = await challenge("sign-in");
      const cms = await signDetached(encodeCanonical({ format: "xinbiao-challenge/1", ...asked }), signer);
      const response = await post("/api/session", {
        nonce: asked.nonce,
        cms: base64url(cms),
        ...(role ? { role } : {}),
      });
      await answer(response.clone());
      cookie = (response.headers.get("set-cookie") ?? "").split(";")[0]!;
    },
    async mutate(path, body, key = globalThis.crypto.randomUUID()) {
      return data(await answer(await post(`/api/trpc/${path}`, { json: { key, body } })));
    },
    async query(path, input) {
      return data(
        await answer(await request(`/api/trpc/${path}?input=${encodeURIComponent(JSON.stringify({ json: input }))}`)),
      );
    },
    async act({ act, subject, digest }) {
      const { nonce, origin } = await challenge("act");
      return signStatement({ format: "xinbiao-act/1", act, subject, origin, nonce, digest }, signer);
    },
    begin: async (lotId, bodyLength, key = globalThis.crypto.randomUUID()) =>
      answer(await post("/receive/upload", { lotId, bodyLength }, { "idempotency-key": key })),
    stored: async (uploadId) =>
      (await answer<{ units: { n: number; sha256: string }[] }>(await request(`/receive/upload/${uploadId}`))).units,
    put: async (uploadId, n, sha256, unit) =>
      answer(
        await request(`/receive/upload/${uploadId}/${n}`, {
          method: "PUT",
          headers: { "x-content-sha256": sha256, "content-type": "application/octet-stream" },
          body: unit,
        }),
      ),
    finish: async (uploadId, seal, signature) =>
      answer(await post(`/receive/upload/${uploadId}/finish`, { seal, signature })),
  };
}

interface Result<R> {
  readonly result: { readonly data: { readonly json: R } };
}
const data = <R>(body: Result<R>): R => body.result.data.json;

async function answer<R>(response: Response): Promise<R> {
  const text = await response.text();
  let body: Body & R;
  try {
    body = JSON.parse(text) as Body & R;
  } catch {
    throw new HttpRefusal(response.status, "not-json", text.slice(0, 200));
  }
  if (response.ok) return body;
  const told = body.error?.json?.data?.answer ?? body.error;
  throw new HttpRefusal(response.status, told?.code ?? "unknown", told?.sentence ?? text.slice(0, 200));
}
