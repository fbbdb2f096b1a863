import { fromBase64url, fromUtf8, hex } from "@/core/bytes";
import { type CanonicalValue, encodeCanonical, parseCanonical } from "@/core/canonical-json";
import type { Certificate } from "@/crypto/certificate";
import { verifyDetached } from "@/crypto/cms";
import { sha256 } from "@/crypto/sha256";
import { payloadOf } from "@/crypto/statement";
import { openZip, type ZipReader } from "@/documents/zip-read";
import { StatementJson } from "@/lifecycle/archive/schema";
import { TenderDocumentContent } from "@/lifecycle/tender-document/schema";
import {
  XTD_FORMAT,
  XTD_PATHS,
  XtdClarification,
  XtdEvaluation,
  XtdManifest,
  XtdNotice,
  XtdPriceForm,
  xtdClarificationPaths,
  xtdFilePath,
} from "@/lifecycle/tender-document/xtd-schema";
import type { Findings } from "./findings";
import { hashOf, judgeBy, Unproved } from "./judge";
import { signerText } from "./package-file";

const MAX_PART_BYTES = 16 * 1024 * 1024;
const NO_TRUST = "没有给出信任的根证书，不能判断签名人是谁；请用 --trust ROOTS.pem 给出";

/** Is this ZIP a tender document? What cannot be read is judged as an archive, which then says why. */
export async function isXtd(path: string): Promise<boolean> {
  let zip: ZipReader | undefined;
  try {
    zip = await openZip(path);
    return fromUtf8(await zip.bytes(XTD_PATHS.manifest, MAX_PART_BYTES)).includes(`"${XTD_FORMAT}"`);
  } catch {
    return false;
  } finally {
    await zip?.close();
  }
}

const same = (a: unknown, b: unknown): boolean =>
  hashOf(encodeCanonical(a as CanonicalValue)) === hashOf(encodeCanonical(b as CanonicalValue));

/** Verifies a tender document (`.xtd`): parts, hashes, one content in all of them, and the publisher's signature. */
export async function verifyXtd(
  path: string,
  given: readonly Certificate[] | undefined,
  findings: Findings,
): Promise<void> {
  const zip = await openZip(path);
  try {
    const part = async (name: string) => parseCanonical(await zip.bytes(name, MAX_PART_BYTES));
    let manifest: XtdManifest | undefined;
    await findings.check("招标文件清单", async () => {
      manifest = XtdManifest.parse(await part(XTD_PATHS.manifest));
      return `${manifest.tenderProject.name}${manifest.lot.name}，标段 ${manifest.lot.code}，第 ${manifest.version} 版`;
    });
    if (!manifest) return;
    await checkParts(zip, manifest, findings);
    await checkContent(zip, part, manifest, findings);
    await checkClarifications(zip, part, manifest, findings);
    await checkPublisher(part, manifest, given, findings);
  } finally {
    await zip.close();
  }
}

async function checkParts(zip: ZipReader, { items }: XtdManifest, findings: Findings): Promise<void> {
  await findings.check("每个文件与清单一致，没有多余的文件", async (problem) => {
    const listed = new Set([XTD_PATHS.manifest as string, ...items.map(({ path }) => path)]);
    if (listed.size !== items.length + 1) problem("清单中有重复的文件");
    for (const name of zip.entries.keys()) if (!listed.has(name)) problem(`${name} 不在清单中`);
    for (const { path, sha256: wanted, size } of items) {
      if (!zip.entries.has(path)) {
        problem(`缺少 ${path}`);
        continue;
      }
      const bytes = await zip.bytes(path);
      if (bytes.length !== size || hex(sha256(bytes)) !== wanted) problem(`${path} 的内容与清单不符`);
    }
    return `${items.length} 个文件`;
  });
}

async function checkContent(
  zip: ZipReader,
  part: (name: string) => Promise<CanonicalValue>,
  { lot, version, documentDigest }: XtdManifest,
  findings: Findings,
): Promise<void> {
  await findings.check("招标文件的校验值和各部分内容一致", async (problem) => {
    if (hashOf(await zip.bytes(XTD_PATHS.document, MAX_PART_BYTES)) !== documentDigest)
      problem("招标文件的校验值与清单不符");
    const document = (await part(XTD_PATHS.document)) as Record<string, CanonicalValue>;
    if (document.format !== "xinbiao-tender/1" || document.lot !== lot.code || document.version !== version)
      problem("招标文件的标段或版本与清单不符");
    const content = TenderDocumentContent.parse(document.content);
    for (const [i, file] of (document.files as { name: string; sha256: string }[]).entries())
      if (hashOf(await zip.bytes(xtdFilePath(i, file.name))) !== file.sha256) problem(`文件 ${file.name} 的内容不符`);
    const form = XtdPriceForm.parse(await part(XTD_PATHS.priceForm));
    if (form.ceilingFen !== content.ceilingFen || !same(form.form, content.form)) problem("开标一览表与招标文件不符");
    if (!same(form.bill ?? {}, content.bill ?? {})) problem("工程量清单与招标文件不符");
    const evaluation = XtdEvaluation.parse(await part(XTD_PATHS.evaluation));
    const { method, criteria, reviewItems } = content;
    if (!same([evaluation.method, evaluation.criteria, evaluation.reviewItems], [method, criteria, reviewItems]))
      problem("评标办法参数与招标文件不符");
    for (const each of [form, evaluation])
      if (each.lot !== lot.code || each.version !== version) problem("各部分的标段或版本不一致");
    return `校验值 ${documentDigest}`;
  });
}

