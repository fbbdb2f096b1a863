import { formatInstant } from "@/core/time";
import { legalNow } from "@/kit/db/context";
import type { Lot } from "@/lifecycle/lot/queries";
import { openingRecordOf, remarksOf } from "@/lifecycle/opening/queries";
import { baseEstimateText, type RecordPayload } from "@/lifecycle/opening/record";
import { openingName, type Round, roundOfLot } from "@/lifecycle/opening/rounds";
import { BaseEstimateCard } from "@/lifecycle/opening/ui/base-estimate-card";
import { RecordSigning } from "@/lifecycle/opening/ui/record-signing";
import { RecordTable } from "@/lifecycle/opening/ui/record-table";
import { SecondOpeningForm } from "@/lifecycle/opening/ui/second-opening-form";
import { baseEstimateOf } from "@/lifecycle/tender-document/queries";
import { asActor } from "@/server/web/context";
import { page } from "@/server/web/page";
import type { Room } from "@/server/web/views/room";
import { AutoRefresh } from "@/ui/auto-refresh";

/** The opening: the hall, then the record. */
export async function OpeningTab({ room: { lot } }: { room: Room }) {
  const { first, second, now, estimate } = await page(() =>
    asActor(async (tx) => {
      const recordIn = async (round: Round) => {
        const found = await openingRecordOf(tx, lot.id, round);
        const remarks = found ? await remarksOf(tx, lot.id, round) : [];
        const open = remarks.filter(({ kind, answeredAt }) => kind === "objection" && !answeredAt).length;
        return found && { ...found, payload: found.payload as unknown as RecordPayload, open };
      };
      return {
        estimate: await baseEstimateOf(tx, lot.id),
        first: await recordIn(1),
        second: await recordIn(2),
        now: (await legalNow(tx)).toISOString(),
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
  return (
    <>
      {["T1", "T2", "O1", "E1b"].includes(lot.state) && <AutoRefresh seconds={5} />}
      <p className="card row">
        <a className="btn btn-primary" href={`/hall/${lot.id}`}>
          进入开标大厅
        </a>
        <span>
          开标时间 {lot.bidDeadline ? formatInstant(lot.bidDeadline) : "—"}
          {roundOfLot(lot) === 1 && lot.windowEndsAt && `，解密至 ${formatInstant(lot.windowEndsAt)}`}
        </span>
      </p>
      {roundOfLot(lot) === 2 && <SecondOpening lot={lot} now={now} record={second} />}
      {estimate && lot.openedAt && (
        <BaseEstimateCard
          lotId={lot.id}
          hash={estimate.hash}
          {...(estimate.kept?.readOutAt ? { text: baseEstimateText(estimate.kept) } : {})}
        />
      )}
      <RecordCard lotId={lot.id} record={first} title={`${openingName(first?.payload.envelope)}记录`} />
    </>
  );
}

type Found =
  | (Omit<NonNullable<Awaited<ReturnType<typeof openingRecordOf>>>, "payload"> & {
      readonly payload: RecordPayload;
      /** Objections without an answer. */
      readonly open: number;
    })
  | undefined;

/** The opening of the second envelopes: its time, then its own record. */
function SecondOpening({ lot, now, record }: { lot: Lot; now: string; record: Found }) {
  return (
    <>
      <section className="card" aria-labelledby="second-title">
        <h2 id="second-title">第二信封开标</h2>
        <p role="status">
          {lot.secondOpenedAt
            ? `第二信封开标 ${formatInstant(lot.secondOpenedAt)}${lot.windowEndsAt ? `，解密至 ${formatInstant(lot.windowEndsAt)}` : ""}`
            : lot.secondOpeningAt
              ? `第二信封开标时间 ${formatInstant(lot.secondOpeningAt)}，到时自动开始。`
              : "评标委员会已签署第一信封评审结果，各投标人已分别收到本单位的结果。请公布第二信封开标时间。"}
        </p>
        {!lot.secondOpenedAt && (
          <SecondOpeningForm
            lotId={lot.id}
            now={now}
            {...(lot.secondOpeningAt ? { at: lot.secondOpeningAt.toISOString() } : {})}
          />
        )}
      </section>
      {lot.secondOpenedAt && <RecordCard lotId={lot.id} record={record} title="第二信封开标记录" />}
    </>
  );
}

function RecordCard({ lotId, record, title }: { lotId: string; record: Found; title: string }) {
  const pdf = record?.signedPdfFileId ?? record?.pdfFileId;
  return (
    <section className="card" aria-label={title}>
      <h2>{title}</h2>
      {record ? (
        <RecordTable payload={record.payload} />
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
              <a href={`/api/files/${pdf}`}>下载{title}（PDF）</a>
            </p>
          )}
          <RecordSigning
            lotId={lotId}
            prepared={record.pdfFileId !== null}
            signed={record.signedAt !== null}
            openObjections={record.open}
          />
        </>
      )}
    </section>
  );
}
