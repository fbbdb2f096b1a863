import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { type CommandScope, defineCommand, roles } from "@/kit/command";
import { digestOf, requireAct } from "@/platform/identity/act";
import { StatementInput } from "@/platform/identity/schema";
import { firstEnvelopeContent } from "../first-envelope";
import { firstEnvelopeIn, rejectionsIn } from "../queries";
import { scoreSheets } from "../tables";
import { openStep } from "./review";

async function toClose(scope: Pick<CommandScope, "tx" | "actor">, memberId: string) {
  const { lot, evaluation } = await openStep(scope, memberId, "first-envelope");
  const result = firstEnvelopeIn(evaluation.result);
  if (!result) throw new Refused(refuse("conflict", "evaluation.step_closed"));
  const digest = await digestOf(firstEnvelopeContent(result, rejectionsIn(evaluation.result)));
  return { lot, evaluation, toSign: { act: "evaluation.close-first-envelope", subject: lot.code, digest } };
}

/** Act, subject and digest of the result of the first envelopes, for the member's browser to sign. */
export const firstEnvelopeToSign = async (tx: CommandScope["tx"], actor: CommandScope["actor"], memberId: string) =>
  (await toClose({ tx, actor }, memberId)).toSign;

/**
 * A member signs the result of the first envelopes (签署第一信封评审结果). When the last one has, it is closed: the second
 * opening follows, of those who passed (transition 15).
 */
export const closeFirstEnvelope = defineCommand({
  name: "evaluation.close-first-envelope",
  input: z.object({ memberId: z.uuid(), statement: StatementInput }),
  may: roles("expert"),
  async run(scope, { memberId, statement }) {
    const { tx, site, now } = scope;
    const { lot, evaluation, toSign } = await toClose(scope, memberId);
    await requireAct(scope, statement, toSign);
    const { version } = evaluation;
    await tx
      .insert(scoreSheets)
      .values({ siteId: site.id, lotId: lot.id, version, memberId, step: "first-envelope", statement, at: now });
    return {
      result: {},
      trail: [
        {
          action: "first-envelope.signed",
          subject: memberId,
          lotId: lot.id,
          chain: `sealed:${lot.id}`,
          facts: { digest: toSign.digest },
        },
      ],
      jobs: [{ name: "settle-evaluation", payload: { lotId: lot.id }, key: `evaluate:${lot.id}` }],
    };
  },
});
