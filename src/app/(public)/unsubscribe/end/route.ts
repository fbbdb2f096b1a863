import { Refused, refuse } from "@/core/refusal";
import { unsubscribe } from "@/lifecycle/notice/saved-searches";
import { asPublic } from "@/server/web/context";
import { respond } from "@/server/web/respond";

/**
 * Ends a saved search: the button of the page, or a mail program's own, which follows no redirect (RFC 8058 section 3.1).
 * The key in the address is the credential.
 */
export const POST = (request: Request) =>
  respond(async () => {
    const key = new URL(request.url).searchParams.get("key") ?? "";
    const oneClick = new URLSearchParams((await request.text()).slice(0, 200)).has("List-Unsubscribe");
    const ended = await asPublic((tx) => unsubscribe(tx, key));
    if (!oneClick)
      return new Response(null, { status: 303, headers: { location: `/unsubscribe?done=${ended ? "1" : "unknown"}` } });
    if (!ended) throw new Refused(refuse("not_found", "general.not_found"));
    return new Response("已退订\n", { headers: { "content-type": "text/plain; charset=utf-8" } });
  });
