import type { TenderDocumentContent } from "@/lifecycle/tender-document/schema";

/** A works tender evaluated by the comprehensive method: price 60, technical 30, commercial 10; K printed. */
export function worksDocument(ceilingFen: bigint, securityFen: bigint): TenderDocumentContent {
  return {
    title: "施工招标文件",
    instructions: "投标人须知：投标文件由开标一览表、投标函和技术文件组成，经数字证书签名并加密后递交。",
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
    ],
    requiredFiles: [
      { id: "letter", title: "投标函" },
      { id: "technical", title: "技术文件" },
    ],
    reviewItems: [
      { id: "seal", title: "投标函签章", standard: "投标函经单位签章并由负责人签字", clause: "2.1.1", group: "form" },
      {
        id: "licence",
        title: "资质条件",
        standard: "具有建筑工程施工总承包三级及以上资质",
        clause: "2.1.2",
        group: "qualification",
      },
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
    ceilingFen: String(ceilingFen),
    securityFen: String(securityFen),
    securityForms: ["银行转账", "电子保函"],
    validityDays: 90,
    decryptionWindowMinutes: 30,
    consortiumAllowed: false,
    interestDeclaration: true,
    remedyClause: "解密失败时，可在解密时间内使用投标人自行保管的应急解密码解密。",
    silenceMeansNoObjection: true,
  };
}
