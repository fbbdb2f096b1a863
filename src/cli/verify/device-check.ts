import { z } from "zod";
import { openedFolder } from "@/lifecycle/archive/schema";
import {
  DEVICE_BYTES,
  DEVICE_FILE,
  type DeviceMarks,
  deviceFindings,
  markRows,
  readMarks,
} from "@/lifecycle/bidding/device/marks";
import { titleIn } from "./consortium-check";
import type { Findings } from "./findings";
import type { BidItem } from "./items";
import { type OpenArchive, sameJson } from "./open-archive";
import { type CheckedPackages, evaluatedIn } from "./package-check";

const REPORT = "evaluation/report.json";
/** What the report says of the computers; nothing where no package brought marks. */
const ReportItem = z.looseObject({
  devices: z
    .array(z.object({ name: z.string(), marks: z.array(z.string()), findings: z.array(z.string()) }))
    .optional(),
});

async function marksIn(archive: OpenArchive, { sealHash }: BidItem): Promise<DeviceMarks | undefined> {
  const path = `bids/${sealHash}/${openedFolder(0)}/${DEVICE_FILE}`;
  const size = archive.zip.entries.get(path)?.size;
  return size !== undefined && size <= DEVICE_BYTES ? readMarks(await archive.zip.bytes(path)) : undefined;
}

/** Marks that several bids have in common, compared again from the packages; the report must say the same. */
export async function checkDevices(archive: OpenArchive, findings: Findings, packages: CheckedPackages): Promise<void> {
  const { devices } = await archive.json(REPORT, ReportItem).catch(() => ({ devices: undefined }));
  const bids = await Promise.all(
    evaluatedIn(packages).map(async (bid) => ({
      bidId: bid.bidId,
      name: titleIn(packages, bid),
      device: await marksIn(archive, bid),
    })),
  );
  const brought = bids.filter(({ device }) => device).length;
  if (!devices && !brought) return;
  await findings.check("制作机器信息的比对由投标文件复核一致", async (problem) => {
    const same = deviceFindings(bids);
    for (const { bidId, name, device } of bids) {
      const marks = device ? markRows(device).map(([kind, text]) => `${kind} ${text}`) : [];
      const expected = { name, marks, findings: same.get(bidId) ?? [] };
      const said = devices?.find((one) => one.name === name);
      if (!said || !sameJson(said, expected)) problem(`${REPORT} 对${name}的机器信息比对与复核不符`);
    }
    if (devices?.length !== bids.length) problem(`${REPORT} 比对的家数与已解密的投标家数不符`);
    return `${brought} 份投标文件有机器信息`;
  });
}
