import { randomBytes } from "node:crypto";
import { type NextRequest, NextResponse } from "next/server";
import { siteOfHost } from "@/platform/site/queries";
import { webProcess } from "@/server/web/context";
import { contentPolicy, isSameForAll, KEPT_FOR_ALL, unknownHostPage } from "@/server/web/page-guard";

/**
 * Runs before every page: a host name that stands for no site gets a page that says so, and every page gets a content
 * policy under which only scripts of this very answer run.
 */
export async function proxy(request: NextRequest): Promise<NextResponse> {
  const host = request.headers.get("host") ?? undefined;
  if (!(await siteOfHost(webProcess().connection.db, host))) {
    return new NextResponse(unknownHostPage(), {
      status: 404,
      headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": "default-src 'none'" },
    });
  }
  const policy = contentPolicy(randomBytes(16).toString("base64"), process.env.NODE_ENV === "production");
  // Next reads the nonce of its own scripts out of the request's policy.
  const headers = new Headers(request.headers);
  headers.set("content-security-policy", policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  if (isSameForAll(request)) {
    response.headers.set("cache-control", KEPT_FOR_ALL);
    response.headers.append("vary", "cookie");
  }
  return response;
}

export const config = { matcher: ["/((?!api/|_next/static/|_next/image|icon.svg).*)"] };
