import { existsSync } from "node:fs";
import { join } from "node:path";
import { simplePdf } from "@/dev/scenarios/tendering";
import type { BidAtScreen } from "./actors/bidder";
import type { Backstage } from "./actors/clock";
import { installation } from "./installation";

const pdf = async (title: string, at: Date) => Buffer.from(await simplePdf(title, [`${title}：演示内容`], at));

/** A complete bid to be filled in at the screen. */
export const screenBid = async (at: Date, price = "4,800,000.00"): Promise<BidAtScreen> => ({
  price,
  files: [
    { label: "投标函", name: "投标函.pdf", buffer: await pdf("投标函", at) },
    { label: "技术文件", name: "技术文件.pdf", buffer: await pdf("技术文件", at) },
  ],
});

/** Every bid of a lot as the database holds it, to be compared before and after. */
export const bidsOf = async (stagehand: Backstage, lotId: string) =>
  stagehand.sql<{ org_id: string; seq: number; seal_hash: string; replaced_at: Date | null; receipt_number: string }[]>`
    select org_id, seq, seal_hash, replaced_at, withdrawn_at, receipt_number from bids where lot_id = ${lotId} order by org_id, seq`;

/** Units of an organisation's uploads to a lot whose bytes still lie in the store. */
export async function storedUnits(stagehand: Backstage, lotId: string, orgId: string): Promise<string[]> {
  const units = await stagehand.sql<{ storage_key: string }[]>`
    select storage_key from upload_units where lot_id = ${lotId} and org_id = ${orgId}`;
  return units
    .map(({ storage_key }) => storage_key)
    .filter((key) => existsSync(join(installation().dataDir, "objects", "objects", key)));
}

/** Codes of what was refused at receipt, in the bidder's books. */
export async function refusedAtReceipt(stagehand: Backstage, lotId: string, orgId: string): Promise<string[]> {
  const rows = await stagehand.sql<{ code: string }[]>`
    select code from receipt_refusals where lot_id = ${lotId} and org_id = ${orgId} order by at`;
  return rows.map(({ code }) => code);
}
