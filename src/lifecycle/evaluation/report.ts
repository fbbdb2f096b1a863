import { formatYuan } from "@/core/money";
import { formatScore } from "@/core/score";
import type { DocumentModel } from "@/documents/pdf";
import { partyLine } from "@/lifecycle/bidding/consortium/part";
import { markRows } from "@/lifecycle/bidding/device/marks";
import type { Member } from "@/lifecycle/committee/queries";
import type { Lot } from "@/lifecycle/lot/queries";
import { type RecordPayload, rowTitle } from "@/lifecycle/opening/record";
import { findingText, firstFindings } from "@/lifecycle/tender-document/bill/findings";
import type { TenderDocumentContent } from "@/lifecycle/tender-document/schema";
import type { TenderProject } from "@/lifecycle/tender-project/queries";
import type { BillCheck } from "./bill-check";
import { outcomeOf, rankingOf } from "./case-file";
import type { EvaluatedBid, Rejection, StatementOnCompetition } from "./queries";
import { REJECTION_GROUNDS, type RejectionGround } from "./rules";

interface ReportFacts {
  readonly lot: Lot;
  readonly tender: TenderProject;
  readonly document: TenderDocumentContent;
  readonly members: readonly Member[];
  readonly names: ReadonlyMap<string, string>;
  readonly bids: readonly EvaluatedBid[];
  readonly rejections: readonly Rejection[];
  /** Statements on competition, where fewer than three valid bids were left. */
  readonly statements: readonly StatementOnCompetition[];
  /** Of a lot with a bill of quantities. */
  readonly billChecks: readonly BillCheck[];
  readonly evaluation: {
    readonly version: number;
    readonly startedAt: Date;
    readonly result: Record<string, unknown> | null;
  };
  readonly opening: Opened | undefined;
  /** The second opening of a lot with two envelopes. */
  readonly second?: Opened | undefined;
}

interface Opened {
  readonly payload: Record<string, unknown>;
  readonly recordHash: string;
}

/** The lines of an opening record as the report repeats them. */
const openingRows = (opened: Opened | undefined) =>
  ((opened?.payload as unknown as RecordPayload | undefined)?.rows ?? []).map((row) => ({
    organisation: rowTitle(row),
    outcome: row.outcome,
    cause: row.cause,
    items: row.items.map(({ label, value }) => `${label} ${value}`).join("；"),
  }));

/** One statement on competition with what every member answered. */
const statementLine = (
  f: ReportFacts,
  { number, validBids, isLacking, text, at, signatures }: StatementOnCompetition,
) => ({
  ...{ number, validBids, isLacking, text, at: at.toISOString() },
  members: f.members.map(({ id, place }) => {
    const answer = signatures.find(({ memberId }) => memberId === id);
    return { place, name: f.names.get(id) ?? "", answer: answer?.kind ?? "", dissent: answer?.text ?? "" };
  }),
});

