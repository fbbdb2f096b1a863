import { verifyPdfSignatures } from "@/documents/verify-pdf";
import { baseEstimateText, recordRow } from "@/lifecycle/opening/record";
import { estimateHash, readOutDigest } from "@/lifecycle/tender-document/base-estimate";
import type { Findings } from "./findings";
import { BaseEstimateItem, RemarksItem } from "./items";
import { digestOf, type Proved } from "./judge";
import { type OpenArchive, sameJson } from "./open-archive";
import type { CheckedPackages } from "./package-check";

const BASE_ESTIMATE = "opening/base-estimate.json";

/** The opening record: its lines are what the packages say, and host and bidders signed it, as data and as document. */
export async function checkOpening(
  archive: OpenArchive,
  findings: Findings,
  { bids, forms, consortia }: CheckedPackages,
): Promise<void> {
  let host: Proved | undefined;
  await findings.check("开标记录：主持人签名，唱标内容与投标文件逐项一致", async (problem) => {
    const { at, payload, recordHash, statement } = await archive.record();
    if (digestOf(payload) !== recordHash) problem("opening/record.json 的内容与记录哈希不符");
    host = await archive.act(statement, at, { act: "opening.sign-record", digest: recordHash });
    archive.requireHost(host);
    const { content } = await archive.documentInForce();
    if (payload.closingHash !== (await archive.closing()).proved.hash) problem("开标记录所依据的不是所归档的截标记录");
    const standing = bids.filter((bid) => bid.standing === "standing");
    if (payload.rows.length !== standing.length || payload.count !== standing.length)
      problem(`开标记录列 ${payload.rows.length} 家，有效投标 ${standing.length} 家`);
    for (const bid of standing) {
      const row = payload.rows.find(({ bidId }) => bidId === bid.bidId);
      const [opening] = bid.openings;
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
      );
      if (!row || !sameJson(row, expected)) problem(`${bid.organisation}的唱标内容与其投标文件不符`);
    }
    if (archive.trails?.last("opening-record.signed").facts.recordHash !== recordHash)
      problem("留痕中签署的不是这份开标记录");
    return `${payload.rows.length} 家`;
  });
  await checkBaseEstimate(archive, findings);
  await findings.check("开标记录 PDF 的签名", async (problem) => {
    const { at } = await archive.record();
    await checkPdf(archive, "opening/record.pdf", at, host ? [host.signer.fingerprint] : [], problem);
    if (archive.trails?.last("opening-record.signed").facts.pdf !== archive.hashOf("opening/record.pdf"))
      problem("opening/record.pdf 不是留痕中签署的文件");
    return undefined;
  });
  await findings.check("投标人对开标记录的确认", async (problem) => {
    const { remarks } = await archive.json("opening/remarks.json", RemarksItem);
    // Confirmed was what was announced: the record without host, remarks and base estimate.
    const { host: _h, tenderer: _t, remarks: _r, baseEstimate: _b, ...announced } = (await archive.record()).payload;
    const digest = digestOf(announced);
    if (archive.trails?.last("prices.announced").facts.recordHash !== digest) problem("留痕中唱标的不是这份开标记录");
    const signed = remarks.filter(({ kind }) => kind === "confirmed" || kind === "countersigned");
    for (const { organisation, creditCode, at, statement } of signed) {
      if (!statement) problem(`${organisation}的确认没有签名`);
      else if ((await archive.act(statement, at, { act: "opening.confirm", digest })).creditCode !== creditCode)
        problem(`${organisation}的确认不是本单位签署的`);
    }
    return `${signed.filter(({ kind }) => kind === "confirmed").length} 家`;
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
