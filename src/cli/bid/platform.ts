import type { Bytes } from "@/core/bytes";
import type { CmsSigner } from "@/crypto/cms";
import type { Transport } from "@/lifecycle/bidding/client/sealing";
import type { ReceiptView } from "@/lifecycle/bidding/schema";
import { ForeignChallenge, HttpRefusal, type WireSession, wireSession } from "@/wire/session";
import { type Call, NoAnswer, NotHeld, WrongCall } from "./call";

export const PLATFORM_OPTIONS = { url: { type: "string" }, tries: { type: "string" } } as const;

/** A unit of 8 MiB on a line of 20 kB/s takes seven minutes. */
const ANSWER_LIMIT_MS = 600_000;
const TRIES = 6;
const FIRST_PAUSE_MS = 250;
/** How often a unit that arrived damaged is sent again. */
const DAMAGED_TRIES = 5;

/** Address of the front door: `https`, or `http` on this computer. */
export function addressOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const local = url && /^(?:.+\.)?localhost$/.test(url.hostname);
  if (!url || !(url.protocol === "https:" || (url.protocol === "http:" && local)))
    throw new WrongCall(`平台地址 ${text} 不正确，应为 https:// 开头的网址，例如 https://ztb.example.cn。`);
  return url.origin;
}

/** The platform as one bidder uses it: refusals are told, lost answers asked for again a few times. */
export interface Platform {
  readonly url: string;
  query<R>(path: string, input: unknown): Promise<R>;
  mutate<R>(path: string, body: unknown, key: string): Promise<R>;
  /** The way to the receiver. @param key - names the upload: an answer that was lost does not open a second one. */
  transport(lotId: string, key: string): Transport;
}

/** Signs in as a bidder. @throws NotHeld when refused, NoAnswer when nobody answered. */
export async function openPlatform(call: Call, signer: CmsSigner): Promise<Platform> {
  const url = addressOf(call.text("url"));
  const tries = Number(call.maybe("tries") ?? TRIES);
  if (!Number.isInteger(tries) || tries < 1) throw new WrongCall("--tries 须为正整数。");
  const session = wireSession(url, signer, ANSWER_LIMIT_MS);
  const signIn = () => session.signIn("bidder");
  const steadily = <R>(work: () => Promise<R>) => steady(call, url, tries, work);
  await steadily(signIn);
  /** A session that ended during a long upload is opened again. */
  const within = <R>(work: (session: WireSession) => Promise<R>): Promise<R> =>
    steadily(async () => {
      try {
        return await work(session);
      } catch (error) {
        if (!(error instanceof HttpRefusal) || error.code !== "general.signed_out") throw error;
        await signIn();
        return work(session);
      }
    });
  return {
    url,
    query: (path, input) => within((open) => open.query(path, input)),
    mutate: (path, body, key) => within((open) => open.mutate(path, body, key)),
    transport: (lotId, key) => ({
      open: (bodyLength) => within((open) => open.begin(lotId, bodyLength, key)),
      stored: (uploadId) => within((open) => open.stored(uploadId)),
      put: (uploadId, n, sha256, unit: Bytes, sent) =>
        within(async (open) => {
          await open.put(uploadId, n, sha256, unit);
          sent(unit.length);
        }),
      finish: (uploadId, seal, signature) => within((open) => open.finish<ReceiptView>(uploadId, seal, signature)),
    }),
  };
}

async function steady<R>(call: Call, url: string, tries: number, work: () => Promise<R>): Promise<R> {
  let damaged = 0;
  for (let attempt = 1; ; ) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof ForeignChallenge) throw new NotHeld(error.message, "cli.foreign_challenge");
      if (error instanceof HttpRefusal && error.status >= 400 && error.status < 500 && error.code !== "not-json") {
        if (error.code === "bid.unit_hash" && ++damaged < DAMAGED_TRIES) continue;
        throw new NotHeld(error.sentence, error.code);
      }
      if (!isLineDown(error)) throw error;
      if (attempt >= tries)
        throw new NoAnswer(
          `${url} 没有答复（${causeOf(error)}），不能确定是否已经办理。请检查网络后用同样的参数再运行一次：已经办成的不会重复，没有办成的会接着办。`,
        );
      call.say(`线路中断，第 ${attempt} 次重试`);
      await new Promise((done) => setTimeout(done, FIRST_PAUSE_MS * 2 ** (attempt - 1)));
      attempt++;
    }
  }
}

/** `fetch` reports a broken line as a TypeError, silence as an abort; an answer that says nothing is no answer. */
const isLineDown = (error: unknown): boolean =>
  error instanceof TypeError || error instanceof DOMException || error instanceof HttpRefusal;

function causeOf(error: unknown): string {
  if (error instanceof HttpRefusal) return `HTTP ${error.status}`;
  const { cause, message } = error as Error;
  return cause instanceof Error && "code" in cause ? String(cause.code) : message;
}
