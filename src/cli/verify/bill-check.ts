import { z } from "zod";
import { openedFolder } from "@/lifecycle/archive/schema";
import { billFindings, findingText, firstFindings } from "@/lifecycle/tender-document/bill/findings";
import { MAX_PRICED_BILL_BYTES, PRICED_BILL_FILE, readPricedBill } from "@/lifecycle/tender-document/bill/priced";
import { sealedPrice } from "@/lifecycle/tender-document/bill/rules";
import { hasTwoEnvelopes } from "@/lifecycle/tender-document/envelopes";
import { titleIn } from "./consortium-check";
import type { Findings } from "./findings";
import { ResultItem } from "./items";
import { type OpenArchive, sameJson } from "./open-archive";
import { type CheckedPackages, evaluatedIn } from "./package-check";

const REPORT = "evaluation/report.json";
/** What the report says of the priced bills; nothing where the tender document has no bill of quantities. */
const ReportItem = z.looseObject({
  arithmetic: z.array(z.object({ name: z.string(), findings: z.array(z.string()) })).optional(),
});

/** The arithmetic check of every priced bill, computed again from tender document and packages. */
export async function checkBills(archive: OpenArchive, findings: Findings, packages: CheckedPackages): Promise<void> {
  const document = await archive.documentInForce().catch(() => undefined);
  const bill = document?.content.bill;
  if (!bill) return;
  await findings.check("报价清单的算术检查由招标文件和投标文件复算一致", async (problem) => {
    const { arithmetic = [] } = await archive.json(REPORT, ReportItem);
    // A bill in a second envelope is checked of those whose second envelope was opened.
    const second = document && hasTwoEnvelopes(document.content);
    const passed = second
      ? (await archive.json("evaluation/result.json", ResultItem)).firstEnvelope?.passed
      : undefined;
    const opened = evaluatedIn(packages).filter(({ bidId }) => !passed || passed.includes(bidId));
    if (arithmetic.length !== opened.length) problem(`${REPORT} 的算术检查与已解密的投标家数不符`);
    for (const bid of opened) {
      const { bidId, sealHash } = bid;
      const title = titleIn(packages, bid);
      const path = `bids/${sealHash}/${openedFolder(second ? 1 : 0)}/${PRICED_BILL_FILE}`;
      const size = archive.zip.entries.get(path)?.size;
      const isReadable = size !== undefined && size <= MAX_PRICED_BILL_BYTES;
      const priced = isReadable ? readPricedBill(await archive.zip.bytes(path)) : undefined;
      const again = billFindings(archive.manifest.lot.code, bill, priced, sealedPrice(packages.forms.get(bidId) ?? {}));
      const said = arithmetic.find(({ name }) => name === title)?.findings;
      if (!said || !sameJson(said, firstFindings(again).map(findingText)))
        problem(`${REPORT} 对${title}的算术检查与复算不符`);
    }
    return `${opened.length} 份`;
  });
}
