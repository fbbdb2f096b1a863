import { ts14 } from "@/core/time";
import { readSeal } from "@/crypto/xbid/schema";
import type { Tx } from "@/kit/db/connect";
import { markOrWithheld } from "@/lifecycle/bidding/device/marks";
import { standingBids } from "@/lifecycle/bidding/queries";
import type { Lot } from "@/lifecycle/lot/queries";
import { PARTY_ROLES } from "@/lifecycle/notice/hub-messages";
import type { TenderProject } from "@/lifecycle/tender-project/queries";
import type { Organisation } from "@/platform/party/queries";
import type { BidOpening } from "./queries";

/** Marks of the computers that sealed (dataset 9010), of the opened bids that brought some; what was not offered is said to be so. */
export async function deviceMessages(
  tx: Tx,
  lot: Lot,
  tender: TenderProject,
  openings: readonly BidOpening[],
  parties: ReadonlyMap<string, Organisation>,
) {
  const bids = new Map((await standingBids(tx, lot.id)).map((bid) => [bid.id, bid]));
  return openings.flatMap(({ bidId, orgId, device }) => {
    const [bid, party] = [bids.get(bidId), parties.get(orgId)];
    if (!device || !bid || !party) return [];
    const mark = (kind: Parameters<typeof markOrWithheld>[1]) => markOrWithheld(device, kind);
    return [
      {
        tenderProjectId: tender.id,
        lotId: lot.id,
        dataset: "9010",
        subject: `${lot.code}-${party.creditCode}`,
        body: {
          TENDER_PROJECT_CODE: tender.code,
          BID_SECTION_CODE: lot.code,
          UNIFIED_DEAL_CODES: lot.dealCode,
          BIDDER_NAME: party.name,
          BIDDER_CODE_TYPE: party.codeType,
          BIDDER_ORG_CODE: party.creditCode,
          BIDDER_ROLE: PARTY_ROLES.bidder,
          // When it was sealed, as the bidder's program says.
          SUBMITTIME: ts14(new Date(readSeal(new Uint8Array(bid.seal)).sealedAt)),
          CPU_ID: mark("cpu"),
          HARD_DISK_SERIAL_NUMBER: mark("disk"),
          MEMORY_SERIAL_NUMBER: mark("memory"),
          NET_ID: mark("ip"),
          MAC_ADDRESS: mark("mac"),
          TOOL_VERSION: mark("tool"),
        },
      },
    ];
  });
}
