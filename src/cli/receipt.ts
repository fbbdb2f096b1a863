import { stat } from "node:fs/promises";
import type { BidStanding } from "@/lifecycle/bidding/room";
import type { ReceiptView } from "@/lifecycle/bidding/schema";
import { bidderCommand, type Call, type Told } from "./bid/call";
import { deliveryOf } from "./bid/delivery";
import { KEY_OPTIONS, KEY_USAGE, openKey } from "./bid/key";
import { openPlatform, PLATFORM_OPTIONS } from "./bid/platform";
import { keepReceipt } from "./bid/receipt-file";
import { openSealed } from "./bid/sealed-file";

const USAGE = `xinbiao receipt 回执号|bid.xbid --url https://平台地址 ${KEY_USAGE} --out receipt.json [--trust ROOTS.pem] [--json]`;

async function receipt(call: Call): Promise<Told> {
  const out = call.text("out");
  const byNumber = /^R-/.test(call.file) && !(await stat(call.file).catch(() => undefined));
  const sealed = byNumber ? undefined : await openSealed(call.file);
  const platform = await openPlatform(call, (await openKey(call)).signer);
  const number = sealed
    ? deliveryOf(sealed, await platform.query<BidStanding>("bid.standing", { lot: sealed.header.lot })).number
    : call.file;
  return keepReceipt(call, await platform.query<ReceiptView>("bid.receipt", { number }), out, sealed);
}

/** `xinbiao receipt`: fetches a receipt again, and checks it. */
export const run = bidderCommand({
  usage: USAGE,
  options: { ...KEY_OPTIONS, ...PLATFORM_OPTIONS, out: { type: "string" }, trust: { type: "string" } },
  work: receipt,
});
