import { answerOf, refusalOf, transportOf } from "@/kit/errors";

/** Runs a route and answers what goes wrong as everywhere: a sentence, or the number of a fault. */
export async function respond(work: () => Promise<Response>): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    const refusal = refusalOf(error);
    return Response.json({ error: answerOf(refusal) }, { status: transportOf(refusal.kind).http });
  }
}
