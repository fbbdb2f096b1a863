import { formatYuan } from "@/core/money";
import type { Block, DocumentModel } from "@/documents/pdf";
import { quantityText } from "../bill/arithmetic";
import { BILL_KINDS, BILL_ROUNDINGS, type Bill } from "../bill/schema";
import { type ComposeFacts, compose, deviationsOf, MODELS } from "./compose";

/** The composed tender document as pages; where it departs from the model is marked in place and listed at the end (IR15). */
export function tenderDocumentPdf(facts: ComposeFacts, createdAt: Date, demo: boolean): DocumentModel {
  const { content, lot } = facts;
  const chapters = compose(facts);
  const model = MODELS[content.standard!.model];
  const deviations = deviationsOf(chapters);
  const blocks: Block[] = [
    {
      kind: "pairs",
      rows: [
        ["招标项目", facts.tenderName],
        ["标段", `${lot.name}（${lot.code}）`],
        ["招标人", facts.tenderer],
        ["文本来源", `${model.version}，平台示范文本，非国家标准文件`],
      ],
    },
    ...chapters.flatMap(({ title, clauses }): Block[] => [
      { kind: "heading", text: title },
      ...clauses.flatMap((clause): Block[] => [
        {
          kind: "paragraph",
          text: `${clause.number} ${clause.title}${clause.model === undefined ? "" : "【与示范文本不同】"}`,
        },
        ...clause.text.split("\n").map((text): Block => ({ kind: "paragraph", text })),
      ]),
    ]),
    ...billBlocks(content.bill),
    { kind: "heading", text: "附：与示范文本不同之处" },
    deviations.length
      ? {
          kind: "table",
          head: ["条款", "示范文本", "本招标文件"],
          rows: deviations.map(({ number, title, model: said, text }) => [`${number} ${title}`, said ?? "", text]),
          widths: [1, 2, 2],
        }
      : { kind: "paragraph", text: "无。" },
  ];
  return { title: content.title, number: lot.code, footer: model.version, createdAt, demo, blocks };
}

/** The bill of quantities as pages, from the same data as bidders price. */
function billBlocks(bill: Bill | undefined): Block[] {
  if (!bill) return [];
  return [
    { kind: "heading", text: "附：工程量清单" },
    {
      kind: "paragraph",
      text: `合价 = 工程量 × 综合单价，${BILL_ROUNDINGS[bill.rounding]}。投标总价由各项合价相加得出。`,
    },
    {
      kind: "table",
      head: ["序号", "分部", "项目编码", "项目名称与特征", "工程量", "类型"],
      rows: bill.items.map((item, i) => [
        ...[String(i + 1), item.section, item.code, [item.name, item.feature].filter(Boolean).join("，")],
        `${quantityText(BigInt(item.quantityThousandths))} ${item.unit}`,
        item.fixedUnitFen ? `${BILL_KINDS[item.kind]} ${formatYuan(BigInt(item.fixedUnitFen))}` : BILL_KINDS[item.kind],
      ]),
      widths: [1, 2, 3, 5, 2, 3],
    },
  ];
}
