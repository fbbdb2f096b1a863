import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { answerOf, refusalOf, transportOf } from "@/kit/errors";
import { appRouter } from "@/server/router";
import { requestAddress, requestRuntime, requestSession } from "@/server/web/context";
import { refusalOfOrigin } from "@/server/web/origin";

/** Every act of a page. Acts come from pages of this site only. */
async function handle(request: Request): Promise<Response> {
  try {
    const refusal = request.method === "POST" ? refusalOfOrigin(request.headers) : undefined;
    if (refusal)
      return Response.json(
        { error: { message: answerOf(refusal).sentence, data: { answer: answerOf(refusal) } } },
        { status: transportOf(refusal.kind).http },
      );
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
    const refusal = refusalOf(error);
    return Response.json(
      { error: { message: answerOf(refusal).sentence, data: { answer: answerOf(refusal) } } },
      { status: transportOf(refusal.kind).http },
    );
  }
}

export { handle as GET, handle as POST };
