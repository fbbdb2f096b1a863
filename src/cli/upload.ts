import { randomUUID } from "node:crypto";
import { z } from "zod";
import { base64url, hex } from "@/core/bytes";
import { OpenError } from "@/crypto/xbid/refusal";
import { sendBody } from "@/lifecycle/bidding/client/sealing";
import { sizeText } from "@/lifecycle/bidding/draft";
import type { BidStanding } from "@/lifecycle/bidding/room";
import type { ReceiptView } from "@/lifecycle/bidding/schema";
import { bidderCommand, type Call, NotHeld, type Told, WrongCall } from "./bid/call";
import { fileBytes } from "./bid/disk";
import { forget, keep, keptState } from "./bid/kept-state";
import { type BidderKey, KEY_OPTIONS, KEY_USAGE, openKey } from "./bid/key";
import { guaranteeIn } from "./bid/own-guarantee";
import { openPlatform, PLATFORM_OPTIONS, type Platform } from "./bid/platform";
import { keepReceipt, receiptPathOf } from "./bid/receipt-file";
import { openSealed, type SealedFile } from "./bid/sealed-file";

const USAGE = `xinbiao upload bid.xbid --url https://平台地址 ${KEY_USAGE} [--out 回执.json] [--trust ROOTS.pem] [--resume] [--tries N] [--json]`;

/** An upload that was begun: which one it is, so that a second run goes on with it. */
const Begun = z.object({
  format: z.literal("xb-upload/1"),
  url: z.string(),
  sealHash: z.string(),
  /** Names the upload before the platform has: sent again it opens no second one. */
  key: z.uuid(),
});
type Begun = z.infer<typeof Begun>;

/** After these the upload is gone: the next run begins a new one. */
const FINAL_CODES = new Set([
  "bid.deadline_passed_at_gate",
  "bid.not_receivable",
  "bid.refused_at_receipt",
  "bid.upload_closed",
  "bid.unit_conflict",
]);

async function upload(call: Call): Promise<Told> {
  const sealed = await openSealed(call.file);
  const key = await openKey(call);
  const statePath = `${call.file}.upload.json`;
  const earlier = await keptState(statePath, Begun);
  if (call.flag("resume") && !earlier)
    throw new WrongCall(`没有可以继续的上传记录（${statePath}）。请去掉 --resume 再运行。`);
  const platform = await openPlatform(call, key.signer);
  if (earlier && (earlier.url !== platform.url || earlier.sealHash !== sealed.sealHash))
    throw new WrongCall(
      `${statePath} 记录的是另一次上传（${earlier.url}）。请移走这个文件，或用原来的文件和网址继续。`,
    );
  const out = call.maybe("out") ?? receiptPathOf(call.file);
  const standing = await platform.query<BidStanding>("bid.standing", { lot: sealed.header.lot });
  const received = standing.deliveries.find(({ sealHash }) => sealHash === sealed.sealHash);
  const view = received
    ? await platform.query<ReceiptView>("bid.receipt", { number: received.number })
    : await deliver(call, key, platform, sealed, standing, { path: statePath, earlier });
  if (received) call.say("这份投标文件此前已经收到，取回同一份回执。");
  const told = await keepReceipt(call, view, out, sealed);
  await forget(statePath);
  return told;
}

async function deliver(
  call: Call,
  key: BidderKey,
  platform: Platform,
  sealed: SealedFile,
  standing: BidStanding,
  state: { readonly path: string; readonly earlier: Begun | undefined },
): Promise<ReceiptView> {
  refuseMisfit(sealed, standing);
  if (standing.documentDigest && standing.documentDigest !== sealed.header.tenderDigest)
    call.say("注意：招标文件有更新的版本，这份投标文件按旧版本编制，是否接收由平台按招标文件的规定判定。");
  const { url } = platform;
  const begun: Begun = state.earlier ?? {
    format: "xb-upload/1",
    url,
    sealHash: sealed.sealHash,
    key: randomUUID(),
  };
  await keep(state.path, begun);
  if (standing.marksGuarantee) await markGuarantee(call, key, platform, sealed, standing);
  const transport = platform.transport(standing.lot.id, begun.key);
  try {
    const { uploadId } = await transport.open(sealed.bodyLength);
    const root = await sendBody(
      { body: () => fileBytes(sealed.path, 0, sealed.bodyLength) },
      uploadId,
      transport,
      progressOf(call, sealed.bodyLength),
    );
    if (hex(root) !== sealed.seal.bodyRoot)
      throw new NotHeld(`${sealed.path} 的内容与封条不符，文件已损坏，没有递交。请重新封装。`, "cli.damaged");
    return await transport.finish(uploadId, base64url(sealed.sealBytes), base64url(sealed.signature));
  } catch (error) {
    if (error instanceof NotHeld && FINAL_CODES.has(error.code)) await forget(state.path);
    throw error;
  }
}

/** What the platform would refuse after the whole upload is told before it. */
function refuseMisfit({ header }: SealedFile, { deliveries, encryption }: BidStanding): void {
  const [last] = deliveries;
  const place = { bid: last?.bidUuid ?? header.bid, seq: (last?.seq ?? 0) + 1 };
  if (header.bid !== place.bid || header.seq !== place.seq)
    throw new NotHeld(
      `这份投标文件封装为第 ${header.seq} 次递交，而平台等待的是第 ${place.seq} 次。没有上传。请先用 xinbiao receipt 取回上一次的回执，再用 xinbiao seal --replaces 回执.json 重新封装。`,
      "cli.sequence",
    );
  const registered = new Set(encryption.map(({ fingerprint }) => fingerprint));
  const strange = header.segments
    .flatMap(({ stanzas }) => stanzas)
    .some((stanza) => stanza.t === "bidder" && !registered.has(stanza.cert));
  if (strange)
    throw new NotHeld(
      "封装所用的加密证书没有在平台登记。没有上传。请在“企业与证书”中绑定这张证书，或用已登记的证书重新封装。",
      "cli.unregistered_certificate",
    );
}

/** Says that the package brings a guarantee: its hash and nothing else, as the bid room does. */
async function markGuarantee(
  call: Call,
  { opened }: BidderKey,
  platform: Platform,
  sealed: SealedFile,
  { lot }: BidStanding,
): Promise<void> {
  let sha256: string | undefined;
  try {
    sha256 = await guaranteeIn(sealed, opened.encryption);
  } catch (error) {
    if (!(error instanceof OpenError)) throw error;
    call.say("注意：这张证书打不开这份投标文件，不能告知平台其中附有保函。附有保函的，请用封装时所用的证书上传。");
  }
  if (sha256) await platform.mutate("security.mark", { lotId: lot.id, sha256 }, randomUUID());
}

/** Told at every tenth, on one line each: what is printed may go to a log. */
function progressOf(call: Call, total: number): (sent: number) => void {
  let told = -1;
  return (sent) => {
    const now = Math.floor((10 * sent) / total);
    if (now > told) call.say(`上传 ${now * 10}%（${sizeText(sent)} / ${sizeText(total)}）`);
    told = Math.max(told, now);
  };
}

/** `xinbiao upload`: uploads and hands in a sealed package; run again it goes on, and gives the same receipt. */
export const run = bidderCommand({
  usage: USAGE,
  options: {
    ...KEY_OPTIONS,
    ...PLATFORM_OPTIONS,
    out: { type: "string" },
    trust: { type: "string" },
    resume: { type: "boolean" },
  },
  work: upload,
});
