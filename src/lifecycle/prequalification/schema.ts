import { z } from "zod";
import { priceWordIn } from "@/lifecycle/law/rounds";
import { PairedStatement } from "@/lifecycle/signing/schema";
import type { TenderDocumentContent } from "@/lifecycle/tender-document/schema";
import { StatementInput } from "@/platform/identity/schema";

const line = (label: string, max = 200) =>
  z
    .string({ error: `${label}须为文字` })
    .trim()
    .min(1, `${label}不能为空`)
    .max(max, `${label}不能超过 ${max} 字`);
const free = (label: string, max = 2000) => z.string().trim().max(max, `${label}不能超过 ${max} 字`).default("");
const rowId = z.string().regex(/^[a-z][a-z0-9_]{0,31}$/, "编号只能用小写字母、数字和下划线");
const time = (label: string) => z.iso.datetime({ offset: true, error: `请填写${label}` });

/** Limits that stand beside the schema. */
export const PREQUAL_LIMITS = { criteria: 40, items: 40, fields: 30, files: 20, reviewers: 15 } as const;

/** One condition (资格条件) by which every application is found to pass or not (IR18). */
export const PrequalCriterion = z.object({
  id: rowId,
  title: line("审查因素"),
  standard: line("合格标准", 500),
  /** What an applicant hands in to show it. */
  evidence: line("须提供的证明材料", 300),
});
export type PrequalCriterion = z.infer<typeof PrequalCriterion>;

/** One thing that a technical proposal has to treat (IR30): nobody judges it, the tenderer learns from it. */
export const ProposalItem = z.object({
  id: rowId,
  title: line("技术建议的内容"),
  text: line("技术建议的内容要求", 1000),
});
export type ProposalItem = z.infer<typeof ProposalItem>;

const contentShape = {
  title: line("资格预审文件名称"),
  instructions: free("申请人须知", 20_000),
  criteria: z.array(PrequalCriterion).max(PREQUAL_LIMITS.criteria, "资格条件不能超过 40 项"),
  /** Of a first stage in place of conditions; there without a single one, it is none. */
  items: z.array(ProposalItem).max(PREQUAL_LIMITS.items, "技术建议的内容不能超过 40 项").optional(),
  form: z
    .array(
      z.object({
        id: rowId,
        label: line("申请表栏目"),
        kind: z.enum(["integer", "text"], { error: "栏目只能填文字或者数字，不能是金额" }),
        required: z.boolean(),
      }),
    )
    .min(1, "申请表至少有一个栏目")
    .max(PREQUAL_LIMITS.fields, "申请表栏目不能超过 30 个"),
  requiredFiles: z
    .array(z.object({ id: rowId, title: line("须提交的文件") }))
    .min(1, "请至少列出一份须提交的文件")
    .max(PREQUAL_LIMITS.files, "须提交的文件不能超过 20 份"),
  consortiumAllowed: z.boolean(),
  /** A security is asked of bids alone; of two stages in the second (IR30). */
  securityFen: z
    .undefined({
      error:
        "第一阶段和资格预审不得要求投标保证金；要求提交的，在第二阶段的招标文件中提出（《招标投标法实施条例》第三十条）",
    })
    .optional(),
  saleEnd: time("获取资格预审文件的截止时间"),
  deadline: time("资格预审申请截止时间"),
  decryptionWindowMinutes: z.number().int().min(10, "解密时间不能少于 10 分钟").max(1440, "解密时间不能超过 1440 分钟"),
  /** What the notice says besides. */
  notice: z.object({
    quantity: free("数量", 200),
    /** What bidders must be able to do, where bids are judged by it and no prequalification was (资格后审). */
    qualification: z.string().trim().max(2000, "投标人资格要求不能超过 2000 字").optional(),
    performancePlace: line("实施地点"),
    performanceTime: line("工期（交货期、服务期）"),
    contactPerson: line("联系人", 50),
    contactPhone: line("联系电话", 50),
    responsiblePublisher: line("发布责任人", 50),
    responsibleVerifier: line("平台验证责任人", 50),
    other: free("其他事项"),
  }),
};

/**
 * Machine-readable document of a first round: the prequalification document (资格预审文件), or with `items` what technical
 * proposals of a first stage have to treat (IR30). Applications are reviewed by 合格制 alone: who meets every condition is
 * qualified, however many that are; 有限数量制 is not offered.
 */
