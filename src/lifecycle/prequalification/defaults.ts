import { addDays, startOfShanghaiDay } from "@/core/time";
import type { Regime } from "@/lifecycle/law/regime";
import type { PrequalContentInput } from "./schema";

/** Where the first stage of two begins (IR30): what proposals usually treat, and times with a day to spare. */
export function firstStageContent(...facts: Parameters<typeof firstPrequalification>): PrequalContentInput {
  const [lot] = facts;
  const usual = firstPrequalification(...facts);
  return {
    ...usual,
    title: `${lot.name}第一阶段文件`,
    instructions: [
      "第一阶段提交不带报价的技术建议：技术建议中不得出现报价；不要求投标保证金。",
      "技术建议由技术建议表和技术建议书组成，经数字证书签名、加密后，在提交截止时间前通过交易平台递交。",
      "截止后，投标人须在解密时间内解密本单位的技术建议；未解密的不予开启，不能参加第二阶段投标。",
      "技术建议不作评审。招标人据此确定技术标准和要求，编制招标文件，并向提交技术建议的投标人提供。",
    ].join("\n"),
    criteria: [],
    items: [
      { id: "solution", title: "技术方案", text: "拟采用的技术路线、主要工艺或者系统架构及其依据" },
      { id: "standard", title: "技术标准和指标", text: "建议采用的技术标准、主要性能指标及其可验证的方法" },
      { id: "schedule", title: "实施条件和周期", text: "实施所需的条件、接口和合理周期" },
      { id: "risk", title: "风险和对策", text: "主要技术风险和应对措施" },
    ],
    form: [
      { id: "technical_lead", label: "技术负责人", kind: "text", required: true },
      { id: "summary", label: "技术建议要点", kind: "text", required: true },
    ],
    requiredFiles: [{ id: "proposal", title: "技术建议书" }],
    notice: { ...usual.notice, qualification: "" },
  };
}

/** Where a new prequalification begins: usual conditions of the subject, and the earliest lawful times with a day to spare. */
export function firstPrequalification(
  lot: { readonly name: string },
  regime: Pick<Regime, "consortium" | "subject">,
  now: Date,
  person: string,
  verifier: string,
): PrequalContentInput {
  const at = (days: number, hour: number) =>
    new Date(startOfShanghaiDay(addDays(now, days)).getTime() + hour * 3_600_000).toISOString();
  const isWorks = regime.subject === "works";
  return {
    title: `${lot.name}资格预审文件`,
    instructions: [
      "申请人须具备独立承担民事责任的能力，与招标人不存在可能影响招标公正性的利害关系。",
      "申请文件由资格预审申请表和证明材料组成，经数字证书签名、加密后，在申请截止时间前通过交易平台递交。",
      "申请截止后，申请人须在解密时间内解密本单位的申请文件；未解密的不予开启，视为未通过资格预审。",
    ].join("\n"),
    criteria: [
      {
        id: "licence",
        title: "资质",
        standard: isWorks ? "具有与工程规模相应的施工资质和有效的安全生产许可证" : "具有履行合同所需的资格",
        evidence: isWorks ? "资质证书、安全生产许可证" : "营业执照及有关资格证书",
      },
      { id: "works", title: "业绩", standard: "近三年完成过类似项目不少于 1 项", evidence: "合同、验收证明" },
      {
        id: "lead",
        title: "项目负责人",
        standard: isWorks ? "具有相应专业的注册建造师资格" : "具有相应专业能力",
        evidence: "证书、社会保险缴纳证明",
      },
      {
        id: "credit",
        title: "信誉",
        standard: "未被列为失信被执行人，未被取消投标资格",
        evidence: "信用查询结果、声明",
      },
    ],
    form: [
      { id: "project_lead", label: "拟派项目负责人", kind: "text", required: true },
      { id: "lead_certificate", label: "项目负责人证书编号", kind: "text", required: true },
      { id: "similar_works", label: "近三年类似项目数量", kind: "integer", required: true },
    ],
    requiredFiles: [
      { id: "letter", title: "资格预审申请函" },
      { id: "proof", title: "资格证明材料" },
    ],
    consortiumAllowed: regime.consortium,
    saleEnd: at(6, 17),
    deadline: at(13, 9),
    decryptionWindowMinutes: 120,
    notice: {
      quantity: "1 项",
      performancePlace: "",
      performanceTime: "",
      contactPerson: person,
      contactPhone: "",
      responsiblePublisher: person,
      responsibleVerifier: verifier,
      other: "",
    },
  };
}
