import { z } from "zod";
import { statementHash } from "@/crypto/statement";
import { StatementJson } from "@/lifecycle/archive/schema";
import { wordsOf } from "@/lifecycle/law/rounds";
import { prequalNoticeDigest, REVIEW_DECLARATION, STUDY_DECLARATION } from "@/lifecycle/prequalification/schema";
import type { Findings } from "./findings";
import { type BidItem, signatureOf } from "./items";
import { digestOf, hashOf, Unproved } from "./judge";
import type { OpenArchive } from "./open-archive";
import { checkSealed, framesOf, type PackageSource } from "./package-file";
import { checkReviewDraw } from "./prequal-draw-check";

const instant = z.iso.datetime().transform((text) => new Date(text));
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const Applicant = z.object({
  applicationId: z.string(),
  creditCode: z.string(),
  opened: z.boolean(),
  qualified: z.boolean(),
  items: z.array(z.object({ criterionId: z.string(), passed: z.boolean() }).loose()),
  reasons: z.array(z.string()),
});
const RecordItem = z.object({
  format: z.literal("xinbiao-archived-prequalification/1"),
  documents: z
    .array(z.object({ version: z.number(), digest: hash, issuedAt: instant, statement: StatementJson }))
    .min(1),
  closing: z.object({ at: instant, statement: StatementJson }),
  reviewers: z.array(
    z.object({ name: z.string(), declaredAt: instant.nullish(), declaration: StatementJson.nullish() }),
  ),
  report: z.object({
    payload: z
      .object({
        // A first stage of two is not reviewed: its list says whose proposal was opened (IR30).
        format: z.enum(["xb-prequal-review/1", "xb-first-stage/1"]),
        applicants: z.array(Applicant.loose()),
      })
      .loose(),
    hash,
    signatures: z.array(z.object({ at: instant, statement: StatementJson })),
  }),
  results: z.array(
    z.object({
      creditCode: z.string(),
      qualified: z.boolean(),
      reasons: z.array(z.string()),
      at: instant,
      statement: StatementJson,
    }),
  ),
});
const ApplicationItem = z.object({
  organisation: z.string(),
  creditCode: z.string(),
  seq: z.number(),
  sealHash: hash,
  receivedAt: instant,
  replacedAt: instant.optional(),
  withdrawnAt: instant.optional(),
  receipt: StatementJson,
});
type ApplicationItem = z.infer<typeof ApplicationItem>;
const ClosingPayload = z.object({
  format: z.literal("xb-application-closing/1"),
  lot: z.string(),
  bids: z.array(z.object({ sealHash: hash, receiptHash: hash })),
  count: z.number(),
});

const RECORD = "prequalification/record.json";