/** From version 2 on: every clarification as it was signed, in an unbroken row that ends with this version. */
async function checkClarifications(
  zip: ZipReader,
  part: (name: string) => Promise<CanonicalValue>,
  { lot, version, documentDigest, items }: XtdManifest,
  findings: Findings,
): Promise<void> {
  const kept = items.filter(({ path }) => path.startsWith("clarifications/")).length;
  if (version === 1 && kept === 0) return;
  await findings.check("澄清与修改", async (problem) => {
    if (kept !== 2 * (version - 1)) problem(`第 ${version} 版应有 ${version - 1} 份澄清与修改及其签名`);
    for (let number = 1; number < version; number++) {
      const paths = xtdClarificationPaths(number);
      const said = XtdClarification.parse(await part(paths.content));
      if (said.lot !== lot.code || said.number !== number || said.documentVersion !== number + 1)
        problem(`第 ${number} 号澄清与修改的标段、编号或版本不符`);
      if (number === version - 1 && said.documentDigest !== documentDigest)
        problem(`第 ${number} 号澄清与修改发布的不是这份招标文件`);
      const statement = StatementJson.parse(await part(paths.statement));
      const verdict = await verifyDetached(fromBase64url(statement.cms), payloadOf(statement).bytes);
      if (!verdict.ok) throw new Unproved(verdict.reason);
      const payload = payloadOf(statement).value as Record<string, unknown>;
      const signed = hashOf(await zip.bytes(paths.content, MAX_PART_BYTES));
      if (payload.act !== "clarification.publish" || payload.subject !== lot.code || payload.digest !== signed)
        problem(`第 ${number} 号澄清与修改的签名不是对其内容作出的`);
      if (number === version - 1 && !same(await part(XTD_PATHS.statement), await part(paths.statement)))
        problem("招标文件的签名与最后一份澄清与修改的签名不符");
    }
    return `${version - 1} 份`;
  });
}

async function checkPublisher(
  part: (name: string) => Promise<CanonicalValue>,
  { lot, version, documentDigest }: XtdManifest,
  given: readonly Certificate[] | undefined,
  findings: Findings,
): Promise<void> {
  await findings.check("发布人签名", async (problem) => {
    const statement = StatementJson.parse(await part(XTD_PATHS.statement));
    const verdict = await verifyDetached(fromBase64url(statement.cms), payloadOf(statement).bytes);
    if (!verdict.ok) throw new Unproved(verdict.reason);
    const payload = payloadOf(statement).value as Record<string, unknown>;
    if (payload.subject !== lot.code) problem("签名不是对本标段作出的");
    const notice = XtdNotice.parse(await part(XTD_PATHS.notice));
    if (notice.lot !== lot.code) problem("公告不属于本标段");
    if (hashOf(encodeCanonical({ title: notice.title, fields: notice.fields })) !== notice.contentHash)
      problem("公告内容与其校验值不符");
    // Later versions are signed together with the clarification that made them, judged with it.
    if (version === 1) {
      const signed = hashOf(encodeCanonical({ notice: notice.contentHash, document: documentDigest }));
      if (payload.act !== "notice.publish" || payload.digest !== signed) problem("签名的内容不是这份公告和招标文件");
    }
    return signerText(verdict.signer);
  });
  if (!given) return findings.note(NO_TRUST);
  await findings.check("发布人证书", async () => {
    const statement = StatementJson.parse(await part(XTD_PATHS.statement));
    const judge = judgeBy({ trust: given, timestampTrust: given, crls: [] });
    const verdict = await verifyDetached(fromBase64url(statement.cms), payloadOf(statement).bytes);
    if (!verdict.ok) throw new Unproved(verdict.reason);
    const at = await judge.timestamp(statement).catch(() => undefined);
    await judge.certificate(verdict.signer, at ?? verdict.signer.notBefore);
    return at ? "含时间戳" : "没有时间戳，只核对证书由所给根证书签发";
  });
}
