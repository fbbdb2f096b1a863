import { formatInstant } from "@/core/time";
import { openingRecordOf, remarksOf } from "@/lifecycle/opening/queries";
import { baseEstimateText, type RecordPayload } from "@/lifecycle/opening/record";
import { BaseEstimateCard } from "@/lifecycle/opening/ui/base-estimate-card";
import { RecordSigning } from "@/lifecycle/opening/ui/record-signing";
import { RecordTable } from "@/lifecycle/opening/ui/record-table";
import { baseEstimateOf } from "@/lifecycle/tender-document/queries";
import { asActor } from "@/server/web/context";
import { page } from "@/server/web/page";
import type { Room } from "@/server/web/views/room";
import { AutoRefresh } from "@/ui/auto-refresh";

/** The opening: the hall, then the record. */
export async function OpeningTab({ room: { lot } }: { room: Room }) {
  const { record, open, estimate } = await page(() =>
    asActor(async (tx) => {
      const found = await openingRecordOf(tx, lot.id);
      const remarks = found ? await remarksOf(tx, lot.id) : [];
      return {
        estimate: await baseEstimateOf(tx, lot.id),
        record: found,
        open: remarks.filter(({ kind, answeredAt }) => kind === "objection" && !answeredAt).length,
      };
    }),
  );
  if (lot.state.startsWith("D")) return <p className="card">发布并到投标截止时间后自动开标。</p>;
  if (lot.state === "F1")
    return (
      <p className="card note danger">
        流标：投标人少于三个，依法不得开标（《招标投标法》第二十八条）。已递交的投标文件保持加密，不予开启。下一步：分析流标原因，采取相应措施后依法重新招标。
      </p>
    );
  if (lot.state === "F3")
    return <p className="card note danger">公告已撤回，招标终止，不开标。已递交的投标文件保持加密，不予开启。</p>;
  const pdf = record?.signedPdfFileId ?? record?.pdfFileId;
  return (
    <>
      {["T1", "T2", "O1"].includes(lot.state) && <AutoRefresh seconds={5} />}
      <p className="card row">
        <a className="btn btn-primary" href={`/hall/${lot.id}`}>
          进入开标大厅
        </a>
        <span>
          开标时间 {lot.bidDeadline ? formatInstant(lot.bidDeadline) : "—"}
          {lot.windowEndsAt && `，解密至 ${formatInstant(lot.windowEndsAt)}`}
        </span>
      </p>
      {estimate && lot.openedAt && (
        <BaseEstimateCard
          lotId={lot.id}
          hash={estimate.hash}
          {...(estimate.kept?.readOutAt ? { text: baseEstimateText(estimate.kept) } : {})}
        />
      )}
      <section className="card" aria-labelledby="record-title">
        <h2 id="record-title">开标记录</h2>
        {record ? (
          <RecordTable payload={record.payload as unknown as RecordPayload} />
        ) : (
          <p>唱标后在此生成开标记录。全部解密状态确定后同时公布，开标前任何人看不到投标情况。</p>
        )}
        {record && (
          <>
            <p>
              {record.signedAt
                ? `主持人已签署，${formatInstant(record.signedAt)}`
                : record.pdfFileId
                  ? "已生成，等待签署"
                  : "尚未生成"}
              ；校验值 <span className="hash">{record.recordHash}</span>
            </p>
            {pdf && (
              <p>
                <a href={`/api/files/${pdf}`}>下载开标记录（PDF）</a>
              </p>
            )}
            <RecordSigning
              lotId={lot.id}
              prepared={record.pdfFileId !== null}
              signed={record.signedAt !== null}
              openObjections={open}
            />
          </>
        )}
      </section>
    </>
  );
}
