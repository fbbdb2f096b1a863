import type { Certificate } from "@/crypto/certificate";
import { statementHash } from "@/crypto/statement";
import { StatementJson } from "@/lifecycle/archive/schema";
import type { OpenedConsortium } from "@/lifecycle/bidding/consortium/opened";
import type { Findings } from "./findings";
import { type BidItem, ResultItem, RevocationItem, WithdrawalItem } from "./items";
import { digestOf, Unproved } from "./judge";
import type { DocumentVersion, OpenArchive } from "./open-archive";
import { checkOpened, checkUnopened, type Opening } from "./opened-check";
import { consortiumOf } from "./opened-consortium";
import { checkSealed, framesOf, type PackageFile, type PackageSource } from "./package-file";

export interface CheckedPackages {
  readonly bids: readonly BidItem[];
  /** Hash of each receipt, by seal hash. */
  readonly receipts: ReadonlyMap<string, string>;
  /** Opened form by bid id, of all envelopes that were opened: from the packages themselves. */
  readonly forms: ReadonlyMap<string, Record<string, string>>;
  /** Consortia among the opened bids, by bid id. */
  readonly consortia: ReadonlyMap<string, OpenedConsortium>;
  /** Bid ids of those that were given up after the deadline, by their bidders' own signed act. */
  readonly revoked: ReadonlySet<string>;
  /** Revoked after the result had been computed: evaluated, and no candidate from then on. */
  readonly revokedLater: ReadonlySet<string>;
}

/** The bids that the committee had to evaluate: opened, in each envelope that was asked for, and not given up by their bidders. */
export const evaluatedIn = ({ bids, forms, revoked }: CheckedPackages): BidItem[] =>
  bids.filter(
    ({ bidId, standing, openings }) =>
      standing === "standing" &&
      forms.has(bidId) &&
      openings.every(({ state }) => state === "decrypted") &&
      !revoked.has(bidId),
  );

/** Every package ever received: seal, receipt, and for the opened ones that the released key opens exactly what was archived. */
export async function checkPackages(archive: OpenArchive, findings: Findings): Promise<CheckedPackages> {
  const receipts = new Map<string, string>();
  const forms = new Map<string, Record<string, string>>();
  const consortia = new Map<string, OpenedConsortium>();
  const revoked = new Set<string>();
  const revokedLater = new Set<string>();
  const { computedAt } = archive.has("evaluation/result.json")
    ? await archive.json("evaluation/result.json", ResultItem).catch(() => ({ computedAt: undefined }))
    : { computedAt: undefined };
  const bids = await archive.bids().catch(() => [] as BidItem[]);
  const documents = await archive.documents().catch(() => [] as DocumentVersion[]);
  for (const bid of bids) {
    const folder = `bids/${bid.sealHash}`;
    const path = `${folder}/package.xbid`;
    const source: PackageSource = {
      size: archive.zip.entries.get(path)?.size ?? 0,
      read: (start, length) => archive.zip.read(path, { start, length }),
    };
    const name = `${bid.organisation}第 ${bid.seq} 次递交`;
    let frames: PackageFile | undefined;
    let signer: Certificate | undefined;
    await findings.check(`${name}：封装、封条和签名`, async (problem) => {
      frames = await framesOf(source);
      const digests = documents.map(({ digest }) => digest);
      const verdict = await checkSealed(source, frames, {
        ...archive.judge.material,
        time: bid.receivedAt,
        account: bid.creditCode,
        digests,
      });
      if (!verdict.ok) {
        // Stored bytes that were damaged are on record as such, and cost the bidder nothing.
        if (verdict.code === "RF-04" && bid.openings.some(({ failureClass }) => failureClass === "DF-4"))
          return "保存的数据已损坏，开标时已按 DF-4 记录";
        problem(`${path} ${verdict.reason}`);
        return undefined;
      }
      signer = verdict.signer;
      if (verdict.revocation === "unknown") await archive.judge.certificate(verdict.signer, bid.receivedAt);
      if (verdict.sealHash !== bid.sealHash) problem(`${path} 的封条不是登记的封条`);
      if (verdict.header.lot !== archive.manifest.lot.code || verdict.header.tender !== archive.manifest.tender.code)
        problem(`${path} 属于其他标段`);
      if (verdict.header.bid !== bid.bid || verdict.header.seq !== bid.seq) problem(`${path} 的编号与登记不符`);
      return undefined;
    });
    await findings.check(`${name}：递交回执`, async (problem) => {
      const statement = await archive.json(`${folder}/receipt.json`, StatementJson);
      const proved = await archive.judge.statement(statement, bid.receivedAt);
      archive.requirePlatform(proved);
      const wanted = {
        ...{
          format: "xbid-receipt/1",
          lot: archive.manifest.lot.code,
          bid: bid.bid,
          seq: bid.seq,
          sealHash: bid.sealHash,
        },
        ...{ receivedAt: bid.receivedAt.toISOString(), organisation: bid.creditCode },
        ...(frames ? { bytes: frames.bodyLength, tenderDigest: frames.header.tenderDigest } : {}),
      };
      for (const [member, value] of Object.entries(wanted))
        if (proved.payload[member] !== value) problem(`${folder}/receipt.json 的 ${member} 与投标文件不符`);
      if (String(proved.payload.receivedAt) >= String(proved.payload.deadline)) problem("回执时间不早于截止时间");
      const stamped = await archive.judge.timestamp(statement);
      if (stamped && stamped.getTime() < bid.receivedAt.getTime() - 60_000) problem("时间戳早于接收时间");
      receipts.set(bid.sealHash, statementHash(statement));
      const line = archive.trails?.sealed.find(
        ({ facts, action }) => facts.sealHash === bid.sealHash && /^bid\.(submitted|replaced)$/.test(action),
      );
      if (line?.facts.receipt !== proved.payload.number) problem("密封留痕中没有这份回执");
      return undefined;
    });
    if (bid.standing === "withdrawn") await checkWithdrawal(archive, findings, bid, name);
    const isRevoked = bid.openings.some(({ failureClass }) => failureClass === "RV");
    if (isRevoked || archive.has(`${folder}/revocation.json`)) {
      await checkRevocation(archive, findings, bid, name);
      const at = await archive
        .json(`${folder}/revocation.json`, RevocationItem)
        .then((item) => item.at)
        .catch(() => undefined);
      if (at && computedAt && at > computedAt) revokedLater.add(bid.bidId);
      else revoked.add(bid.bidId);
    }
    const { usesDraws = false, consortiumAllowed = false } = documents.at(-1)?.content ?? {};
    const opening = (segment: string): Opening => {
      if (!frames || !signer) throw new Unproved("投标文件本身未通过核验");
      return { bid, folder, source, frames, signer, segment, usesDraws };
    };
    for (const { segment, state, failureClass } of bid.openings) {
      if (state === "decrypted") {
        await findings.check(`${name}：释放的密钥打开的内容就是所归档的内容`, async (problem) => {
          const form = await checkOpened(archive, opening(segment), problem);
          forms.set(bid.bidId, { ...forms.get(bid.bidId), ...form });
          const consortium = await consortiumOf(archive, bid, consortiumAllowed);
          if (consortium) consortia.set(bid.bidId, consortium);
          return undefined;
        });
      } else if (failureClass === "DF-3") {
        await findings.check(`${name}：未能打开`, (problem) => checkUnopened(archive, opening(segment), problem));
      }
    }
  }
  return { bids, receipts, forms, consortia, revoked, revokedLater };
}

