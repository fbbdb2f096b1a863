import { randomUUID } from "node:crypto";
import { z } from "zod";
import { fromBase64url } from "@/core/bytes";
import { verifyDetached } from "@/crypto/cms";
import { payloadOf, type Statement, signStatement } from "@/crypto/statement";
import { StatementJson } from "@/lifecycle/archive/schema";
import type { BidStanding } from "@/lifecycle/bidding/room";
import { bidderCommand, type Call, NotHeld, type Told } from "./bid/call";
import { deliveryOf } from "./bid/delivery";
import { forget, keep, keptState } from "./bid/kept-state";
import { KEY_OPTIONS, KEY_USAGE, openKey } from "./bid/key";
import { openPlatform, PLATFORM_OPTIONS } from "./bid/platform";
import { openSealed, type SealedFile } from "./bid/sealed-file";
import { judgeBy } from "./verify/judge";
import { trustFile } from "./verify/trust-files";

const USAGE = `xinbiao withdraw bid.xbid --url https://平台地址 ${KEY_USAGE} [--out 撤回回执.json] [--trust ROOTS.pem] [--json]`;

/** A withdrawal that was signed and sent: sent again it is the same act, and its answer the same receipt. */
const Sent = z.object({
  format: z.literal("xb-withdraw/1"),
  url: z.string(),
  key: z.uuid(),
  bidId: z.uuid(),
  statement: StatementJson,
});

/** What a withdrawal names: taken from the package on this computer, not from what the platform asks to sign. */
const namesOf = ({ header, sealHash }: SealedFile) => ({
  lot: header.lot,
  bid: header.bid,
  seq: header.seq,
  sealHash,
});

async function withdraw(call: Call): Promise<Told> {
  const sealed = await openSealed(call.file);
  const { signer } = await openKey(call);
  const out = call.maybe("out") ?? `${call.file}.withdrawal.json`;
  const platform = await openPlatform(call, signer);
  const statePath = `${call.file}.withdraw.json`;
  let sent = await keptState(statePath, Sent);
  if (sent?.url !== platform.url) sent = undefined;
  if (!sent) {
    const standing = await platform.query<BidStanding>("bid.standing", { lot: sealed.header.lot });
    const { bidId } = deliveryOf(sealed, standing);
    const statement = await signStatement({ format: "xbid-withdrawal/1", ...namesOf(sealed) }, signer);
    sent = { format: "xb-withdraw/1", url: platform.url, key: randomUUID(), bidId, statement };
    await keep(statePath, sent);
  }
  const { bidId, statement, key } = sent;
  let answer: { withdrawalReceipt: Statement };
  try {
    answer = await platform.mutate("bid.withdraw", { bidId, statement }, key);
  } catch (error) {
    // A "no" is an answer: nothing is left to ask for.
    if (error instanceof NotHeld) await forget(statePath);
    throw error;
  }
  const { withdrawalReceipt } = answer;
  await keep(out, withdrawalReceipt);
  const { withdrawnAt, receipt } = await checked(call, withdrawalReceipt, sealed, out);
  await forget(statePath);
  return {
    lines: [
      `已撤回：标段 ${sealed.header.lot}，回执号 ${receipt}，${withdrawnAt}。文件未开启。`,
      `撤回回执写入 ${out}。截止时间前可以重新递交：xinbiao seal --replaces ${call.file} …`,
    ],
    data: { withdrawalReceipt: out, number: receipt, withdrawnAt },
  };
}

async function checked(
  call: Call,
  statement: Statement,
  sealed: SealedFile,
  out: string,
): Promise<{ withdrawnAt: string; receipt: string }> {
  const doubt = (what: string) =>
    new NotHeld(`平台给出的撤回回执不可用：${what}。已存为 ${out}，请保留并立即联系平台运营机构。`, "cli.receipt");
  const { value, bytes } = payloadOf(statement);
  const verdict = await verifyDetached(fromBase64url(statement.cms), bytes);
  if (!verdict.ok) throw doubt(verdict.reason);
  const names = { format: "xbid-withdrawal-receipt/1", ...namesOf(sealed) };
  for (const [name, wanted] of Object.entries(names)) if (value[name] !== wanted) throw doubt(`${name} 与投标文件不符`);
  const withdrawnAt = String(value.withdrawnAt);
  const trust = call.maybe("trust");
  if (trust !== undefined) {
    const given = await trustFile(trust);
    const judge = judgeBy({ trust: given, timestampTrust: given, crls: [] });
    await judge.statement(statement, new Date(withdrawnAt)).catch((error: Error) => {
      throw doubt(error.message);
    });
  }
  return { withdrawnAt, receipt: String(value.receipt) };
}

/** `xinbiao withdraw`: takes a delivery back before the deadline, signed, and keeps the receipt for it. */
export const run = bidderCommand({
  usage: USAGE,
  options: { ...KEY_OPTIONS, ...PLATFORM_OPTIONS, out: { type: "string" }, trust: { type: "string" } },
  work: withdraw,
});
