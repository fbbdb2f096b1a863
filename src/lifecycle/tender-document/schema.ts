import { z } from "zod";
import { FeeTier, MAX_TIERS } from "@/lifecycle/mandate/schema";
import { StatementInput } from "@/platform/identity/schema";
import { Bill } from "./bill/schema";
import { LEVELS } from "./levels";

/** Limits that stand beside the schema: what is longer or more is refused with the field's name. */
export const DOCUMENT_LIMITS = {
  criteria: 60,
  reviewItems: 60,
  formFields: 40,
  requiredFiles: 20,
  levels: 10,
  textLength: 20_000,
  clauseLength: 10_000,
} as const;

/**
 * The envelope (信封) of a form field or required file in a tender of two envelopes: 1 or 2. Left out, an amount lies in the
 * second and everything else in the first (`envelopes.ts`), so that documents published without it mean what they meant.
 */
const envelope = z.union([z.literal(1), z.literal(2)], { error: "信封只能选第一或第二" }).optional();

const shortText = (label: string) => z.string().trim().min(1, `${label}不能为空`).max(200, `${label}不能超过 200 字`);

/** One field of the opening form (开标一览表): what the bidder fills in, what everybody sees after decryption. */
export const FormField = z.object({
  id: z.string().regex(/^[a-z][a-z0-9_]{0,31}$/, "字段编号只能用小写字母、数字和下划线"),
  label: shortText("字段名称"),
  kind: z.enum(["money", "integer", "text"]),
  required: z.boolean(),
  unit: z.string().max(20).default(""),
  envelope,
});

/** One pass/fail item of the preliminary review (初步评审), with the clause it stands in. */
export const ReviewItem = z.object({
  id: z.string().regex(/^[a-z][a-z0-9_]{0,31}$/),
  title: shortText("评审因素"),
  standard: shortText("评审标准"),
  clause: shortText("条款号"),
  group: z.enum(["form", "qualification", "responsiveness"]),
});

/** One scored criterion of the detailed review (详细评审); the price score is computed by the engine. */
export const Criterion = z.object({
  id: z.string().regex(/^[a-z][a-z0-9_]{0,31}$/),
  title: shortText("评分因素"),
  standard: shortText("评分标准"),
  clause: shortText("条款号"),
  class: z.enum(["technical", "commercial"]),
  /** Hundredths of a point. */
  maxHundredths: z.number().int().min(1, "分值必须大于 0").max(10_000, "单项分值不能超过 100 分"),
});

export const GATHERING_KINDS = { visit: "踏勘现场", meeting: "投标预备会（答疑会）" } as const;

/**
 * A visit to the site or a meeting before the bids, for everybody who wants to come (IR28). Who comes is written down
 * nowhere: there is no field for it, and one that is sent along is refused (BL22).
 */
export const Gathering = z.strictObject(
  {
    kind: z.enum(["visit", "meeting"], { error: "请选择踏勘现场或投标预备会" }),
    at: z.iso.datetime({ offset: true, error: "踏勘、预备会的时间须填写完整" }),
    place: shortText("集合地点"),
    note: z.string().trim().max(500, "踏勘、预备会的说明不能超过 500 字").default(""),
  },
  {
    error: ({ code }) =>
      code === "unrecognized_keys"
        ? "踏勘、预备会面向所有潜在投标人，不得指定或登记参加单位，请只填写时间、地点和说明"
        : undefined,
  },
);
export type Gathering = z.infer<typeof Gathering>;
export const MAX_GATHERINGS = 10;
export const Gatherings = z.array(Gathering).max(MAX_GATHERINGS, `踏勘、预备会不能超过 ${MAX_GATHERINGS} 次`);

