import { formatClauses, instructionClauses, type ModelText, methodClauses } from "./model";

/** Model text for goods (货物). */
export const GOODS: ModelText = {
  id: "goods",
  title: "货物招标文件示范文本",
  version: "信标平台示范文本（货物）2026-1",
  chapters: [
    { id: "instructions", title: "投标人须知", clauses: instructionClauses },
    { id: "method", title: "评标办法", clauses: methodClauses },
    {
      id: "contract",
      title: "合同主要条款",
      clauses: [
        {
          id: "contract-1",
          title: "价格与支付",
          text: "合同价格为中标价，包括货物、包装、运输、保险、安装调试和培训的全部费用。验收合格后三十日内付至合同价格的百分之九十五，其余在质量保证期满后支付。",
        },
        {
          id: "contract-2",
          title: "交货与验收",
          text: "交货期以中标人投标文件载明的为准。货物到达后由双方共同验收，不合格的由供货人在约定期限内更换。",
        },
        {
          id: "contract-3",
          title: "质量保证",
          text: "货物须为全新、未使用过的合格产品。质量保证期不少于十二个月，自验收合格之日起算。",
        },
        {
          id: "contract-4",
          title: "违约与争议",
          text: "逾期交货的，按日支付逾期部分价款万分之五的违约金，总额不超过合同价格的百分之五。争议协商不成的，向买方所在地人民法院起诉。",
        },
      ],
    },
    {
      id: "requirements",
      title: "技术要求",
      clauses: [
        {
          id: "requirements-1",
          title: "货物清单与技术指标",
          text: "写明货物名称、数量、性能和技术指标、检验方法；引用品牌的，须在其后加“或相当于”。",
          fillIn: true,
        },
        {
          id: "requirements-2",
          title: "售后服务",
          text: "质量保证期内接到通知后二十四小时内响应，四十八小时内到达现场处置。",
        },
      ],
    },
    { id: "formats", title: "投标文件格式", clauses: formatClauses },
  ],
};
