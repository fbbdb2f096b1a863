import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { TRPC_ERROR_CODES_BY_KEY } from "@trpc/server/rpc";
import superjson from "superjson";
import type { Refusal } from "@/core/refusal";
import { answerOf, refusalOf, transportOf } from "@/kit/errors";
import { refusalOfOrigin } from "@/server/origin";
import { appRouter } from "@/server/router";
import { requestAddress, requestRuntime, requestSession } from "@/server/web/context";

/** A "no" from before the router, in the form in which the router's own travel: else no client can read its sentence. */
function refuseWith(refusal: Refusal): Response {
  const answer = answerOf(refusal);
  const code = TRPC_ERROR_CODES_BY_KEY[transportOf(refusal.kind).trpc];
  const error = superjson.serialize({ message: answer.sentence, code, data: { answer } });
  return Response.json({ error }, { status: transportOf(refusal.kind).http });
}

/** Every act of a page. Acts come from pages of this site only. */
async function handle(request: Request): Promise<Response> {
  try {
    const refusal = request.method === "POST" ? refusalOfOrigin(request.headers) : undefined;
    if (refusal) return refuseWith(refusal);
    const runtime = await requestRuntime();
    const session = await requestSession();
    const address = await requestAddress();
    return await fetchRequestHandler({
      endpoint: "/api/trpc",
      req: request,
      router: appRouter,
      createContext: () => ({ runtime, ...(session ? { actor: session.actor } : {}), ...(address ? { address } : {}) }),
    });
  } catch (error) {
    return refuseWith(refusalOf(error));
  }
}

export { handle as GET, handle as POST };
