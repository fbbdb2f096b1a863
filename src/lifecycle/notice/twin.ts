import type { Tx } from "@/kit/db/connect";
import { readLot } from "@/lifecycle/lot/queries";
import { documentInForce } from "@/lifecycle/tender-document/queries";
import { twinBody } from "./fields";
import { noticeByNumber } from "./queries";

/** A published notice as data (format `xinbiao-notice/1`). Public. @throws Refused `not_found` */
export async function noticeTwin(tx: Tx, number: string) {
  const notice = await noticeByNumber(tx, number);
  const lot = await readLot(tx, notice.lotId);
  const { kind, title, fields, contentHash } = notice;
  return {
    ...twinBody({ number: notice.number, kind, lot: lot.code, title, fields, contentHash }),
    publishedAt: notice.publishedAt!.toISOString(),
    ...(notice.mediaPublishedAt
      ? { mediaPublishedAt: notice.mediaPublishedAt.toISOString(), mediaUrl: notice.mediaUrl ?? "" }
      : {}),
    // The publisher signed notice and document together.
    ...(notice.kind === "tender" ? { documentDigest: (await documentInForce(tx, notice.lotId)).digest } : {}),
    statement: notice.statement,
    ...(notice.authority ? { authority: notice.authority } : {}),
  };
}
