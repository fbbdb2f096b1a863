import { formatInstant } from "@/core/time";
import { signStatement } from "@/crypto/statement";
import type { Ports, SiteFacts } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { roundWords } from "@/lifecycle/law/rounds";
import type { Lot } from "@/lifecycle/lot/queries";
import { contentHash, noticeBody } from "@/lifecycle/notice/fields";
import { noticesOfLot } from "@/lifecycle/notice/queries";
import { notices } from "@/lifecycle/notice/tables";
import type { TenderProject } from "@/lifecycle/tender-project/queries";

/**
 * The notice that applications are due later (顺延公告), where a suspension moved their deadline: the platform's own, and
 * signed by it. @param lot - with its new deadline. @returns its number
 */
export async function publishPostponement(
  { tx, site, ports, now }: { tx: Tx; site: SiteFacts; ports: Pick<Ports, "platformKeys">; now: Date },
  lot: Lot,
  tender: TenderProject,
  old: Date,
  summary: string,
): Promise<string> {
  const serial =
    (await noticesOfLot(tx, lot.id)).filter(({ number }) => number.startsWith(`${lot.code}-ZY`)).length + 1;
  const number = `${lot.code}-ZY${String(serial).padStart(2, "0")}`;
  const { deadline } = roundWords(tender.regime);
  const title = `${tender.name}${lot.name}${deadline}时间顺延公告`;
  const [before, after] = [formatInstant(old), formatInstant(lot.applicationDeadline!)];
  const fields = {
    originalNotice: `${lot.code}-ZS01`,
    tenderProjectCode: tender.code,
    lotCode: lot.code,
    lotName: lot.name,
    changes: summary,
    ...(tender.regime.twoStage
      ? { oldProposalDeadline: before, proposalDeadline: after }
      : { oldApplicationDeadline: before, applicationDeadline: after }),
    platformName: site.name,
    platformAddress: site.host,
  };
  const hash = contentHash(title, fields);
  const statement = await signStatement(
    { format: "xinbiao-postponement/1", lot: lot.code, notice: number, contentHash: hash },
    ports.platformKeys.signerOf(site.platformCode),
    { signingTime: now },
  );
  await tx.insert(notices).values({
    ...{ siteId: site.id, lotId: lot.id, tenderProjectId: tender.id, number, kind: "correction", title, fields },
    ...{ body: noticeBody(fields), contentHash: hash, statement, serial, publishedAt: now },
  });
  return number;
}
