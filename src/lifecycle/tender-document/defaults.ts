import type { Regime } from "@/lifecycle/law/regime";
import type { TenderDocumentContent } from "./schema";

/**
 * Where a new tender document of works begins: comprehensive method, price 60, technical 30, commercial 10, K printed.
 *
 * @param estimateFen - the ceiling begins at the estimate, the bid security at one per cent of it.
 */
export function defaultContent(lotName: string, estimateFen: bigint): TenderDocumentContent {
  return {
    title: `${lotName}招标文件`,
    instructions:
      "投标文件由开标一览表、投标函和技术文件组成，经数字证书签名并加密后，在投标截止时间前通过交易平台递交。",
    envelopes: ["main"],
    suites: ["XB-RSA-1"],
    keyPolicy: "bidder",
    usesDraws: false,
    form: [
      { id: "price", label: "投标总价", kind: "money", required: true, unit: "元" },
      { id: "period_days", label: "工期", kind: "integer", required: true, unit: "日历天" },
      { id: "quality", label: "质量", kind: "text", required: true, unit: "" },
      { id: "project_lead", label: "项目负责人", kind: "text", required: true, unit: "" },
      { id: "lead_certificate", label: "项目负责人证书编号", kind: "text", required: true, unit: "" },
      // What is to be subcontracted is stated in the bid (BL30).
      { id: "subcontract", label: "拟分包的非主体、非关键性工作", kind: "text", required: false, unit: "" },
    ],
    requiredFiles: [
      { id: "letter", title: "投标函" },
      { id: "technical", title: "技术文件" },
    ],
    reviewItems: [
      { id: "seal", title: "投标函签章", standard: "投标函经单位签章并由负责人签字", clause: "2.1.1", group: "form" },
      { id: "licence", title: "资质条件", standard: "具有招标公告要求的资质", clause: "2.1.2", group: "qualification" },
      { id: "period", title: "工期响应", standard: "工期不超过招标文件规定", clause: "2.1.3", group: "responsiveness" },
    ],
    criteria: [
      {
        id: "plan",
        title: "施工方案",
        standard: "优 12-15 分，良 9-11.9 分，一般 0-8.9 分",
        clause: "2.2.1",
        class: "technical",
        maxHundredths: 1500,
      },
      {
        id: "schedule",
        title: "进度计划",
        standard: "合理可行 0-8 分",
        clause: "2.2.2",
        class: "technical",
        maxHundredths: 800,
      },
      {
        id: "safety",
        title: "安全文明施工",
        standard: "措施完整 0-7 分",
        clause: "2.2.3",
        class: "technical",
        maxHundredths: 700,
      },
      {
        id: "record",
        title: "类似业绩",
        standard: "每项 2.5 分，最高 10 分",
        clause: "2.3.1",
        class: "commercial",
        maxHundredths: 1000,
      },
    ],
    method: {
      kind: "comprehensive",
      price: {
        type: "deviation",
        base: { variant: "B3", k: "0.015" },
        trims: [{ minN: 5, dropHigh: 1, dropLow: 1 }],
        full: "60",
        e1: "1.0",
        e2: "0.5",
        floor: "0",
      },
    },
    ceilingFen: String(estimateFen),
    securityFen: String(estimateFen / 100n),
    securityForms: ["银行转账", "电子保函"],
    validityDays: 90,
    decryptionWindowMinutes: 60,
    consortiumAllowed: false,
    interestDeclaration: true,
    remedyClause: "解密失败时，可在解密时间内使用投标人自行保管的应急解密码解密。",
    silenceMeansNoObjection: true,
  };
}

/** What the form of a lot without a tender document begins with. */
export const firstContent = (
  lot: { readonly name: string; readonly estimateFen: bigint },
  regime: Pick<Regime, "consortium" | "envelopes">,
): TenderDocumentContent => ({
  ...defaultContent(lot.name, lot.estimateFen),
  consortiumAllowed: regime.consortium,
  envelopes: regime.envelopes === 2 ? ["technical", "price"] : ["main"],
});
