import type { Metadata } from "next";
import { formatInstant } from "@/core/time";
import { readLot } from "@/lifecycle/lot/queries";
import { noticeByNumber } from "@/lifecycle/notice/queries";
import { NOTICE_KINDS } from "@/lifecycle/notice/search-filter";
import { signerOf } from "@/lifecycle/notice/signature";
import { NoticeFields } from "@/lifecycle/notice/ui/notice-fields";
import { SignaturePanel } from "@/lifecycle/notice/ui/signature-panel";
import { asPublic } from "@/server/web/context";
import { page } from "@/server/web/page";

export const metadata: Metadata = { title: "公告" };

export default async function NoticePage({ params }: { params: Promise<{ no: string }> }) {
  const { no } = await params;
  const { notice, lot } = await page(() =>
    asPublic(async (tx) => {
      const found = await noticeByNumber(tx, no);
      return { notice: found, lot: await readLot(tx, found.lotId) };
    }),
  );
  return (
    <>
      <h1>{notice.title}</h1>
      <p className="row muted">
        <span className="chip">{NOTICE_KINDS[notice.kind] ?? notice.kind}</span>
        <span className="hash">{notice.number}</span>
        <span>{formatInstant(notice.publishedAt!)}</span>
        <a href={`/tenders/${lot.code}`}>项目主页</a>
      </p>
      <article className="card" aria-label="公告正文">
        <NoticeFields fields={notice.fields} />
      </article>
      <SignaturePanel
        signer={await signerOf(notice.statement)}
        contentHash={notice.contentHash}
        number={notice.number}
        publishedAt={formatInstant(notice.publishedAt!)}
        {...(notice.mediaPublishedAt ? { mediaPublishedAt: formatInstant(notice.mediaPublishedAt) } : {})}
        {...(notice.mediaUrl ? { mediaUrl: notice.mediaUrl } : {})}
      />
    </>
  );
}
