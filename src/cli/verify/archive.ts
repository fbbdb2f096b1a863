import type { Certificate } from "@/crypto/certificate";
import { openZip, type ZipReader } from "@/documents/zip-read";
import type { ArchiveManifest } from "@/lifecycle/archive/schema";
import { checkAward, checkHub } from "./award-check";
import { checkBills } from "./bill-check";
import { checkCommittee } from "./committee-check";
import { checkCompetition } from "./competition-check";
import { checkConsortia } from "./consortium-check";
import { checkDevices } from "./device-check";
import { checkDocuments } from "./document-check";
import { checkEvaluation } from "./evaluation-check";
import type { Findings } from "./findings";
import { type Judge, judgeBy } from "./judge";
import { checkCompleteness, checkItems, checkManifestSignature, readManifest } from "./manifest-check";
import { OpenArchive } from "./open-archive";
import { checkOpening } from "./opening-check";
import { checkClosing, checkPackages } from "./package-check";
import { checkPairs } from "./pair-check";
import { checkPrequalification } from "./prequal-check";
import { checkTrails } from "./trail-check";
import { archiveTrust } from "./trust-files";

/**
 * Verifies an archive package by itself: every hash, signature, draw and score in it, against the trust that was injected
 * or, failing that, against the list that the archive brings along, which is then named.
 */
export async function verifyArchive(
  path: string,
  given: readonly Certificate[] | undefined,
  findings: Findings,
): Promise<void> {
  let zip: ZipReader | undefined;
  try {
    await findings.check("归档包的结构", async () => {
      zip = await openZip(path);
      return `${zip.entries.size} 个文件，均未压缩`;
    });
    if (zip) await verifyContents(zip, given, findings);
  } finally {
    await zip?.close();
  }
}

async function verifyContents(
  zip: ZipReader,
  given: readonly Certificate[] | undefined,
  findings: Findings,
): Promise<void> {
  let manifest: ArchiveManifest | undefined;
  let judge: Judge | undefined;
  await findings.check("归档清单", async () => {
    manifest = await readManifest(zip);
    return `${manifest.tender.name}${manifest.lot.name}，标段 ${manifest.lot.code}`;
  });
  if (!manifest) return;
  const { builtAt } = manifest;
  await findings.check("信任列表", async (problem) => {
    const material = await archiveTrust(zip, new Date(builtAt), given);
    judge = judgeBy(material);
    const anchors = material.trust.filter(({ selfIssued }) => selfIssued);
    if (!anchors.length) problem(given ? "--trust 给出的文件中没有根证书" : "归档包自带的信任列表中没有根证书");
    return `${given ? "使用 --trust 给出的" : "使用归档包自带的"} ${anchors.length} 个根证书、${material.crls.length} 个吊销列表`;
  });
  if (!judge) return;
  if (!given) {
    findings.note("信任来自归档包自身。请向颁发机构核对下列根证书的 SHA-256 指纹，或用 --trust 给出您信任的根证书：");
    for (const { fingerprint, subject, selfIssued } of judge.material.trust)
      if (selfIssued) findings.note(`${fingerprint}  ${subject.display}`);
  }
  await checkManifestSignature(zip, manifest, judge, findings);
  await checkItems(zip, manifest, findings);
  const archive = new OpenArchive(zip, manifest, judge);
  await checkTrails(archive, findings);
  await checkCompleteness(archive, findings);
  await checkDocuments(archive, findings);
  await checkPairs(archive, findings);
  const packages = await checkPackages(archive, findings);
  await checkPrequalification(archive, findings, packages.bids);
  await checkClosing(archive, findings, packages);
  await checkOpening(archive, findings, packages);
  const members = await checkCommittee(archive, findings);
  await checkEvaluation(archive, findings, packages, members);
  await checkCompetition(archive, findings, members);
  await checkBills(archive, findings, packages);
  await checkConsortia(archive, findings, packages);
  await checkDevices(archive, findings, packages);
  await checkAward(archive, findings, packages);
  await checkHub(archive, findings);
}
