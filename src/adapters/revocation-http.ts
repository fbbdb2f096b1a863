import { parseCrl } from "@/crypto/crl";
import type { RevocationSource } from "@/ports/revocation";

const FRESH_MS = 30_000;
const TIMEOUT_MS = 3_000;

/**
 * Fetches revocation lists over HTTP. A list that is known is given at once, also while a newer one is being fetched:
 * commands ask inside a transaction and must not wait for somebody else's server. Whether a list is still current is
 * decided by its own dates, not by its age here.
 */
export function httpRevocation(): RevocationSource {
  const known = new Map<string, { at: number; nextUpdate: Date | undefined; bytes: Uint8Array<ArrayBuffer> }>();
  const running = new Map<string, Promise<Uint8Array<ArrayBuffer> | undefined>>();
  async function load(url: string) {
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (!answer.ok) return undefined;
      const bytes = new Uint8Array(await answer.arrayBuffer());
      known.set(url, { at: performance.now(), nextUpdate: parseCrl(bytes).nextUpdate, bytes });
      return bytes;
    } catch {
      return undefined;
    } finally {
      running.delete(url);
    }
  }
  function refresh(url: string) {
    const started = running.get(url) ?? load(url);
    running.set(url, started);
    return started;
  }
  const isCurrent = (list: { nextUpdate: Date | undefined } | undefined, time: Date) =>
    list !== undefined && !(list.nextUpdate && list.nextUpdate < time);
  /** The list of now; what was under way already may be the one of before, and is then asked for once more. */
  async function current(url: string, time: Date) {
    await refresh(url);
    if (!isCurrent(known.get(url), time)) await refresh(url);
    return known.get(url)?.bytes;
  }
  return {
    async lists(urls, time) {
      const found = await Promise.all(
        urls.map((url) => {
          const last = known.get(url);
          // A list that has ended by then proves nothing: only this one is waited for.
          if (!last || !isCurrent(last, time)) return current(url, time);
          if (performance.now() - last.at > FRESH_MS) void refresh(url);
          return last.bytes;
        }),
      );
      return found.filter((bytes) => bytes !== undefined);
    },
    async statuses(urls, request) {
      const answers = await Promise.all(
        urls.map(async (url) => {
          try {
            const headers = { "content-type": "application/ocsp-request" };
            const signal = AbortSignal.timeout(TIMEOUT_MS);
            const answer = await fetch(url, { method: "POST", headers, body: request, signal });
            return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : undefined;
          } catch {
            return undefined;
          }
        }),
      );
      return answers.filter((bytes) => bytes !== undefined);
    },
  };
}
