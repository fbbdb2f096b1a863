/**
 * Content policy of a page (CSP level 3). Scripts run only with this answer's nonce, or when such a script loads them;
 * nothing is loaded from or sent to another origin.
 *
 * @param nonce base64, new for every answer that is made: what an answer says was fixed before its nonce was, so a cache
 * may give the same answer to several readers
 */
export function contentPolicy(nonce: string, production: boolean): string {
  return [
    "default-src 'self'",
    // The development server evaluates what it reloads.
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${production ? "" : " 'unsafe-eval'"}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "frame-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'self'",
  ].join("; ");
}

/** Pages that many strangers read at once. */
const SAME_FOR_ALL = ["/", "/notices"];

/** A second in shared caches, nothing in browsers: a new notice is found within a second of its publication. */
export const KEPT_FOR_ALL = "public, max-age=0, s-maxage=1";

/** Does everybody get this page alike? Who sends a cookie may be signed in, and gets one of his own. */
export const isSameForAll = (request: {
  readonly method: string;
  readonly nextUrl: { readonly pathname: string };
  readonly headers: Pick<Headers, "has">;
}): boolean =>
  request.method === "GET" && SAME_FOR_ALL.includes(request.nextUrl.pathname) && !request.headers.has("cookie");

/** What a browser shows that came by a host name of no site: there is no site whose head and foot it could carry. */
export function unknownHostPage(): string {
  return `<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>没有这个交易平台站点</title>
<h1>没有这个交易平台站点</h1>
<p>您访问的域名没有对应的交易平台站点，未显示任何内容。</p>
<p>下一步：核对网址是否输入正确；域名以平台运营单位公布的为准。</p>
</html>
`;
}