/** Machine-readable parts of the tender document (招标文件): everything the platform computes with comes from here. */
export const TenderDocumentContent = z.object({
  title: shortText("招标文件名称"),
  instructions: z
    .string()
    .max(
      DOCUMENT_LIMITS.textLength,
      `投标人须知摘要不能超过 ${DOCUMENT_LIMITS.textLength} 字，更长的内容请放在招标文件 PDF 中`,
    )
    .default(""),
  /** Envelope plan: segment ids of the sealed package, in order. */
  envelopes: z
    .array(z.string().regex(/^[a-z][a-z0-9-]{0,31}$/))
    .min(1)
    .max(2)
    .refine((ids) => new Set(ids).size === ids.length, "两个信封的编号不能相同"),
  suites: z.array(z.enum(["XB-RSA-1"])).min(1),
  keyPolicy: z.enum(["bidder"]),
  usesDraws: z.boolean(),
  form: z.array(FormField).min(1).max(DOCUMENT_LIMITS.formFields),
  requiredFiles: z
    .array(z.object({ id: z.string().regex(/^[a-z][a-z0-9_]{0,31}$/), title: shortText("文件名称"), envelope }))
    .min(1)
    .max(DOCUMENT_LIMITS.requiredFiles),
  /** Bill of quantities (工程量清单); its priced sum is the price. Without one the price is typed. */
  bill: Bill.optional(),
  reviewItems: z.array(ReviewItem).min(1).max(DOCUMENT_LIMITS.reviewItems),
  criteria: z.array(Criterion).max(DOCUMENT_LIMITS.criteria),
  /** Parameters of the evaluation method; checked by the engine's own schema before publication. */
  method: z.record(z.string(), z.unknown()),
  /** Fen, as decimal text: JSON has no big integers. */
  ceilingFen: z.string().regex(/^\d{1,18}$/, "最高限价须为金额"),
  securityFen: z.string().regex(/^\d{1,18}$/, "投标保证金须为金额"),
  securityForms: z
    .array(z.string().max(50))
    .min(1)
    .max(10)
    // The provincial platform takes ten characters for all of them (MARGIN_PAY_TYPE, C..10).
    .refine(
      (forms) => forms.join(";").length <= 10,
      "保证金形式合计不能超过 10 个字（含分隔号），请只写名称，例如 银行转账、电子保函",
    ),
  /**
   * What the document says of the bid security beyond its sum: a package without one is refused at receipt (RF-14), and a bid that
   * its bidder's own fault keeps closed costs it (IR35). Left out, the first is the committee's to judge and the second costs nothing.
   */
  security: z.object({ receiptCondition: z.boolean(), keptOnFailure: z.boolean() }).optional(),
  /** Sale at cost; without it, or at price zero, the document is free. The account is the payee's own. */
  sale: z
    .object({
      priceFen: z.string().regex(/^\d{1,15}$/, "招标文件售价须为不小于零、精确到分的金额，例如 300.00；免费填 0"),
      payee: z.enum(["tenderer", "agency"]),
      bank: z.string().trim().max(200, "开户银行不能超过 200 字"),
      account: z
        .string()
        .trim()
        .regex(/^[0-9 -]{0,50}$/, "收款账号只能用数字、空格和短横线，最多 50 位"),
    })
    .optional(),
  validityDays: z.number().int().min(1, "投标有效期不能少于 1 天").max(3650, "投标有效期不能超过 3650 天"),
  decryptionWindowMinutes: z.number().int().min(10, "解密时间不能少于 10 分钟").max(1440, "解密时间不能超过 1440 分钟"),
  gatherings: Gatherings.optional(),
  /** Hash of the sealed base estimate (标底); written by the platform when its author seals one, never by a form. */
  baseEstimate: z.object({ hash: z.string().regex(/^[0-9a-f]{64}$/) }).optional(),
  /**
   * What the winner pays to the agency, as the mandate says it; written by the platform, never by a form. What is not printed here
   * the winner does not owe.
   */
  winnerPays: z
    .object({
      text: z.string().max(2000),
      feeFen: z.string().max(18),
      feeTiers: z.array(FeeTier).max(MAX_TIERS).optional(),
    })
    .optional(),
  consortiumAllowed: z.boolean(),
  /** The bidder declares its relations to the tenderer in its bid (IR34). Left out by documents of before: they ask for none. */
  interestDeclaration: z.literal(true).optional(),
  /** Qualifications (资质, CL23 = 1) that are required, with speciality and lowest level: computed for consortia (BL31). */
  levels: z
    .array(
      z.object({
        id: z.string().regex(/^[a-z][a-z0-9_]{0,31}$/, "资质要求的编号只能用小写字母、数字和下划线"),
        speciality: shortText("资质专业"),
        level: z
          .number()
          .int()
          .min(0)
          .max(LEVELS.length - 1, "请从列表中选择资质等级"),
      }),
    )
    .min(1)
    .max(DOCUMENT_LIMITS.levels, `资质要求不能超过 ${DOCUMENT_LIMITS.levels} 项`)
    .refine((rows) => new Set(rows.map(({ id }) => id)).size === rows.length, "资质要求的编号不能重复")
    .optional(),
  remedyClause: z.string().max(2000, "补救方案不能超过 2000 字").default(""),
  silenceMeansNoObjection: z.boolean(),
  /** The model text it is composed from, and the clauses that say something else or were to be written. */
  standard: z
    .object({
      model: z.enum(["works", "goods", "services"], { error: "请从列表中选择示范文本" }),
      changes: z.record(
        z.string().regex(/^[a-z]+-\d{1,2}$/, "条款编号不正确"),
        z.string().max(DOCUMENT_LIMITS.clauseLength, `每一条款不能超过 ${DOCUMENT_LIMITS.clauseLength} 字`),
      ),
    })
    .optional(),
});
export type TenderDocumentContent = z.infer<typeof TenderDocumentContent>;

/** The bid security in a line: its forms, and what the document says of a bid without one or that its bidder keeps closed. */
export const securityTerms = ({
  securityForms,
  security,
}: Pick<TenderDocumentContent, "securityForms" | "security">): string =>
  [
    securityForms.join("、"),
    ...(security?.receiptCondition ? ["递交时没有保证金或保函的不予接收"] : []),
    ...(security?.keptOnFailure ? ["因投标人原因未能解密的，可以不予退还"] : []),
  ].join("；");

/** What the document costs; nothing when it is free. */
export const priceOf = ({ sale }: Pick<TenderDocumentContent, "sale">): bigint => BigInt(sale?.priceFen ?? "0");

const base64url = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[A-Za-z0-9_-]+$/);

/** A base estimate as it arrives: sealed. There is no field for the amount. */
export const SealBaseEstimate = z.strictObject({
  lotId: z.uuid(),
  hash: z.string().regex(/^[0-9a-f]{64}$/, "标底校验值不正确"),
  sealed: z.strictObject({
    format: z.literal("xb-sealed-value/1"),
    cert: z.string().regex(/^[0-9a-f]{64}$/),
    key: base64url(1500),
    body: base64url(1000),
  }),
  statement: StatementInput,
});
