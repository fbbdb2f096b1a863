import type { RevocationSource } from "@/ports/revocation";

const FRESH_MS = 30_000;
const TIMEOUT_MS = 3_000;

/** Fetches revocation lists over HTTP, remembers the last good one of each address and uses it while the source is down. */
export function httpRevocation(): RevocationSource {
  const known = new Map<string, { at: number; bytes: Uint8Array<ArrayBuffer> }>();
  async function one(url: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const last = known.get(url);
    if (last && performance.now() - last.at < FRESH_MS) return last.bytes;
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (!answer.ok) return last?.bytes;
      const bytes = new Uint8Array(await answer.arrayBuffer());
      known.set(url, { at: performance.now(), bytes });
      return bytes;
    } catch {
      return last?.bytes;
    }
  }
  return {
    async lists(urls) {
      const found = await Promise.all(urls.map(one));
      return found.filter((bytes) => bytes !== undefined);
    },
  };
}
