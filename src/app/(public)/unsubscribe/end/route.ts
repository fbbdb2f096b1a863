import { Refused, refuse } from "@/core/refusal";
import { unsubscribe } from "@/lifecycle/notice/saved-searches";
import { asPublic } from "@/server/web/context";
import { respond } from "@/server/web/respond";

/** Ends a saved search: the button of the page, or a mail program's own (RFC 8058). The key in the address is the credential. */
export const POST = (request: Request) =>
  respond(async () => {
    const key = new URL(request.url).searchParams.get("key") ?? "";
    if (!(await asPublic((tx) => unsubscribe(tx, key)))) throw new Refused(refuse("not_found", "general.not_found"));
    return new Response(null, { status: 303, headers: { location: "/unsubscribe?done=1" } });
  });
