import type { Metadata } from "next";
import { formatInstant } from "@/core/time";
import { wordsOf } from "@/lifecycle/law/rounds";
import { readLot } from "@/lifecycle/lot/queries";
import { noticeByNumber, noticesOfLot, shownKind } from "@/lifecycle/notice/queries";
import { capacityOf, sealOf, signerOf } from "@/lifecycle/notice/signature";
import { NoticeFields } from "@/lifecycle/notice/ui/notice-fields";
import { NoticeKind } from "@/lifecycle/notice/ui/notice-list";
import { NoticeStack } from "@/lifecycle/notice/ui/notice-stack";
import { SignaturePanel } from "@/lifecycle/notice/ui/signature-panel";
import { openingName } from "@/lifecycle/opening/rounds";
import { asReader } from "@/server/web/context";
import { addressOf, page } from "@/server/web/page";
import { publicRecord } from "@/server/web/views/public-tender";
import { DataBlock } from "@/ui/data-block";
import { PrintHead } from "@/ui/print-head";

interface Props {
  readonly params: Promise<{ no: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: "公告", alternates: { canonical: `/notices/${encodeURIComponent((await params).no)}` } };
}

export default async function NoticePage({ params }: Props) {
  const { no } = await params;
  const { notice, lot, stack, record } = await page(() =>
    asReader(async (tx) => {
      const found = await noticeByNumber(tx, no);
      return {
        notice: found,
        lot: await readLot(tx, found.lotId),
        stack: await noticesOfLot(tx, found.lotId),
        record:
          found.kind === "opening-record"
            ? await publicRecord(tx, found.lotId, found.number.endsWith("-KB02") ? 2 : 1)
            : undefined,
      };
    }),
  );
  const address = await addressOf(`/notices/${notice.number}`);
  const { mediaPublishedAt, mediaUrl } = notice;
  return (
    <>
      <PrintHead number={notice.number} hash={notice.contentHash} address={address} />
      <DataBlock
        value={{
          "@type": "Article",
          headline: notice.title,
          identifier: notice.number,
          datePublished: notice.publishedAt!.toISOString(),
          inLanguage: "zh-CN",
          isAccessibleForFree: true,
          author: { "@type": "Organization", name: notice.fields.tendererName ?? "" },
          url: address,
          encoding: { "@type": "MediaObject", encodingFormat: "application/json", contentUrl: `${address}/data` },
        }}
      />
      <h1>{notice.title}</h1>
      <p className="row muted">
        <NoticeKind kind={shownKind(notice)} />
        <span className="hash">{notice.number}</span>
        <span>{formatInstant(notice.publishedAt!)}</span>
        <a href={`/tenders/${lot.code}`}>项目主页</a>
      </p>
      <article className="card" aria-label="公告正文">
        <NoticeFields fields={notice.fields} />
        <p className="small">
          附件：
          {record?.pdfFileId ? (
            <a href={`/api/files/${record.pdfFileId}`}>{openingName(record.payload.envelope)}记录（PDF）</a>
          ) : notice.kind === "tender" ? (
            <>
              招标文件，登录后{(lot.restricted || lot.prequalified) && "接受邀请，"}在
              <a href={`/tenders/${lot.code}`}>项目主页</a>获取
            </>
          ) : notice.kind === "prequalification" || notice.kind === "first-stage" ? (
            <>
              {wordsOf(notice.kind === "first-stage" ? "proposal" : "application").document}，登录后在
              <a href={`/tenders/${lot.code}`}>项目主页</a>获取
            </>
          ) : (
            "无"
          )}
        </p>
        {notice.kind === "tender" && lot.state === "T1" && (
          <p className="small muted">
            公告有误？登录后从<a href={`/tenders/${lot.code}`}>项目主页</a>
            进入投标工作间，在“异议”中请求更正；三日内答复并公开。
          </p>
        )}
      </article>
      <NoticeStack
        current={notice.number}
        notices={stack.map(({ number, title, kind, publishedAt }) => ({
          number,
          title,
          kind,
          publishedAt: formatInstant(publishedAt!),
        }))}
      />
      <SignaturePanel
        signer={await signerOf(notice.statement)}
        seal={await sealOf(notice.statement)}
        capacity={notice.authority ? capacityOf(notice.authority) : undefined}
        contentHash={notice.contentHash}
        number={notice.number}
        publishedAt={formatInstant(notice.publishedAt!)}
        {...(mediaPublishedAt ? { mediaPublishedAt: formatInstant(mediaPublishedAt) } : {})}
        {...(mediaUrl ? { mediaUrl } : {})}
        isLetter={notice.restricted}
      />
    </>
  );
}
