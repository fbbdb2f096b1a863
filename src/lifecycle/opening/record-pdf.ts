import { formatInstant } from "@/core/time";
import type { DocumentModel } from "@/documents/pdf";
import { type Measure, measureText } from "./measures";
import { silencesText } from "./outage";
import {
  instantText,
  namesSecurity,
  OTHERS_SEALED,
  PRICES_SEALED,
  type RecordPayload,
  rowTitle,
  securityText,
} from "./record";
import { openingName, type Round } from "./rounds";

export interface FinalRecord extends RecordPayload {
  readonly host: string;
  /** The tenderer, where an agency is the host. */
  readonly tenderer?: string;
  /** What the host did to the time of the opening. */
  readonly measures?: readonly Measure[];
  readonly remarks: readonly {
    readonly organisation: string;
    readonly kind: string;
    readonly text: string;
    readonly answer: string;
    readonly at: string;
  }[];
}

/** Number of a record: the second of a lot is that of the second envelopes. */
export const recordNumber = (lotCode: string, envelope?: Round): string =>
  `${lotCode}-KB${envelope === 2 ? "02" : "01"}`;

/** The opening record (开标记录) as a document: the same lines as its data, whose hash stands in the foot. */
export function openingRecordPdf(record: FinalRecord, recordHash: string, siteName: string): DocumentModel {
  const labels = record.rows[0]?.items.map(({ label }) => label) ?? [];
  const confirmed = record.remarks.filter(({ kind }) => kind === "confirmed").map(({ organisation }) => organisation);
  const refused = record.rows.map(({ organisation }) => organisation).filter((name) => !confirmed.includes(name));
  const countersigned = record.remarks.find(({ kind }) => kind === "countersigned");
  const objections = record.remarks.filter(({ kind }) => kind === "objection");
  return {
    title: `${openingName(record.envelope)}记录`,
    number: recordNumber(record.lot, record.envelope),
    footer: `${siteName}　数据哈希 ${recordHash}`,
    createdAt: new Date(record.announcedAt),
    demo: process.env.DEMO === "1",
    blocks: [
      {
        kind: "pairs",
        rows: [
          ["标段编号", record.lot],
          ["标段名称", record.lotName],
          ["开标时间", instantText(record.openedAt)],
          ["解密截止", instantText(record.windowEndsAt)],
          ...(record.outages ? ([["平台中断（解密时间已相应延长）", silencesText(record.outages)]] as const) : []),
          ["唱标时间", instantText(record.announcedAt)],
          ["开标地点", record.place],
          ["主持人", record.host],
          ["最高投标限价", record.ceiling],
          ...(record.baseEstimate
            ? ([["标底（仅作评标参考）", `${record.baseEstimate.text}　校验值 ${record.baseEstimate.hash}`]] as const)
            : []),
          ["截标记录哈希", record.closingHash],
          ...(record.firstRecordHash
            ? ([
                ["第一信封开标记录哈希", record.firstRecordHash],
                ["通过第一信封评审", `${record.count} 份`],
              ] as const)
            : ([["截止时收到", `${record.count} 份`]] as const)),
        ],
      },
      ...(record.envelope === 1 ? [{ kind: "paragraph" as const, text: PRICES_SEALED }] : []),
      ...(record.envelope === 2 ? [{ kind: "paragraph" as const, text: OTHERS_SEALED }] : []),
      { kind: "heading", text: "唱标内容" },
      {
        kind: "table",
        head: ["投标人", ...labels, ...(namesSecurity(record) ? ["投标保证金"] : []), "递交时间", "解密结果"],
        rows: record.rows.map((row) => [
          rowTitle(row),
          ...row.items.map(({ value }) => value),
          ...(namesSecurity(record) ? [row.security ? securityText(row.security) : "—"] : []),
          formatInstant(new Date(row.receivedAt)),
          row.outcome === "decrypted" ? "已解密" : `${row.failureClass} ${row.cause}；${row.effect}`,
        ]),
      },
      { kind: "heading", text: "签名、确认与异议" },
      {
        kind: "pairs",
        rows: [
          ["主持人", `${record.host}，签名在本文件内`],
          ...(record.tenderer
            ? ([
                [
                  "招标人",
                  countersigned
                    ? `${record.tenderer}，${instantText(countersigned.at)} 签名确认`
                    : `${record.tenderer}，未签名`,
                ],
              ] as const)
            : []),
          ["投标人已签名确认", confirmed.join("、") || "无"],
          ["投标人未签名（已记录）", refused.join("、") || "无"],
        ],
      },
      ...(objections.length
        ? objections.map(({ organisation, text, answer }) => ({
            kind: "paragraph" as const,
            text: `异议（${organisation}）：${text}　答复：${answer}`,
          }))
        : [{ kind: "paragraph" as const, text: "无异议。" }]),
      ...(record.measures ?? []).map((measure) => ({
        kind: "paragraph" as const,
        text: `${instantText(measure.at)}　${measureText({ ...measure, oldEnd: new Date(measure.oldEnd), newEnd: new Date(measure.newEnd) })}。证明材料：${measure.evidence}`,
      })),
      ...record.remarks
        .filter(({ kind }) => kind === "revoked")
        .map(({ organisation, text, at }) => ({
          kind: "paragraph" as const,
          text: `撤销投标文件：${organisation}，${instantText(at)}，原因：${text}`,
        })),
    ],
  };
}
