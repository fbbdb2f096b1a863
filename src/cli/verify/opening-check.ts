import type { z } from "zod";
import { verifyPdfSignatures } from "@/documents/verify-pdf";
import { openedFolder } from "@/lifecycle/archive/schema";
import { baseEstimateText, recordRow } from "@/lifecycle/opening/record";
import { estimateHash, readOutDigest } from "@/lifecycle/tender-document/base-estimate";
import { hasTwoEnvelopes, type Round, segmentOf } from "@/lifecycle/tender-document/envelopes";
import type { Findings } from "./findings";
import { BaseEstimateItem, type BidItem, FormItem, ReleaseItem, RemarksItem, ResultItem } from "./items";
import { digestOf, type Proved } from "./judge";
import { type OpenArchive, sameJson } from "./open-archive";
import type { CheckedPackages } from "./package-check";

const BASE_ESTIMATE = "opening/base-estimate.json";

/** One opening as the archive holds it; a lot with two envelopes has two. */
interface OpeningPart {
  readonly round: Round;
  readonly name: string;
  readonly folder: string;
  /** Actions of the trail that say what was announced and what was signed. */
  readonly announced: string;
  readonly signed: string;
}
const FIRST: OpeningPart = {
  ...{ round: 1, name: "开标记录", folder: "opening" },
  ...{ announced: "prices.announced", signed: "opening-record.signed" },
};
const SECOND: OpeningPart = {
  ...{ round: 2, name: "第二信封开标记录", folder: "opening/second" },
  ...{ announced: "second-opening.announced", signed: "second-record.signed" },
};

/** The opening records: their lines are what the packages say, and host and bidders signed them, as data and as document. */
export async function checkOpening(archive: OpenArchive, findings: Findings, packages: CheckedPackages): Promise<void> {
  await checkPart(archive, findings, packages, FIRST);
  await checkBaseEstimate(archive, findings);
  if (!hasTwoEnvelopes((await archive.documentInForce()).content)) return;
  await checkPart(archive, findings, packages, SECOND);
  await checkStillSealed(archive, findings, packages);
}

async function checkPart(
  archive: OpenArchive,
  findings: Findings,
  { bids, forms, consortia }: CheckedPackages,
  { round, name, folder, announced: announcedBy, signed: signedBy }: OpeningPart,
): Promise<void> {
  let host: Proved | undefined;
  await findings.check(`${name}：主持人签名，唱标内容与投标文件逐项一致`, async (problem) => {
    const { at, payload, recordHash, statement } = await archive.record(folder);
    if (digestOf(payload) !== recordHash) problem(`${folder}/record.json 的内容与记录哈希不符`);
    host = await archive.act(statement, at, { act: "opening.sign-record", digest: recordHash });
    archive.requireHost(host);
    const { content } = await archive.documentInForce();
    if (payload.closingHash !== (await archive.closing()).proved.hash) problem(`${name}所依据的不是所归档的截标记录`);
    const segment = segmentOf(content, round);
    const openingIn = (bid: BidItem) => bid.openings.find((one) => one.segment === segment);
    const standing = bids.filter((bid) => bid.standing === "standing" && (round === 1 || openingIn(bid)));
    if (payload.rows.length !== standing.length || payload.count !== standing.length)
      problem(`${name}列 ${payload.rows.length} 家，有效投标 ${standing.length} 家`);
    for (const bid of standing) {
      const row = payload.rows.find(({ bidId }) => bidId === bid.bidId);
      const opening = openingIn(bid);
      const expected = recordRow(
        content,
        { id: bid.bidId, sealHash: bid.sealHash, receivedAt: bid.receivedAt },
        { name: bid.organisation, creditCode: bid.creditCode },
        {
          state: opening?.state ?? "",
          failureClass: opening?.failureClass ?? null,
          legalEffect: opening?.legalEffect ?? null,
          form: forms.get(bid.bidId) ?? null,
          consortium: consortia.get(bid.bidId),
        },
        round,
      );
      // What the bank received stands in the record by the platform's word: no package holds it.
      const { security: _, ...printed }: Record<string, unknown> = row ?? {};
      if (!row || !sameJson(printed, expected)) problem(`${bid.organisation}的唱标内容与其投标文件不符`);
    }
    if (archive.trails?.last(signedBy).facts.recordHash !== recordHash) problem(`留痕中签署的不是这份${name}`);
    return `${payload.rows.length} 家`;
  });
  await findings.check(`${name} PDF 的签名`, async (problem) => {
    const { at } = await archive.record(folder);
    const path = `${folder}/record.pdf`;
    await checkPdf(archive, path, at, host ? [host.signer.fingerprint] : [], problem);
    if (archive.trails?.last(signedBy).facts.pdf !== archive.hashOf(path)) problem(`${path} 不是留痕中签署的文件`);
    return undefined;
  });
  await findings.check(`投标人对${name}的确认`, async (problem) => {
    const { remarks } = await archive.json(`${folder}/remarks.json`, RemarksItem);
    // Confirmed was what was announced: the record without host, measures, remarks and base estimate.
    const {
      host: _h,
      tenderer: _t,
      remarks: _r,
      measures: _m,
      baseEstimate: _b,
      ...announced
    } = (await archive.record(folder)).payload;
    const digest = digestOf(announced);
    if (archive.trails?.last(announcedBy).facts.recordHash !== digest) problem(`留痕中唱标的不是这份${name}`);
    const signed = remarks.filter(({ kind }) => kind === "confirmed" || kind === "countersigned");
    for (const { organisation, creditCode, at, statement } of signed) {
      if (!statement) problem(`${organisation}的确认没有签名`);
      else if ((await archive.act(statement, at, { act: "opening.confirm", digest })).creditCode !== creditCode)
        problem(`${organisation}的确认不是本单位签署的`);
    }
    return `${signed.filter(({ kind }) => kind === "confirmed").length} 家`;
  });
}