async function checkWithdrawal(archive: OpenArchive, findings: Findings, bid: BidItem, name: string): Promise<void> {
  await findings.check(`${name}：撤回声明与撤回回执`, async (problem) => {
    const { at, statement, receipt } = await archive.json(`bids/${bid.sealHash}/withdrawal.json`, WithdrawalItem);
    const own = await archive.judge.statement(statement, at);
    if (own.creditCode !== bid.creditCode) problem("撤回声明不是投标人签署的");
    if (own.payload.format !== "xbid-withdrawal/1" || own.payload.sealHash !== bid.sealHash)
      problem("撤回声明不是针对这份投标文件的");
    const given = await archive.judge.statement(receipt, at);
    archive.requirePlatform(given);
    if (given.payload.format !== "xbid-withdrawal-receipt/1" || given.payload.sealHash !== bid.sealHash)
      problem("撤回回执不是针对这份投标文件的");
    if (
      !archive.trails?.sealed.some(({ action, facts }) => action === "bid.withdrawn" && facts.sealHash === bid.sealHash)
    )
      problem("密封留痕中没有这次撤回");
    return undefined;
  });
}

/** Nobody drops a bid but its bidder: what counts as revoked was revoked after the deadline by a signature of its own. */
async function checkRevocation(archive: OpenArchive, findings: Findings, bid: BidItem, name: string): Promise<void> {
  await findings.check(`${name}：撤销声明`, async (problem) => {
    const { at, reason, statement } = await archive.json(`bids/${bid.sealHash}/revocation.json`, RevocationItem);
    const digest = digestOf({ sealHash: bid.sealHash, reason });
    const own = await archive.act(statement, at, { act: "bid.revoke", digest });
    if (own.creditCode !== bid.creditCode) problem("撤销声明不是投标人签署的");
    if (at < (await archive.closing()).payload.deadline) problem("撤销早于投标截止时间");
    const lines = [...(archive.trails?.sealed ?? []), ...(archive.trails?.project ?? [])];
    if (!lines.some(({ action, facts }) => action === "bid.revoked" && facts.digest === digest))
      problem("留痕中没有这次撤销");
    return undefined;
  });
}

/** The closing record: exactly the standing packages, each with its receipt, frozen before anything was opened. */
export async function checkClosing(
  archive: OpenArchive,
  findings: Findings,
  { bids, receipts }: CheckedPackages,
): Promise<void> {
  await findings.check("截标记录：平台签名，所列正是截止时有效的全部投标文件", async (problem) => {
    const { proved, payload } = await archive.closing();
    archive.requirePlatform(proved);
    const standing = bids.filter((bid) => bid.standing === "standing");
    if (payload.lot !== archive.manifest.lot.code) problem("截标记录属于其他标段");
    if (payload.closedAt < payload.deadline) problem("截标早于截止时间");
    if (payload.count !== payload.bids.length || payload.count !== standing.length)
      problem(`截标记录列 ${payload.count} 份，归档 ${standing.length} 份`);
    for (const { sealHash, receiptHash } of payload.bids) {
      const bid = standing.find((one) => one.sealHash === sealHash);
      if (!bid) problem(`截标记录中的投标文件 ${sealHash} 不在归档包中`);
      else if (receipts.get(sealHash) !== receiptHash) problem(`${bid.organisation}的回执不是截标记录所列的回执`);
    }
    if (archive.trails?.last("closing-record.signed").facts.closingHash !== proved.hash)
      problem("截标记录不是留痕中的截标记录");
    const received =
      archive.trails?.sealed.filter(({ action }) => action === "bid.submitted" || action === "bid.replaced") ?? [];
    if (received.length !== bids.length) problem(`密封留痕中接收 ${received.length} 份，归档 ${bids.length} 份`);
    return `${payload.count} 份`;
  });
}
