import { formatClauses, instructionClauses, type ModelText, methodClauses } from "./model";

/** Model text for works (工程施工). */
export const WORKS: ModelText = {
  id: "works",
  title: "工程施工招标文件示范文本",
  version: "信标平台示范文本（工程）2026-1",
  chapters: [
    { id: "instructions", title: "投标人须知", clauses: instructionClauses },
    { id: "method", title: "评标办法", clauses: methodClauses },
    {
      id: "contract",
      title: "合同主要条款",
      clauses: [
        {
          id: "contract-1",
          title: "合同价格与支付",
          text: "合同价格为中标价。发包人按月支付经确认的已完工程价款的百分之八十；竣工验收合格后付至合同价格的百分之九十七，其余为质量保证金。",
        },
        {
          id: "contract-2",
          title: "工期",
          text: "工期以中标人投标文件载明的为准，自开工通知载明的日期起算。因发包人原因造成延误的，工期顺延。",
        },
        {
          id: "contract-3",
          title: "质量与保修",
          text: "工程质量须达到国家现行验收规范的合格标准。保修期按国家有关规定执行，自竣工验收合格之日起算。",
        },
        {
          id: "contract-4",
          title: "履约担保与农民工工资",
          text: "履约担保不超过合同价格的百分之十。承包人须设立农民工工资专用账户，发包人按约定拨付人工费用。",
        },
        {
          id: "contract-5",
          title: "违约与争议",
          text: "一方违约的，承担由此给对方造成的损失。争议协商不成的，向工程所在地人民法院起诉。",
        },
      ],
    },
    {
      id: "requirements",
      title: "技术要求",
      clauses: [
        {
          id: "requirements-1",
          title: "工程内容与标准",
          text: "写明工程范围、图纸目录、执行的技术标准和验收要求；引用品牌的，须在其后加“或相当于”。",
          fillIn: true,
        },
        {
          id: "requirements-2",
          title: "安全文明施工",
          text: "承包人按国家和地方规定落实安全生产责任制，安全文明施工费专款专用。",
        },
      ],
    },
    { id: "formats", title: "投标文件格式", clauses: formatClauses },
  ],
};
