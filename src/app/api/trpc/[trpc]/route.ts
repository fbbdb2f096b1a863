import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { TRPC_ERROR_CODES_BY_KEY } from "@trpc/server/rpc";
import superjson from "superjson";
import type { Refusal } from "@/core/refusal";
import { answerOf, refusalOf, transportOf } from "@/kit/errors";
import { refusalOfOrigin } from "@/server/origin";
import { appRouter } from "@/server/router";
import { requestAddress, requestRuntime, requestSession } from "@/server/web/context";

/** A refusal before the router was asked, in the shape in which the router refuses: the page reads both alike. */
function refusedAsCall(refusal: Refusal): Response {
  const answer = answerOf(refusal);
  const { trpc: code, http } = transportOf(refusal.kind);
  const error = {
    message: answer.sentence,
    code: TRPC_ERROR_CODES_BY_KEY[code],
    data: { code, httpStatus: http, answer },
  };
  return Response.json({ error: superjson.serialize(error) }, { status: http });
}

/** Every act of a page. Acts come from pages of this site only. */
async function handle(request: Request): Promise<Response> {
  try {
    const refusal = request.method === "POST" ? refusalOfOrigin(request.headers) : undefined;
    if (refusal) return refusedAsCall(refusal);
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
    return refusedAsCall(refusalOf(error));
  }
}

export { handle as GET, handle as POST };
