import { openedFolder } from "@/lifecycle/archive/schema";
import { type OpenedConsortium, openConsortium } from "@/lifecycle/bidding/consortium/opened";
import { CONSORTIUM_BYTES, CONSORTIUM_FILE } from "@/lifecycle/bidding/consortium/part";
import type { BidItem } from "./items";
import type { OpenArchive } from "./open-archive";

/** The consortium in an opened package, judged again by the trust material of the archive; undefined for who bids alone. */
export async function consortiumOf(
  archive: OpenArchive,
  bid: BidItem,
  isAllowed: boolean,
): Promise<OpenedConsortium | undefined> {
  const path = `bids/${bid.sealHash}/${openedFolder(0)}/${CONSORTIUM_FILE}`;
  const size = archive.zip.entries.get(path)?.size;
  if (size === undefined || size > CONSORTIUM_BYTES) return undefined;
  const { trust, crls } = archive.judge.material;
  return openConsortium(await archive.zip.bytes(path), {
    tender: archive.manifest.tender.code,
    lot: archive.manifest.lot.code,
    bidder: bid.creditCode,
    isAllowed,
    trust: { trust, crls, time: bid.receivedAt },
  });
}
