import type { Block, DocumentModel } from "@/documents/pdf";
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