/** Data of the report: the ten parts (O12 art. 42), each from what was decided or computed. */
export function reportPayload(f: ReportFacts) {
  const outcome = outcomeOf(f.evaluation.result);
  const nameOf = new Map(f.bids.map(({ bidId, name }) => [bidId, name]));
  const rejected = f.rejections.map((row) => ({
    ...row,
    name: nameOf.get(row.bidId) ?? "",
    groundText: REJECTION_GROUNDS[row.ground as RejectionGround] ?? row.ground,
    clause: f.document.reviewItems.find(({ id }) => id === row.item)?.clause ?? "",
  }));
  return {
    format: "xinbiao-report/1" as const,
    lot: f.lot.code,
    lotName: f.lot.name,
    tender: f.tender.name,
    version: f.evaluation.version,
    startedAt: f.evaluation.startedAt.toISOString(),
    openingRecordHash: f.opening?.recordHash ?? "",
    ceiling: formatYuan(BigInt(f.document.ceilingFen)),
    members: f.members.map(({ id, isChair, place }) => ({ place, name: f.names.get(id) ?? "", chair: isChair === 1 })),
    opening: openingRows(f.opening),
    ...(f.second ? { secondRecordHash: f.second.recordHash, secondOpening: openingRows(f.second) } : {}),
    conforming: f.bids.filter(({ bidId }) => !f.rejections.some((row) => row.bidId === bidId)).map(({ name }) => name),
    rejected,
    ...(f.statements.length ? { competition: f.statements.map((row) => statementLine(f, row)) } : {}),
    method: outcome.method === "comprehensive" ? "综合评估法" : "经评审的最低投标价法",
    criteria: f.document.criteria.map(({ title, clause, maxHundredths }) => ({
      title,
      clause,
      max: formatScore(maxHundredths),
    })),
    base: outcome.base ?? "",
    rows: outcome.rows.map((row) => ({
      name: nameOf.get(row.bid) ?? row.bid,
      quoted: row.quoted,
      deviation: row.deviationPct ?? "",
      priceScore: row.priceScore ?? "",
      other: row.otherScore ?? "",
      total: row.total ?? "",
      rank: row.rank ?? 0,
    })),
    candidates: rankingOf(f.evaluation.result)
      .slice(0, 3)
      .map(({ bidId, rank, priceFen, totalHundredths }) => ({
        rank,
        name: nameOf.get(bidId) ?? "",
        price: formatYuan(priceFen),
        total: formatScore(totalHundredths),
      })),
    steps: outcome.steps.map((step) => `${step.what}：${step.formula} = ${step.value}`),
    clarifications: "无",
    ...(f.billChecks.length
      ? {
          arithmetic: f.billChecks.map(({ bidId, findings }) => ({
            name: nameOf.get(bidId) ?? "",
            findings: firstFindings(findings).map(findingText),
          })),
        }
      : {}),
    ...(f.bids.some(({ consortium, partyFindings }) => consortium || partyFindings.length)
      ? {
          bidders: f.bids.map(({ name, consortium, partyFindings }) => ({
            name,
            parties: (consortium?.parties ?? []).map(partyLine),
            findings: partyFindings,
          })),
        }
      : {}),
    ...(f.bids.some(({ device }) => device)
      ? {
          devices: f.bids.map(({ name, device, deviceFindings }) => ({
            name,
            marks: device ? markRows(device).map(([kind, text]) => `${kind} ${text}`) : [],
            findings: deviceFindings,
          })),
        }
      : {}),
  };
}
export type ReportPayload = ReturnType<typeof reportPayload>;

const ANSWERS: Readonly<Record<string, string>> = { signed: "同意", dissented: "不同意" };