export const PrequalContent = z.object(contentShape).superRefine((content, context) => {
  const { items, criteria } = content;
  const issue = (path: (string | number)[], message: string) => context.addIssue({ code: "custom", path, message });
  if (!items) {
    if (!criteria.length) issue(["criteria"], "请至少写一项资格条件");
    return;
  }
  if (!items.length) issue(["items"], "请至少写一项技术建议应当说明的内容");
  if (criteria.length) issue(["criteria"], "技术建议不评审，不写资格条件");
  for (const [field, labels] of [
    ["items", items.map(({ title }) => title)],
    ["form", content.form.map(({ label }) => label)],
    ["requiredFiles", content.requiredFiles.map(({ title }) => title)],
  ] as const)
    for (const [i, label] of labels.entries()) {
      const word = priceWordIn(label);
      if (word)
        issue(
          [field, i],
          `“${label}”涉及${word}：第一阶段提交不带报价的技术建议（《招标投标法实施条例》第三十条），请删除；报价在第二阶段提交`,
        );
    }
});
export type PrequalContent = z.infer<typeof PrequalContent>;
export type PrequalContentInput = z.input<typeof PrequalContent>;

/** The one segment of a sealed application. */
export const APPLICATION_SEGMENT = "application";

/**
 * An application is filled in and sealed by the same parts as a bid; to them it is a document without price, bill,
 * envelopes or draws.
 */
export const asSealable = (content: PrequalContent): TenderDocumentContent => ({
  title: content.title,
  instructions: content.instructions,
  envelopes: [APPLICATION_SEGMENT],
  suites: ["XB-RSA-1"],
  keyPolicy: "bidder",
  usesDraws: false,
  form: content.form.map((field) => ({ ...field, unit: "" })),
  requiredFiles: content.requiredFiles.map((file) => ({ ...file })),
  reviewItems: [],
  criteria: [],
  method: {},
  ceilingFen: "0",
  securityFen: "0",
  securityForms: [],
  validityDays: 1,
  decryptionWindowMinutes: content.decryptionWindowMinutes,
  consortiumAllowed: content.consortiumAllowed,
  remedyClause: "",
  silenceMeansNoObjection: false,
});

export const SavePrequalification = z.object({ lotId: z.uuid(), content: PrequalContent });
export const PublishPrequalification = z.object({ lotId: z.uuid(), statement: PairedStatement });

/** A later version of the document (澄清、修改), with the deadline that it leaves or sets (IR21). */
export const PrequalAmendment = z.object({
  lotId: z.uuid(),
  content: PrequalContent,
  change: z.string().trim().min(5, "请写明澄清或修改的内容，不少于 5 字").max(5000, "澄清或修改的内容不能超过 5000 字"),
  /** Declared by who publishes; what may affect applications is bound to CLK-04. */
  affectsApplications: z.boolean(),
});
export type PrequalAmendment = z.output<typeof PrequalAmendment>;
export const AmendPrequalification = PrequalAmendment.extend({ statement: PairedStatement });

/** What the publisher of a prequalification signs the digest of: its notice and its document. */
export const prequalNoticeDigest = (notice: string, document: string) => ({ notice, document });

/** What somebody who reads technical proposals declares before anything of one is shown. */
export const STUDY_DECLARATION =
  "本人与提交技术建议的投标人没有利害关系；如发现有，立即回避。本人对投标人的名称、数量和技术建议的内容保密，不向任何人透露，直至法律允许公开。";

/** The host ends the study of the proposals: from then on everybody whose proposal was opened takes part in stage 2. */
export const EndStudy = z.object({ lotId: z.uuid(), statement: StatementInput });

/** What a reviewer declares before anything of an application is shown. */
export const REVIEW_DECLARATION =
  "本人与各资格预审申请人及其联合体成员没有利害关系；如发现有，立即回避。本人对申请人的名称、数量和评审情况保密，直至法律允许公开。";

export const Marks = z.object({
  lotId: z.uuid(),
  applicationId: z.uuid(),
  marks: z
    .array(
      z.object({
        criterionId: rowId,
        passed: z.boolean({ error: "请逐项选择符合或者不符合" }),
        reason: z.string().trim().max(1000, "理由不能超过 1000 字").default(""),
      }),
    )
    .min(1)
    .max(PREQUAL_LIMITS.criteria),
});

/** One applicant in the report. */
export interface ReviewedApplicant {
  readonly applicationId: string;
  readonly name: string;
  readonly creditCode: string;
  /** False: its sender did not release the key, so there was nothing to review. */
  readonly opened: boolean;
  readonly qualified: boolean;
  readonly items: readonly {
    readonly criterionId: string;
    readonly passed: boolean;
    readonly reasons: readonly string[];
  }[];
  /** What the applicant is told where it is not qualified. */
  readonly reasons: readonly string[];
}

/** The report of the review (资格审查报告); of technical proposals the list of those that were opened. */
export interface ReviewReport {
  readonly format: "xb-prequal-review/1" | "xb-first-stage/1";
  readonly lot: string;
  readonly documentDigest: string;
  readonly method: "pass-fail" | "none";
  readonly reviewers: readonly { readonly name: string; readonly kind: string }[];
  readonly applicants: readonly ReviewedApplicant[];
}
