import type { HttpActor } from "@/dev/scenarios/http-actor";
import { parting } from "./plain";
import { type Ask, asksOf, type Spot } from "./surfaces";

/** What one answer says: status, headers and body, without what is made anew for every answer. */
export type Answers = ReadonlyMap<string, string>;

const STREAM_MS = 400;
/** Of the connection, of this very answer, or told by the framework of itself. */
const NOT_COMPARED = /^(date|connection|keep-alive|transfer-encoding|content-length)$/;

/** Of one answer, so that only its own scripts run. */
const NONCE = /(nonce[^A-Za-z0-9+/]+)[A-Za-z0-9+/]{22}==/g;

/** A body without nonces and faults; pieces of a stream are joined and put in order, because they come as they are ready. */
function plainBody(text: string): string {
  return text
    .replace(NONCE, "$1NONCE")
    .replace(/<\/script><script[^>]*>self\.__next_f\.push\(\[1,"/g, "")
    .replace(/\$L?[0-9a-f]{1,3}\b/g, "$REF")
    .split(/\\n|\n/)
    .map((line) => line.replace(/^"?[0-9a-f]{1,3}:/, "ROW:"))
    .sort()
    .join("\n");
}

async function bodyOf(answer: Response): Promise<string> {
  if (!answer.headers.get("content-type")?.startsWith("text/event-stream")) return answer.text();
  // A stream has no end: what it says at once is what there is.
  const reader = answer.body!.getReader();
  const over = new Promise<undefined>((done) => setTimeout(done, STREAM_MS));
  let said = "";
  for (;;) {
    const piece = await Promise.race([reader.read(), over]);
    if (!piece?.value) break;
    said += new TextDecoder().decode(piece.value);
  }
  await reader.cancel();
  // A comment that keeps the line open comes when it comes.
  return said.replaceAll(": \n\n", "");
}

async function answerTo(actor: HttpActor, ask: Ask): Promise<string> {
  const { path, ...request } = typeof ask === "string" ? { path: ask } : ask;
  const init =
    "method" in request
      ? {
          method: request.method,
          body: JSON.stringify(request.body ?? {}),
          headers: { "content-type": "application/json" },
        }
      : {};
  const answer = await actor.fetch(path, { redirect: "manual", ...init });
  const headers = [...answer.headers]
    .filter(([name]) => !NOT_COMPARED.test(name))
    .map(([name, value]) => `${name}: ${value.replace(NONCE, "$1NONCE")}`);
  const body = plainBody(await bodyOf(answer));
  return [`${answer.status}`, ...headers, `${body.length} characters`, body].join("\n");
}

/** What is asked in a spot, by a name that is the same whatever the ids of others are. */
function named(at: Spot): { readonly asks: ReadonlyMap<string, Ask>; readonly plain: (text: string) => string } {
  const { bidId, uploadId, orderId, receiptNumber } = at;
  const plain = (text: string) =>
    Object.entries({ bidId, uploadId, orderId, receiptNumber }).reduce(
      (said, [name, value]) => said.replaceAll(value, name),
      text,
    );
  return { asks: new Map(asksOf(at).map((ask) => [plain(JSON.stringify(ask)), ask])), plain };
}

/** How many answers took how long, in buckets: told, and not judged, because a busy machine is slower than a leak. */
export interface Pace {
  readonly buckets: Map<string, number>;
}
const BUCKETS_MS = [10, 30, 100, 300, 1_000];

function count({ buckets }: Pace, ms: number): void {
  const name = `< ${BUCKETS_MS.find((limit) => ms < limit) ?? "∞"} ms`;
  buckets.set(name, (buckets.get(name) ?? 0) + 1);
}

export const paceText = ({ buckets }: Pace): string =>
  [...BUCKETS_MS, "∞"].map((limit) => `< ${limit} ms: ${buckets.get(`< ${limit} ms`) ?? 0}`).join(", ");

/** Everything that one watcher gets of the running processes, by what was asked. */
export async function answersTo(actor: HttpActor, at: Spot, pace: Pace): Promise<Answers> {
  const found = new Map<string, string>();
  const { asks, plain } = named(at);
  const waiting = [...asks];
  const next = async () => {
    for (let each = waiting.shift(); each; each = waiting.shift()) {
      const begun = performance.now();
      found.set(each[0], plain(await answerTo(actor, each[1])));
      count(pace, performance.now() - begun);
    }
  };
  await Promise.all([next(), next(), next()]);
  return found;
}

/** How often an answer is asked for that is not what it was: a page comes in other pieces when its parts are ready in another order. */
const TRIES = 5;

/** Where the answers are not what they were; each is asked for again, because a leak is there every time. */
export async function changesOf(before: Answers, actor: HttpActor, at: Spot, pace: Pace): Promise<string[]> {
  const after = await answersTo(actor, at, pace);
  const { asks, plain } = named(at);
  const found: string[] = [];
  for (const [name, said] of before) {
    let now = after.get(name) ?? "(not asked)";
    for (let i = 0; i < TRIES && now !== said; i++) now = plain(await answerTo(actor, asks.get(name)!));
    const parts = parting(said, now);
    if (parts) found.push(`${name}: ${parts}`);
  }
  return found;
}
