import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { statementHash } from "@/crypto/statement";
import { inContext, legalNow } from "@/kit/db/context";
import { queueJobs } from "@/kit/outbox";
import { merchantOf, readBankWord } from "@/platform/billing/bank";
import { allSites } from "@/platform/site/queries";
import type { Process } from "../runtime";

const Notice = z.object({
  statement: z.object({ payload: z.string().max(20_000), cms: z.string().max(40_000) }),
});
const MAX_BYTES = 100_000;

/**
 * Takes a payment notice of the bank: believed by its signature alone, kept as work for the worker before the bank is told
 * that it was taken. The web process itself learns nothing of the order.
 *
 * @throws Refused `billing.notice_forged`
 */
export async function takeBankNotice(web: Process, text: string): Promise<void> {
  const given = text.length <= MAX_BYTES ? Notice.safeParse(parsed(text)) : undefined;
  if (!given?.success) throw new Refused(refuse("invalid", "billing.notice_forged", { reason: "不是约定格式的通知" }));
  const { statement } = given.data;
  const merchant = merchantOf(statement);
  const site = (await allSites(web.connection.db)).find(({ platformCode }) => platformCode === merchant);
  if (!site) throw new Refused(refuse("forbidden", "billing.notice_forged", { reason: "不是发给本平台站点的通知" }));
  const runtime = web.runtime(site);
  const read = await readBankWord(runtime, statement, await legalNow(runtime.db));
  if (!read.ok) throw new Refused(read.refusal);
  await inContext(runtime.db, { siteId: site.id, role: "public" }, (tx) =>
    queueJobs(tx, site.id, [
      {
        name: read.word.format === "xb-bank-transfer/1" ? "take-transfer" : "take-payment",
        payload: { statement: JSON.stringify(statement) },
        key: `payment:${statementHash(statement)}`,
      },
    ]),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
