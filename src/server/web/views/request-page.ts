import { Refused, refuse } from "@/core/refusal";
import { sharedPartyOf } from "@/hub/parties";
import { sentenceOf } from "@/i18n/refusals";
import { inContext } from "@/kit/db/context";
import { type Line, linesOf, requestView } from "@/platform/party/views";
import { requestRuntime, requestSession } from "../context";
import { requireOperator } from "../operator";

/** One request for its verifier: form, papers, and what the public service platform says of the organisation. */
export async function requestPage(id: string) {
  await requireOperator();
  const runtime = await requestRuntime();
  const { actor } = (await requestSession())!;
  const request = await inContext(runtime.db, actor, (tx) => requestView(tx, runtime.site.id, id));
  if (!request) throw new Refused(refuse("not_found", "general.not_found"));
  let shared: { lines: readonly Line[]; note?: string } | undefined;
  if (request.kind !== "person") {
    try {
      shared = { lines: linesOf({ ...(await sharedPartyOf(runtime, request.creditCode)) }) };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      shared = { lines: [], note: sentenceOf(error.refusal) };
    }
  }
  return { request, shared, mine: request.enteredBy === actor.personId };
}
