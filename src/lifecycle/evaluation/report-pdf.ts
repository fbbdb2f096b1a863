import type { DocumentModel } from "@/documents/pdf";
import type { ReportPayload } from "./report";

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
          ...(r.reopened ?? []).map(
            ({ kind, no, article, text }) =>
              [kind === "replace" ? "更换成员的依据" : "重新评标的依据", `${no}（${article}）：${text}`] as const,
          ),
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
