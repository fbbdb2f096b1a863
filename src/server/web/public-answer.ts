import { createHash } from "node:crypto";

/** Caches keep a public answer for half a minute: what is published must be there within one (O20 art. 54). */
const FRESH_SECONDS = 30;

/** Address of the site as this request came to it, without a slash at the end. */
export function baseOf(headers: Pick<Headers, "get">): string {
  const host = headers.get("host") ?? "localhost";
  const proto = headers.get("x-forwarded-proto")?.split(",")[0]?.trim();
  const local = /^([a-z0-9-]+\.)*localhost(:\d+)?$|^127\.0\.0\.1(:\d+)?$/.test(host);
  return `${proto === "http" || proto === "https" ? proto : local ? "http" : "https"}://${host}`;
}

/**
 * An answer that everybody gets alike, with a validator made of its bytes: who has it already is told so (RFC 9110 13.1.2).
 *
 * @param cacheable - false for an answer that only its reader may keep
 */
export function publicAnswer(request: Request, body: string, type: string, cacheable = true): Response {
  const tag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 27)}"`;
  const headers = {
    etag: tag,
    "cache-control": cacheable ? `public, max-age=${FRESH_SECONDS}` : "private, no-cache",
    "content-type": type,
  };
  const known = (request.headers.get("if-none-match") ?? "").split(",").map((each) => each.trim().replace(/^W\//, ""));
  if (known.includes(tag) || known.includes("*")) return new Response(null, { status: 304, headers });
  return new Response(body, { headers });
}