/** A prequalification: its documents, what was received and frozen, the report that all signed, and that only the qualified bid. */
export async function checkPrequalification(
  archive: OpenArchive,
  findings: Findings,
  bids: readonly BidItem[],
): Promise<void> {
  if (!archive.has(RECORD)) return;
  let read: z.infer<typeof RecordItem> | undefined;
  const applications: ApplicationItem[] = [];
  await findings.check("资格预审记录", async () => {
    for (const path of archive
      .paths("prequalification/applications/")
      .filter((one) => one.endsWith("/application.json")))
      applications.push(await archive.json(path, ApplicationItem));
    read = await archive.json(RECORD, RecordItem);
    return undefined;
  });
  if (!read) return;
  const record = read;
  const isStage = record.report.payload.format === "xb-first-stage/1";
  const words = wordsOf(isStage ? "proposal" : "application");
  await findings.check(`${words.document}各版本和发布人签名`, async (problem) => {
    for (const { version, digest } of record.documents) {
      const bytes = await archive.zip.bytes(`prequalification/documents/v${version}.json`);
      if (hashOf(bytes) !== digest) problem(`${words.document}第 ${version} 版与登记的哈希不符`);
    }
    const [first] = record.documents;
    const notice = (await archive.notices()).find(
      ({ kind }) => kind === (isStage ? "first-stage" : "prequalification"),
    );
    if (!notice) throw new Unproved(`缺少${words.notice}`);
    archive.requireHost(
      await archive.act(signatureOf(notice), notice.publishedAt, {
        act: "prequalification.publish",
        digest: digestOf(prequalNoticeDigest(notice.contentHash, first!.digest)),
      }),
    );
    return `${record.documents.length} 个版本`;
  });
  await findings.check(`${words.package}的封装、回执和截止记录`, async (problem) => {
    for (const application of applications) await checkApplication(archive, record.documents, application, problem);
    const proved = await archive.judge.statement(record.closing.statement, record.closing.at);
    archive.requirePlatform(proved);
    const { bids: frozen, count, lot } = ClosingPayload.parse(proved.payload);
    const standing = applications.filter(({ replacedAt, withdrawnAt }) => !replacedAt && !withdrawnAt);
    if (lot !== archive.manifest.lot.code || count !== frozen.length || frozen.length !== standing.length)
      problem(`截止记录与所归档的${words.short}数不符`);
    for (const { sealHash, receipt } of standing)
      if (!frozen.some((one) => one.sealHash === sealHash && one.receiptHash === statementHash(receipt)))
        problem(`截止记录中没有${words.short} ${sealHash.slice(0, 12)}`);
    return `${applications.length} 次递交`;
  });
  await checkReviewDraw(archive, findings);
  const list = isStage ? "第一阶段结束记录" : "资格审查报告";
  await findings.check(isStage ? `${list}和结束通知` : "资格审查报告、评审人员签署和结果通知", async (problem) => {
    const { report, reviewers, results } = record;
    if (digestOf(report.payload) !== report.hash) problem(`${list}与登记的哈希不符`);
    const declared = digestOf({
      lot: archive.manifest.lot.code,
      text: isStage ? STUDY_DECLARATION : REVIEW_DECLARATION,
    });
    if (!isStage && !reviewers.length) problem("没有评审人员");
    for (const { declaration, declaredAt } of reviewers) {
      // Who was named to read proposals and did not declare has read none.
      if (isStage && !declaration) continue;
      if (!declaration || !declaredAt) throw new Unproved("有评审人员没有签署声明");
      await archive.act(declaration, declaredAt, { act: "prequalification.declare", digest: declared });
    }
    const signers = new Set<string>();
    for (const { at, statement } of report.signatures) {
      const digest = report.hash;
      const { signer } = await archive.act(statement, at, { act: "prequalification.sign-report", digest });
      signers.add(signer.fingerprint);
    }
    if (!isStage && signers.size !== reviewers.length) problem("资格审查报告没有由全部评审人员签署");
    for (const { creditCode, opened, qualified, items, reasons } of report.payload.applicants) {
      if (qualified !== (opened && items.every(({ passed }) => passed)))
        problem(`${creditCode} 的结论与逐项评审意见不符`);
      const told = results.find((result) => result.creditCode === creditCode);
      if (told?.qualified !== qualified || told.reasons.join() !== reasons.join())
        problem(`${creditCode} 收到的结果与报告不符`);
    }
    for (const { at, statement } of results.slice(0, 1))
      archive.requireHost(
        await archive.act(statement, at, {
          act: isStage ? "proposal.end-study" : "prequalification.send-results",
          digest: report.hash,
        }),
      );
    const { length } = report.payload.applicants;
    return isStage ? `${length} 家${words.sender}` : `${length} 家申请人，${reviewers.length} 名评审人员`;
  });
  await findings.check(`只有${words.chosen}投标`, async (problem) => {
    const qualified = new Set(record.results.filter((one) => one.qualified).map(({ creditCode }) => creditCode));
    for (const { creditCode, organisation } of bids)
      if (!qualified.has(creditCode))
        problem(`${organisation} ${isStage ? "不在第一阶段的投标人中" : "没有通过资格预审"}`);
    return undefined;
  });
}

/** One application: sealed as its receipt says, to a version of the document, by whoever handed it in. */
async function checkApplication(
  archive: OpenArchive,
  documents: readonly { readonly digest: string }[],
  { organisation, creditCode, seq, sealHash, receivedAt, receipt }: ApplicationItem,
  problem: (sentence: string) => void,
): Promise<void> {
  const path = `prequalification/applications/${sealHash}/package.xbid`;
  const source: PackageSource = {
    size: archive.zip.entries.get(path)?.size ?? 0,
    read: (start, length) => archive.zip.read(path, { start, length }),
  };
  const verdict = await checkSealed(source, await framesOf(source), {
    ...archive.judge.material,
    time: receivedAt,
    account: creditCode,
    digests: documents.map(({ digest }) => digest),
  });
  if (!verdict.ok) return problem(`${organisation}第 ${seq} 次申请：${verdict.reason}`);
  if (verdict.revocation === "unknown") await archive.judge.certificate(verdict.signer, receivedAt);
  if (verdict.sealHash !== sealHash || verdict.header.lot !== archive.manifest.lot.code)
    problem(`${organisation}第 ${seq} 次申请的封条不是登记的封条`);
  const proved = await archive.judge.statement(receipt, receivedAt);
  archive.requirePlatform(proved);
  const wanted = { sealHash, seq, organisation: creditCode, receivedAt: receivedAt.toISOString() };
  for (const [member, value] of Object.entries(wanted))
    if (proved.payload[member] !== value) problem(`${organisation}第 ${seq} 次申请的回执 ${member} 不符`);
}
