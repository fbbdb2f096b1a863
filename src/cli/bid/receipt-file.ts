import { payloadOf } from "@/crypto/statement";
import type { ReceiptView } from "@/lifecycle/bidding/schema";
import { openFindings } from "../verify/findings";
import { ReceiptPayload, verifyReceipt } from "../verify/single";
import { trustFile } from "../verify/trust-files";
import { type Call, NotHeld, type Told } from "./call";
import { keep } from "./kept-state";
import type { SealedFile } from "./sealed-file";

/** Where a receipt is written when no place is named. */
export const receiptPathOf = (sealed: string): string => `${sealed}.receipt.json`;

/**
 * Writes a receipt and checks it offline, as `xinbiao verify` does; of an own package also that it is the one.
 *
 * @throws NotHeld when it does not hold: the file stays, as evidence.
 */
export async function keepReceipt(call: Call, view: ReceiptView, out: string, sealed?: SealedFile): Promise<Told> {
  const trust = call.maybe("trust");
  const given = trust === undefined ? undefined : await trustFile(trust);
  await keep(out, view);
  const findings = openFindings(call.say);
  await verifyReceipt(out, given, findings, "noted");
  if (sealed)
    await findings.check("回执与本地投标文件", async (problem) => {
      const { lot, bid, seq, sealHash } = ReceiptPayload.parse(payloadOf(view.receipt).value);
      const { header } = sealed;
      if (sealHash !== sealed.sealHash) problem("封条哈希不同");
      if (lot !== header.lot || bid !== header.bid || seq !== header.seq) problem("标段、投标编号或次序不同");
      return undefined;
    });
  if (findings.failed)
    throw new NotHeld(
      `平台给出的回执核验不通过：${findings.first}。回执已存为 ${out}，请保留并立即联系平台运营机构和招标人。`,
      "cli.receipt",
    );
  return {
    lines: [
      `回执号 ${view.number}，第 ${view.seq} 次递交，平台收到时间 ${view.receivedAt}。`,
      `回执写入 ${out}，核验通过。`,
    ],
    data: { receipt: out, number: view.number, seq: view.seq, receivedAt: view.receivedAt, bidId: view.bidId },
  };
}
