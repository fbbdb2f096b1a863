import type { HttpActor } from "@/dev/scenarios/http-actor";
import { type Ask, asksOf, type Spot } from "./surfaces";

/** What one answer says: status, headers and body, without what is made anew for every answer. */
export type Answers = ReadonlyMap<string, string>;

const STREAM_MS = 400;
/** Of the connection, of this very answer, or told by the framework of itself. */
const NOT_COMPARED = /^(date|connection|keep-alive|transfer-encoding|content-length)$/;

/** A body without nonces and faults; pieces of a stream are joined and put in order, because they come as they are ready. */
function plainBody(text: string): string {
  return text
    .replace(/(nonce\W+)[A-Za-z0-9+/]{22}==/g, "$1NONCE")
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
  return said;
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
    .map(([name, value]) => `${name}: ${value.replace(/nonce-[A-Za-z0-9+/]{22}==/g, "nonce-NONCE")}`);
  const body = plainBody(await bodyOf(answer));
  return [`${answer.status}`, ...headers, `${body.length} characters`, body].join("\n");
}

/** Everything that one watcher gets of the running processes, by what was asked. Ids of others stand as they are called. */
export async function answersTo(actor: HttpActor, at: Spot): Promise<Answers> {
  const found = new Map<string, string>();
  const foreign = Object.entries({
    bidId: at.bidId,
    uploadId: at.uploadId,
    orderId: at.orderId,
    number: at.receiptNumber,
  });
  const named = (text: string) => foreign.reduce((said, [name, value]) => said.replaceAll(value, name), text);
  const asks = [...asksOf(at)];
  const next = async () => {
    for (let ask = asks.shift(); ask; ask = asks.shift())
      found.set(named(JSON.stringify(ask)), named(await answerTo(actor, ask)));
  };
  await Promise.all([next(), next(), next()]);
  return found;
}
