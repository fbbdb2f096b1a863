import type { Bytes } from "@/core/bytes";
import { formatInstant } from "@/core/time";
import { signDetachedDigest } from "@/crypto/cms";
import { type DocumentModel, renderPdf } from "@/documents/pdf";
import { embedSignature, placeholder } from "@/documents/sign-pdf";
import type { Actor, Runtime } from "@/kit/command";
import { inContext } from "@/kit/db/context";
import type { RoundKind } from "@/lifecycle/law/rounds";
import { readLot } from "@/lifecycle/lot/queries";
import { roundOfLot } from "@/lifecycle/prequalification/queries";
import { organisationOf } from "@/platform/party/queries";
import { type Purpose, rulesOf } from "./purpose";
import { ownDelivery } from "./queries";
import { type DeliveryView, deliveryView } from "./room";

/** The instant to the millisecond: receipts say exactly when. */
export function preciseInstant(iso: string): string {
  const date = new Date(iso);
  return formatInstant(date).replace(" (", `.${String(date.getUTCMilliseconds()).padStart(3, "0")} (`);
}

const STATES = { standing: "有效", replaced: "已被替换", withdrawn: "已撤回" } as const;

/** The receipt (递交回执) as a document: the lines of the signed statement, and its hash. */
export function receiptModel(
  delivery: DeliveryView,
  names: { lotName: string; organisation: string; siteName: string; purpose?: Purpose; round?: RoundKind | undefined },
  demo: boolean,
): DocumentModel {
  const { payload } = delivery;
  const isApplication = names.purpose === "application";
  const words = rulesOf({ ...names, purpose: names.purpose ?? "bid" });
  return {
    title: isApplication ? `${words.name}递交回执` : "电子投标文件递交回执",
    number: payload.number,
    footer: `${names.siteName}　回执数据哈希 ${delivery.receiptHash}`,
    createdAt: new Date(payload.receivedAt),
    ...(demo ? { demo } : {}),
    blocks: [
      {
        kind: "pairs",
        rows: [
          ["回执号", payload.number],
          ["结果", payload.text],
          [words.sender, `${names.organisation}（${payload.organisation}）`],
          ["标段", `${names.lotName}（${payload.lot}）`],
          ["招标项目编号", payload.tender],
          ["服务器收到时间", preciseInstant(payload.receivedAt)],
          [`${words.deadline}时间`, formatInstant(new Date(payload.deadline))],
          ["递交次序", `第 ${payload.seq} 次`],
          [`${words.name}标识`, payload.bid],
          ["封装清单哈希", payload.sealHash],
          ["哈希算法", payload.algorithm],
          ["密文大小", `${payload.bytes} 字节，${payload.parts} 段`],
          [`${words.document}版本`, `第 ${payload.documentVersion} 版，${payload.tenderDigest}`],
          ["签名证书指纹", delivery.signerFingerprint],
          ["平台时钟偏差", `${payload.clockOffsetMs} 毫秒`],
          ["标记", payload.flags.join("、") || "无"],
          ["时间戳", delivery.receipt.tst ? "已附 RFC 3161 时间戳" : "尚未附上"],
          [
            "当前状态",
            delivery.endedAt
              ? `${STATES[delivery.state]}（${formatInstant(new Date(delivery.endedAt))}）`
              : STATES[delivery.state],
          ],
        ],
      },
      {
        kind: "paragraph",
        text: `本回执证明平台在上述时间收到加密的${words.name}；文件未开启，${isApplication ? words.deadline : "开标"}前任何人不能解密。完整的签名数据在同号的 JSON 文件中，可在平台“核验”页或用离线工具核验。`,
      },
    ],
  };
}

/** The receipt of an own delivery as PDF, signed by the platform. @throws Refused `not_found` for a delivery of anybody else. */
export async function receiptPdf(
  runtime: Runtime,
  actor: Actor,
  bidId: string,
  demo: boolean,
): Promise<{ pdf: Bytes; name: string }> {
  const { site, ports, db } = runtime;
  const facts = await inContext(db, actor, async (tx) => {
    const { delivery: bid, purpose } = await ownDelivery(tx, actor, bidId);
    const lot = await readLot(tx, bid.lotId);
    return {
      bid,
      purpose,
      round: await roundOfLot(tx, lot),
      lotName: lot.name,
      organisation: (await organisationOf(tx, actor.orgId)).name,
    };
  });
  const delivery = deliveryView(facts.bid);
  const rendered = await renderPdf(receiptModel(delivery, { ...facts, siteName: site.name }, demo));
  // The instant of receipt, so that the same receipt is the same file whenever it is fetched in the same state.
  const signingTime = new Date(Math.floor(facts.bid.receivedAt.getTime() / 1000) * 1000);
  const { pdf, digest } = placeholder(rendered, { name: site.operatorName, reason: "递交回执", signingTime });
  const cms = await signDetachedDigest(digest, ports.platformKeys.signerOf(site.platformCode));
  return { pdf: embedSignature(pdf, cms), name: `${delivery.payload.number}.pdf` };
}