/**
 * Second envelopes of bids that did not pass the first are still ciphertext: of none of them is there a key, a form
 * or a file in the archive, and only of those whose first envelope the committee passed was one asked for.
 */
async function checkStillSealed(archive: OpenArchive, findings: Findings, { bids }: CheckedPackages): Promise<void> {
  await findings.check("未通过第一信封评审的投标人的第二信封仍为密文", async (problem) => {
    const { content } = await archive.documentInForce();
    const segment = segmentOf(content, 2)!;
    const { firstEnvelope } = await archive.json("evaluation/result.json", ResultItem);
    const passed = new Set(firstEnvelope?.passed);
    let sealed = 0;
    for (const { bidId, organisation, sealHash, openings } of bids) {
      const asked = openings.some((one) => one.segment === segment);
      if (asked && !passed.has(bidId)) problem(`${organisation}没有通过第一信封评审，却开启了第二信封`);
      if (asked) continue;
      sealed++;
      const folder = `bids/${sealHash}`;
      const has = async <T>(path: string, item: z.ZodType<T>, holds: (value: T) => boolean) =>
        archive.has(`${folder}/${path}`) && holds(await archive.json(`${folder}/${path}`, item));
      if (await has("release.json", ReleaseItem, (all) => all.some((one) => one.segment === segment)))
        problem(`归档包中有${organisation}第二信封的密钥`);
      if (await has("form.json", FormItem, (forms) => segment in forms))
        problem(`归档包中有${organisation}第二信封的内容`);
      for (const path of archive.paths(`${folder}/${openedFolder(1)}/`)) problem(`${path} 不应存在`);
    }
    return `${sealed} 份`;
  });
}

/** Where the document announced a base estimate: what was read out has its hash, is signed, and stands in the record. */
async function checkBaseEstimate(archive: OpenArchive, findings: Findings): Promise<void> {
  const announced = (await archive.documentInForce()).content.baseEstimate;
  const { payload } = await archive.record();
  if (!announced && !payload.baseEstimate && !archive.has(BASE_ESTIMATE)) return;
  await findings.check("标底：与招标文件载明的校验值一致", async (problem) => {
    const { at, hash, said, statement } = await archive.json(BASE_ESTIMATE, BaseEstimateItem);
    if (hash !== announced?.hash) problem("公布的标底不是招标文件载明的标底");
    if ("amountFen" in said && estimateHash(archive.manifest.lot.code, said) !== hash) problem("标底与其校验值不符");
    const signed = { act: "base-estimate.read-out", digest: readOutDigest(hash, said) };
    archive.requireHost(await archive.act(statement, at, signed));
    const text = baseEstimateText(
      "amountFen" in said
        ? { amountFen: BigInt(said.amountFen), unreadable: null }
        : { amountFen: null, unreadable: said.unreadable },
    );
    if (!sameJson(payload.baseEstimate ?? {}, { text, hash })) problem("开标记录中的标底不是公布的标底");
    return text;
  });
}

/** Every signature of a PDF, by the strict verifier; all of `signers` must have signed, and nobody else. */
export async function checkPdf(
  archive: OpenArchive,
  path: string,
  time: Date,
  signers: readonly string[],
  problem: (what: string) => void,
): Promise<void> {
  const { trust, crls } = archive.judge.material;
  const verdict = await verifyPdfSignatures(await archive.zip.bytes(path), {
    trust,
    crls,
    time,
    required: Math.max(1, signers.length),
    signers,
  });
  for (const reason of verdict.problems) problem(`${path} ${reason}`);
  if (signers.length && verdict.signatures.length !== signers.length) problem(`${path} 的签名数与签署人数不符`);
  for (const { signer } of verdict.signatures) if (signer) await archive.judge.certificate(signer, time);
}
