import { formatInstant } from "@/core/time";
import type { Block, DocumentModel } from "@/documents/pdf";
import { wordsOf } from "@/lifecycle/law/rounds";
import type { PrequalContent } from "./schema";

/** What follows the instructions in a prequalification document: how applications are judged, and what they are made of. */
const ofApplication = (content: PrequalContent): Block[] => [
  { kind: "heading", text: "二、资格审查办法（合格制）" },
  {
    kind: "paragraph",
    text: "评审人员对每一项资格条件作出符合或者不符合的评审意见；半数以上评审人员认为符合的，该项符合。全部资格条件均符合的，通过资格预审，通过的数量不作限制。评审只依据下表载明的标准。通过资格预审的申请人少于三个的，依法重新招标。",
  },
  {
    kind: "table",
    head: ["序号", "审查因素", "合格标准", "须提供的证明材料"],
    rows: content.criteria.map(({ title, standard, evidence }, i) => [String(i + 1), title, standard, evidence]),
    widths: [1, 3, 5, 4],
  },
  { kind: "heading", text: "三、资格预审申请文件" },
  { kind: "paragraph", text: `申请表栏目：${content.form.map(({ label }) => label).join("、")}。` },
  { kind: "paragraph", text: `须提交的文件：${content.requiredFiles.map(({ title }) => title).join("、")}。` },
  {
    kind: "paragraph",
    text: "申请文件经数字证书签名并加密后通过交易平台递交；截止后由申请人在解密时间内解密，不公开开启。未在规定时间内解密的，申请文件不予开启，视为未通过资格预审。申请人的名称、数量在开标前保密。",
  },
];

/** The same of a first stage: what proposals have to treat, that they carry no price, and what follows (IR30). */
const ofProposal = (content: PrequalContent): Block[] => [
  { kind: "heading", text: "二、投标人资格能力要求" },
  { kind: "paragraph", text: content.notice.qualification || "无。" },
  { kind: "heading", text: "三、技术建议应当说明的内容" },
  {
    kind: "table",
    head: ["序号", "内容", "要求"],
    rows: (content.items ?? []).map(({ title, text }, i) => [String(i + 1), title, text]),
    widths: [1, 3, 8],
  },
  { kind: "heading", text: "四、技术建议文件" },
  { kind: "paragraph", text: `技术建议表栏目：${content.form.map(({ label }) => label).join("、")}。` },
  { kind: "paragraph", text: `须提交的文件：${content.requiredFiles.map(({ title }) => title).join("、")}。` },
  {
    kind: "paragraph",
    text: "技术建议不带报价，第一阶段不要求投标保证金。技术建议文件经数字证书签名并加密后通过交易平台递交；截止后由投标人在解密时间内解密，不公开开启。投标人的名称、数量在开标前保密。",
  },
  { kind: "heading", text: "五、第二阶段" },
  {
    kind: "paragraph",
    text: "招标人根据技术建议确定技术标准和要求，编制招标文件，只向在第一阶段提交技术建议并已开启的投标人提供；投标人按照招标文件的要求提交包括最终技术方案和投标报价的投标文件。提交技术建议且已开启的投标人少于三个的，依法重新招标（《招标投标法实施条例》第三十条）。",
  },
];

/** The document of a first round as pages, from the same data as the form, the seal and the review. */
export function prequalPdf(
  facts: {
    readonly tenderName: string;
    readonly tenderer: string;
    readonly lot: { readonly code: string; readonly name: string };
    readonly version: number;
    readonly content: PrequalContent;
  },
  createdAt: Date,
  demo: boolean,
): DocumentModel {
  const { content, lot } = facts;
  const words = wordsOf(content.items ? "proposal" : "application");
  const consortium = content.items ? words.consortium : "接受；联合体组成在申请时确定，资格预审后不得增减、更换";
  const paragraphs = (text: string): Block[] =>
    text
      .split("\n")
      .filter(Boolean)
      .map((line) => ({ kind: "paragraph", text: line }));
  return {
    title: content.title,
    number: lot.code,
    footer: `第 ${facts.version} 版`,
    createdAt,
    ...(demo ? { demo } : {}),
    blocks: [
      {
        kind: "pairs",
        rows: [
          ["招标项目", facts.tenderName],
          ["标段", `${lot.name}（${lot.code}）`],
          ["招标人", facts.tenderer],
          [`获取${words.document}的截止时间`, formatInstant(new Date(content.saleEnd))],
          [`${words.deadline}时间`, formatInstant(new Date(content.deadline))],
          ["解密时间", `${content.items ? "提交" : "申请"}截止后 ${content.decryptionWindowMinutes} 分钟内`],
          ["联合体", content.consortiumAllowed ? consortium : "不接受"],
        ],
      },
      { kind: "heading", text: `一、${words.sender}须知` },
      ...paragraphs(content.instructions || "无。"),
      ...(content.items ? ofProposal : ofApplication)(content),
    ],
  };
}