/** The report as a document. */
export function reportPdf(r: ReportPayload, siteName: string): DocumentModel {
  const none = (text: string) => [{ kind: "paragraph" as const, text }];
  return {
    title: "评标报告",
    number: `${r.lot}-PB${String(r.version).padStart(2, "0")}`,
    footer: `${siteName}　开标记录哈希 ${r.openingRecordHash}`,
    createdAt: new Date(r.startedAt),
    demo: process.env.DEMO === "1",
    blocks: [
      { kind: "heading", text: "一、基本情况和数据表" },
      {
        kind: "pairs",
        rows: [
          ["招标项目", r.tender],
          ["标段", `${r.lotName}（${r.lot}）`],
          ["最高投标限价", r.ceiling],
          ["评标开始", r.startedAt],
          ["评标办法", r.method],
        ],
      },
      { kind: "heading", text: "二、评标委员会成员名单" },
      {
        kind: "table",
        head: ["序号", "姓名", "职务"],
        rows: r.members.map(({ place, name, chair }) => [String(place), name, chair ? "负责人" : "成员"]),
      },
      { kind: "heading", text: "三、开标记录" },
      {
        kind: "table",
        head: ["投标人", "结果", "唱标内容"],
        rows: r.opening.map((row) => [row.organisation, row.outcome === "decrypted" ? "已解密" : row.cause, row.items]),
      },
      ...(r.secondOpening
        ? [
            { kind: "paragraph" as const, text: "以上为第一信封。第二信封开标记录（仅通过第一信封评审的投标人）：" },
            {
              kind: "table" as const,
              head: ["投标人", "结果", "唱标内容"],
              rows: r.secondOpening.map((row) => [
                row.organisation,
                row.outcome === "decrypted" ? "已解密" : row.cause,
                row.items,
              ]),
            },
            { kind: "paragraph" as const, text: `第二信封开标记录哈希 ${r.secondRecordHash}` },
          ]
        : []),
      { kind: "heading", text: "四、符合要求的投标一览表" },
      ...none(r.conforming.join("、") || "无"),
      { kind: "heading", text: "五、否决投标情况说明" },
      ...(r.rejected.length
        ? [
            {
              kind: "table" as const,
              head: ["投标人", "依据", "条款", "理由", "位置", "票数"],
              rows: r.rejected.map((row) => [
                row.name,
                `${row.ground} ${row.groundText}`,
                row.clause,
                row.reason,
                row.place,
                String(row.votes),
              ]),
            },
          ]
        : none("无否决投标。")),
      ...(r.competition ?? []).flatMap((row) => [
        {
          kind: "paragraph" as const,
          text: `有效投标不足三个的书面认定（第 ${row.number} 稿，有效投标 ${row.validBids} 个）：${row.isLacking ? "明显缺乏竞争" : "未明显缺乏竞争，继续评审"}。${row.text}`,
        },
        {
          kind: "table" as const,
          head: ["序号", "姓名", "意见", "不同意见和理由"],
          rows: row.members.map(({ place, name, answer, dissent }) => [
            String(place),
            name,
            ANSWERS[answer] ?? "未签署",
            dissent || "—",
          ]),
        },
      ]),
      { kind: "heading", text: "六、评标标准、评标方法或者评标因素一览表" },
      {
        kind: "table",
        head: ["评分因素", "条款", "满分"],
        rows: r.criteria.map(({ title, clause, max }) => [title, clause, max]),
      },
      { kind: "heading", text: "七、经评审的价格和评分比较一览表" },
      { kind: "paragraph", text: r.base ? `评标基准价 ${r.base} 元。` : "" },
      {
        kind: "table",
        head: ["投标人", "报价（元）", "偏差率 %", "报价得分", "其他得分", "总分", "名次"],
        rows: r.rows.map((row) => [
          row.name,
          row.quoted,
          row.deviation,
          row.priceScore,
          row.other,
          row.total,
          row.rank ? String(row.rank) : "—",
        ]),
      },
      { kind: "heading", text: "八、经评审的投标人排序" },
      {
        kind: "paragraph",
        text: r.rows
          .filter(({ rank }) => rank)
          .sort((a, b) => a.rank - b.rank)
          .map(({ rank, name }) => `${rank}. ${name}`)
          .join("　"),
      },
      { kind: "heading", text: "九、推荐的中标候选人名单与签订合同前要处理的事宜" },
      {
        kind: "table",
        head: ["排名", "中标候选人", "报价", "总分"],
        rows: r.candidates.map(({ rank, name, price, total }) => [String(rank), name, price, total]),
      },
      { kind: "heading", text: "十、澄清、说明、补正事项纪要" },
      ...none(r.clarifications),
      ...(r.arithmetic
        ? [
            { kind: "heading" as const, text: "附：报价清单算术检查（由平台计算，不改变报价）" },
            {
              kind: "table" as const,
              head: ["投标人", "检查结果"],
              rows: r.arithmetic.map(({ name, findings }) => [name, findings.join("；") || "全部相符"]),
            },
          ]
        : []),
      ...(r.bidders
        ? [
            { kind: "heading" as const, text: "附：联合体与投标主体核对（由平台核对，由评标委员会认定）" },
            {
              kind: "table" as const,
              head: ["投标人", "联合体各方", "核对结果"],
              rows: r.bidders.map(({ name, parties, findings }) => [
                name,
                parties.join("；") || "单独投标",
                findings.join("；") || "未发现问题",
              ]),
            },
          ]
        : []),
      ...(r.devices
        ? [
            {
              kind: "heading" as const,
              text: "附：投标文件制作机器信息比对（由平台比对，仅作线索，由评标委员会认定）",
            },
            {
              kind: "table" as const,
              head: ["投标人", "制作机器信息", "比对结果"],
              rows: r.devices.map(({ name, marks, findings }) => [
                name,
                marks.join("；") || "投标文件没有提供",
                findings.join("；") || "未发现相同",
              ]),
            },
          ]
        : []),
      { kind: "heading", text: "附：计算过程" },
      ...r.steps.map((text) => ({ kind: "paragraph" as const, text })),
    ],
  };
}
