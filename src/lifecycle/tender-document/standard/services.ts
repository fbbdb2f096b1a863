import { formatClauses, instructionClauses, type ModelText, methodClauses } from "./model";

/** Model text for services, survey and design included (服务). */
export const SERVICES: ModelText = {
  id: "services",
  title: "服务招标文件示范文本",
  version: "信标平台示范文本（服务）2026-1",
  chapters: [
    { id: "instructions", title: "投标人须知", clauses: instructionClauses },
    { id: "method", title: "评标办法", clauses: methodClauses },
    {
      id: "contract",
      title: "合同主要条款",
      clauses: [
        {
          id: "contract-1",
          title: "服务费与支付",
          text: "服务费为中标价，包括完成全部服务内容的费用。按服务进度分期支付，成果验收合格后三十日内付清。",
        },
        {
          id: "contract-2",
          title: "服务期与人员",
          text: "服务期以中标人投标文件载明的为准。投标文件载明的项目负责人未经委托人书面同意不得更换。",
        },
        {
          id: "contract-3",
          title: "成果与知识产权",
          text: "服务成果归委托人所有，服务人保留署名权。服务人对所知悉的资料保密。",
        },
        {
          id: "contract-4",
          title: "违约与争议",
          text: "成果不合格的，服务人无偿返工；造成损失的依法赔偿。争议协商不成的，向委托人所在地人民法院起诉。",
        },
      ],
    },
    {
      id: "requirements",
      title: "技术要求",
      clauses: [
        {
          id: "requirements-1",
          title: "服务内容与成果要求",
          text: "写明服务范围、成果形式、质量标准和验收办法。",
          fillIn: true,
        },
      ],
    },
    { id: "formats", title: "投标文件格式", clauses: formatClauses },
  ],
};
