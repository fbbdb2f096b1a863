import { eq } from "drizzle-orm";
import { z } from "zod";
import { permit, Refused, refuse } from "@/core/refusal";
import { defineCommand, roles } from "@/kit/command";
import { estimateHash, readOutDigest } from "@/lifecycle/tender-document/base-estimate";
import { baseEstimateOf } from "@/lifecycle/tender-document/queries";
import { baseEstimates } from "@/lifecycle/tender-document/tables";
import { lockOwnLot } from "@/lifecycle/tender-project/queries";
import { requireAct } from "@/platform/identity/act";
import { StatementInput } from "@/platform/identity/schema";
import { say } from "../events";
import { openingRecordOf } from "../queries";
import { baseEstimateText } from "../record";
import { refusalToReadOut } from "../rules";

/** What its author says of it: amount and nonce, or why it cannot be opened. */
export const ReadOut = z.union([
  z.strictObject({
    amountFen: z.string().regex(/^[1-9]\d{0,17}$/, "标底须为金额"),
    nonce: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  z.strictObject({
    unreadable: z.string().trim().min(10, "请写明标底不能公布的原因，不少于 10 字").max(1000, "原因不能超过 1000 字"),
  }),
]);

/**
 * The tenderer reads out the base estimate (公布标底, IR50): after the opening has begun, when no bid can change any more.
 * What is read out must be what was sealed; what cannot be opened is said to be so, in the record.
 */
export const readOutBaseEstimate = defineCommand({
  name: "opening.read-out-base-estimate",
  input: z.object({ lotId: z.uuid(), said: ReadOut, statement: StatementInput }),
  may: roles("tenderer"),
  async run(scope, { lotId, said, statement }) {
    const { tx, actor, site, now } = scope;
    const { lot, tender } = await lockOwnLot(tx, actor, lotId);
    const estimate = await baseEstimateOf(tx, lotId);
    if (!estimate?.kept) throw new Refused(refuse("not_found", "opening.no_base_estimate"));
    const record = await openingRecordOf(tx, lotId);
    permit(refusalToReadOut(lot, { readOut: estimate.kept.readOutAt !== null, signed: Boolean(record?.signedAt) }));
    const { hash } = estimate;
    if ("amountFen" in said && estimateHash(lot.code, said) !== hash)
      throw new Refused(refuse("invalid", "opening.base_estimate_differs"));
    const digest = readOutDigest(hash, said);
    await requireAct(scope, statement, { act: "base-estimate.read-out", subject: lot.code, digest });
    const row =
      "amountFen" in said ? { amountFen: BigInt(said.amountFen), nonce: said.nonce } : { unreadable: said.unreadable };
    await tx
      .update(baseEstimates)
      .set({ ...row, announcement: statement, readOutAt: now })
      .where(eq(baseEstimates.lotId, lotId));
    const text = baseEstimateText({ amountFen: null, unreadable: null, ...row });
    await say(tx, site.id, lotId, now, "base-estimate", { text });
    return {
      result: { text },
      trail: [
        {
          action: "base-estimate.read-out",
          subject: lot.code,
          lotId,
          chain: `project:${tender.id}`,
          facts: { hash, ...("amountFen" in said ? { amountFen: said.amountFen } : { unreadable: said.unreadable }) },
        },
      ],
    };
  },
});
