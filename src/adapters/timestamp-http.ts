import { parseCertificate, pemToDer } from "@/crypto/certificate";
import { readTimestampResponse, timestampRequest, verifyTimestamp } from "@/crypto/timestamp";
import type { TimestampAuthority } from "@/ports/timestamp-authority";

/** RFC 3161 over HTTP. A token that does not verify is as good as none. */
export function httpTimestamps(): TimestampAuthority {
  return {
    async stamp(url, trust, data, withinMs) {
      try {
        const nonce = crypto.getRandomValues(new Uint8Array(16));
        const answer = await fetch(url, {
          method: "POST",
          headers: { "content-type": "application/timestamp-query" },
          body: await timestampRequest(data, nonce),
          signal: AbortSignal.timeout(withinMs),
        });
        if (!answer.ok) return undefined;
        const token = readTimestampResponse(new Uint8Array(await answer.arrayBuffer()));
        const verdict = await verifyTimestamp(token, data, {
          trust: trust.map((pem) => parseCertificate(pemToDer(pem))),
          nonce,
        });
        return verdict.ok ? token : undefined;
      } catch {
        return undefined;
      }
    },
  };
}
