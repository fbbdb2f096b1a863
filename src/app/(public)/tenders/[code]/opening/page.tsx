import type { Metadata } from "next";
import { stoppedBy } from "@/lifecycle/lot/states";
import { openingName } from "@/lifecycle/opening/rounds";
import { RecordTable } from "@/lifecycle/opening/ui/record-table";
import { asReader } from "@/server/web/context";
import { page } from "@/server/web/page";
import { publicRecord, publicTender } from "@/server/web/views/public-tender";
import { Countdown } from "@/ui/countdown";
import { JsonDownload } from "@/ui/json-download";

export const metadata: Metadata = { title: "开标记录" };

export default async function OpeningPage({ params }: { params: Promise<{ code: string }> }) {
  const { code } = await params;
  const { tender, record, second } = await page(() =>
    asReader(async (tx, { site }) => {
      const found = await publicTender(tx, code, site.profile);
      return {
        tender: found,
        record: await publicRecord(tx, found.lot.id),
        second: await publicRecord(tx, found.lot.id, 2),
      };
    }),
  );
  const { lot } = tender;
  return (
    <>
      <h1>开标记录</h1>
      <p>
        <a href={`/tenders/${lot.code}`}>{tender.title}</a> <span className="hash">{lot.code}</span>
      </p>
      {record ? (
        <>
          {second && <Signed lotCode={lot.code} record={second} />}
          <Signed lotCode={lot.code} record={record} />
        </>
      ) : (
        <section className="card" aria-label="开标状态">
          {lot.state === "F1" ? (
            <p className="note danger">流标：投标人少于三个，依法不得开标，没有开标记录。</p>
          ) : lot.state === "T1" && lot.deadline ? (
            <p>
              尚未开标，距开标{" "}
              {stoppedBy(lot.flags) ? (
                "期限停止计算，恢复后另行公告"
              ) : (
                <Countdown until={lot.deadline} initial={tender.now} ended="即将开标" />
              )}
            </p>
          ) : (
            <p>开标进行中。唱标结束并由主持人签署后，在此公布开标记录。</p>
          )}
          <p className="muted">开标前不公布投标人信息（法定）。</p>
        </section>
      )}
    </>
  );
}

function Signed({
  lotCode,
  record,
}: {
  lotCode: string;
  record: NonNullable<Awaited<ReturnType<typeof publicRecord>>>;
}) {
  const title = `${openingName(record.payload.envelope)}记录`;
  return (
    <section className="card" aria-label={`${title}内容`}>
      {record.payload.envelope && <h2>{title}</h2>}
      <RecordTable payload={record.payload} />
      <p>
        主持人签署 {record.signedAt}
        <br />
        记录校验值 SHA-256 <span className="hash">{record.hash}</span>
      </p>
      <p className="row">
        {record.pdfFileId && (
          <a className="btn btn-primary" href={`/api/files/${record.pdfFileId}`}>
            下载{title}（PDF）
          </a>
        )}
        {record.statement && (
          <JsonDownload
            label="下载签名数据（JSON）"
            name={`${title}-${lotCode}.json`}
            value={{ record: record.payload, statement: record.statement }}
          />
        )}
        <a href="/verify">核验</a>
      </p>
    </section>
  );
}
