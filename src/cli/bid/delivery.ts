import type { BidStanding } from "@/lifecycle/bidding/room";
import { NotHeld } from "./call";
import type { SealedFile } from "./sealed-file";

/** The delivery that a package became. @throws NotHeld when the platform has not received it. */
export function deliveryOf(
  { path, sealHash }: SealedFile,
  { deliveries }: BidStanding,
): BidStanding["deliveries"][number] {
  const found = deliveries.find((each) => each.sealHash === sealHash);
  if (!found)
    throw new NotHeld(
      `平台没有收到 ${path}。请用 xinbiao upload 递交；已经递交过的，请核对是否为另一份文件。`,
      "cli.not_received",
    );
  return found;
}
