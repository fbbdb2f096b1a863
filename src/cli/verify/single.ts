import { open, readFile } from "node:fs/promises";
import { z } from "zod";
import { fromBase64url } from "@/core/bytes";
import { formatInstant } from "@/core/time";
import { type Certificate, creditCodeOf } from "@/crypto/certificate";
import { verifyDetached } from "@/crypto/cms";
import { payloadOf } from "@/crypto/statement";
import { readSeal } from "@/crypto/xbid/schema";
import { StatementJson } from "@/lifecycle/archive/schema";
import type { Findings } from "./findings";
import { hashOf, judgeBy, Unproved } from "./judge";
import { checkSealed, framesOf, type PackageSource, signerText } from "./package-file";

const PIECE_BYTES = 1_048_576;
const MAX_RECEIPT_BYTES = 1_048_576;

/** Without anchors nobody is who the certificate says: that check fails, and says what to give. */
const NO_TRUST = "没有给出信任的根证书，不能判断签名人是谁；请用 --trust ROOTS.pem 给出";

export const ReceiptPayload = z.looseObject({
  format: z.literal("xbid-receipt/1"),
  number: z.string(),
  lot: z.string(),
  bid: z.string(),
  seq: z.number(),
  sealHash: z.string(),
  receivedAt: z.iso.datetime(),
  deadline: z.iso.datetime(),
  organisation: z.string(),
});
export type ReceiptPayload = z.infer<typeof ReceiptPayload>;
export const ReceiptFile = z.union([
  StatementJson,
  z.object({ receipt: StatementJson }).transform(({ receipt }) => receipt),
]);

/**
 * Verifies a receipt (递交回执) as the bidder keeps it: the statement, or the answer of the platform that holds it.
 *
 * @param unjudged - without anchors the signer's certificate is a broken link, or only something to know.
 */
export async function verifyReceipt(
  path: string,
  given: readonly Certificate[] | undefined,
  findings: Findings,
  unjudged: "broken" | "noted" = "broken",
): Promise<void> {
  let parsed: z.output<typeof StatementJson> | undefined;
  await findings.check("回执的格式", async () => {
    const bytes = await readFile(path);
    if (bytes.length > MAX_RECEIPT_BYTES) throw new Unproved("文件过大，不是回执");
    parsed = ReceiptFile.parse(JSON.parse(bytes.toString("utf8")));
    return undefined;
  });
  if (!parsed) return;
  const statement = parsed;
  await findings.check("回执的签名", async () => {
    const verdict = await verifyDetached(fromBase64url(statement.cms), payloadOf(statement).bytes);
    if (!verdict.ok) throw new Unproved(verdict.reason);
    return signerText(verdict.signer);
  });
  let receivedAt: Date | undefined;
  await findings.check("回执的内容", async (problem) => {
    const payload = ReceiptPayload.parse(payloadOf(statement).value);
    receivedAt = new Date(payload.receivedAt);
    if (receivedAt >= new Date(payload.deadline)) problem("接收时间不早于截止时间");
    return `回执号 ${payload.number}，标段 ${payload.lot}，第 ${payload.seq} 次递交，${formatInstant(receivedAt)} 收到，封条哈希 ${payload.sealHash}`;
  });
  if (!given && unjudged === "noted") return findings.note(NO_TRUST);
  await findings.check("平台证书", async () => {
    if (!given) throw new Unproved(NO_TRUST);
    const judge = judgeBy({ trust: given, timestampTrust: given, crls: [] });
    await judge.statement(statement, receivedAt ?? new Date(0));
    const stamped = await judge.timestamp(statement);
    return stamped ? `时间戳 ${formatInstant(stamped)}` : "没有时间戳";
  });
}

/** Verifies a sealed package (`.xbid`) as far as it tells by itself: framing, seal, body and signature. */
export async function verifyPackage(
  path: string,
  given: readonly Certificate[] | undefined,
  findings: Findings,
): Promise<void> {
  const file = await open(path, "r");
  try {
    const source: PackageSource = {
      size: (await file.stat()).size,
      async *read(start, length) {
        for (let done = 0; done < length; ) {
          const bytes = new Uint8Array(Math.min(PIECE_BYTES, length - done));
          const { bytesRead } = await file.read(bytes, 0, bytes.length, start + done);
          if (!bytesRead) throw new Unproved("投标文件不完整");
          yield bytes.subarray(0, bytesRead);
          done += bytesRead;
        }
      },
    };
    await findings.check("投标文件的封装、封条和签名", async (problem) => {
      const frames = await framesOf(source);
      const signed = await verifyDetached(frames.signature, frames.sealBytes);
      if (!signed.ok) throw new Unproved(signed.reason);
      const { signer } = signed;
      const sealedAt = new Date(readSeal(frames.sealBytes).sealedAt);
      const account = creditCodeOf(signer) ?? "";
      const verdict = await checkSealed(source, frames, { trust: given ?? [], crls: [], time: sealedAt, account });
      // Everything before the certificate held when only the certificate is refused.
      if (!verdict.ok) problem(verdict.code === "RF-08" && !given ? NO_TRUST : `${verdict.code} ${verdict.reason}`);
      const { header } = frames;
      return `标段 ${header.lot}，第 ${header.seq} 次，封条哈希 ${hashOf(frames.sealBytes)}，${signerText(signer)}`;
    });
  } finally {
    await file.close();
  }
}
