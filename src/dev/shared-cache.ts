import type { IncomingMessage, ServerResponse } from "node:http";

/** A request that says one of these is answered by the pages themselves: who asks, which part, in which form. */
const OWN_ANSWER = [
  "cookie",
  "authorization",
  "range",
  "if-none-match",
  "if-modified-since",
  "rsc",
  "next-action",
  "next-url",
  "next-router-state-tree",
  "next-router-prefetch",
  "next-router-segment-prefetch",
];
/** What kept answers may vary by: nothing that is not in their key. */
const KNOWN_VARIANTS = new Set([...OWN_ANSWER, "accept-encoding"]);
/** Of a connection and not of an answer (RFC 9110 7.6.1), or said anew for every reader. */
const NOT_KEPT = /^(connection|keep-alive|te|trailer|transfer-encoding|upgrade|proxy-.+|date|age|content-length)$/i;
/** Answers that are kept at the same time, and how large each may be. */
const MOST = 200;
const MOST_BYTES = 256 << 10;

interface Kept {
  readonly headers: readonly string[];
  readonly body: Buffer;
  readonly askedAt: number;
}
interface Place {
  kept: Kept;
  freshUntil: number;
  /** The next answer, when somebody is asking for it. */
  coming?: Promise<Kept | undefined> | undefined;
}

export interface SharedCache {
  /** Answers a reader from what is kept. False: the pages are to be asked; what they answer is then shown to `take`. */
  answer(request: IncomingMessage, response: ServerResponse): boolean | Promise<boolean>;
  /** Looks at an answer of the pages before it goes to the reader who asked for it. */
  take(answer: IncomingMessage, request: IncomingMessage, response: ServerResponse): void;
}

/**
 * A shared cache (RFC 9111) for pages that many strangers ask for at once. It keeps what names its life in a shared cache
 * (`s-maxage`) and nothing else; counted from the question, so that nobody reads what was true longer ago. Any act
 * through the same door ends all lives: who has published something finds it.
 */
export function sharedCache(): SharedCache {
  const places = new Map<string, Place>();
  const asking = new WeakMap<ServerResponse, { key: string; at: number; era: number; done(kept?: Kept): void }>();
  let era = 0;

  function forget(): void {
    era++;
    for (const place of places.values()) {
      place.freshUntil = 0;
      place.coming = undefined;
    }
  }

  function keep(key: string, kept: Kept, life: number): void {
    places.delete(key);
    places.set(key, { kept, freshUntil: kept.askedAt + life });
    const [oldest] = places.keys();
    if (places.size > MOST) places.delete(oldest!);
  }

  /** From now on one reader asks for all; the others of a page that could be kept before wait for the answer. */
  function ask(key: string, place: Place | undefined, response: ServerResponse): void {
    let done: (kept?: Kept) => void = () => {};
    if (place) {
      const coming = new Promise<Kept | undefined>((resolve) => {
        done = (kept) => {
          if (place.coming === coming) place.coming = undefined;
          resolve(kept);
        };
      });
      place.coming = coming;
    }
    asking.set(response, { key, at: performance.now(), era, done });
    response.once("close", () => done());
  }

  return {
    answer(request, response) {
      const key = keyOf(request);
      if (!key) return false;
      const place = places.get(key);
      if (place && performance.now() < place.freshUntil) return send(place.kept, response);
      if (!place?.coming) {
        ask(key, place, response);
        return false;
      }
      return place.coming.then((kept) => (kept ? send(kept, response) : false));
    },

    take(answer, request, response) {
      if (!isReading(request)) return forget();
      const question = asking.get(response);
      if (!question) return;
      const life = lifeOf(answer);
      if (!life) return question.done();
      const parts: Buffer[] = [];
      let size = 0;
      answer.on("data", (part: Buffer) => {
        size += part.length;
        if (size <= MOST_BYTES) parts.push(part);
      });
      answer.once("end", () => {
        if (size > MOST_BYTES || !answer.complete) return question.done();
        const kept = { headers: keptHeaders(answer), body: Buffer.concat(parts), askedAt: question.at };
        if (question.era === era) keep(question.key, kept, life);
        question.done(kept);
      });
    },
  };
}

const isReading = ({ method }: IncomingMessage): boolean => method === "GET" || method === "HEAD";

/** Undefined for a request that is not answered from here. */
function keyOf({ method, url, headers }: IncomingMessage): string | undefined {
  if (method !== "GET" || OWN_ANSWER.some((name) => headers[name] !== undefined)) return undefined;
  // Who loads a page anew wants it from its source.
  if (/no-cache|no-store|max-age=0/.test(headers["cache-control"] ?? "") || headers.pragma) return undefined;
  return `${headers.host?.toLowerCase()}\n${headers["accept-encoding"] ?? ""}\n${url}`;
}

/** How long an answer may be kept, in milliseconds; zero for one that may not. */
function lifeOf({ statusCode, headers }: IncomingMessage): number {
  const control = headers["cache-control"] ?? "";
  const varies = (headers.vary ?? "").split(",").map((name) => name.trim().toLowerCase());
  if (statusCode !== 200 || headers["set-cookie"] || /private|no-store|no-cache/.test(control)) return 0;
  if (varies.some((name) => name && !KNOWN_VARIANTS.has(name))) return 0;
  return Number(/(?:^|,)\s*s-maxage=(\d{1,5})/.exec(control)?.[1] ?? 0) * 1000;
}

function keptHeaders({ rawHeaders }: IncomingMessage): string[] {
  const kept: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2)
    if (!NOT_KEPT.test(rawHeaders[i]!)) kept.push(rawHeaders[i]!, rawHeaders[i + 1]!);
  return kept;
}

function send({ headers, body, askedAt }: Kept, response: ServerResponse): true {
  const age = Math.floor((performance.now() - askedAt) / 1000);
  response.writeHead(200, [...headers, "content-length", String(body.length), "age", String(age)]);
  response.end(body);
  return true;
}
