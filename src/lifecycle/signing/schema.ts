import { z } from "zod";
import { StatementInput } from "@/platform/identity/schema";

/** Publications that two sign: their chief person or the lead he authorised, and the organisation by its seal (O10 art. 10). */
export const PAIRED_ACTS = {
  "notice.publish": "发布招标公告、投标邀请书",
  "notice.withdraw": "撤回公告、终止招标",
  "clarification.publish": "发布澄清与修改",
  "prequalification.publish": "发布资格预审公告",
  "prequalification.amend": "澄清、修改资格预审文件",
  "prequalification.terminate": "终止招标",
  "award.publish-candidates": "公示中标候选人",
  "award.send-notices": "签发中标通知书、公布中标结果",
} as const;
export type PairedAct = keyof typeof PAIRED_ACTS;

export const isPairedAct = (act: string): act is PairedAct => Object.hasOwn(PAIRED_ACTS, act);

/**
 * A statement that two sign over the same payload bytes: `cms` is the person's signature, `seal` the organisation's.
 * Optional here, so that a missing seal is refused with the sentence that says how to get it.
 */
export const PairedStatement = StatementInput.extend({ seal: z.string().max(100_000, "签名过大").optional() });
export type PairedStatement = z.output<typeof PairedStatement>;

/** Longest content that waits for a seal: a clarification with its answers. */
const MAX_WAITING = 300_000;

/** The person's signature, kept until the keeper of the seal adds the other one. */
export const SignFirst = z.object({
  lotId: z.uuid(),
  act: z.enum(Object.keys(PAIRED_ACTS) as [PairedAct, ...PairedAct[]], { error: "没有这种需要两个签名的事项" }),
  digest: z.string().regex(/^[0-9a-f]{64}$/, "须为 64 位十六进制校验值"),
  title: z.string().trim().min(1, "标题必填").max(300, "标题不超过 300 字"),
  /** What the publishing act takes besides the signatures. */
  body: z
    .record(z.string().max(50), z.unknown())
    .refine((body) => JSON.stringify(body).length <= MAX_WAITING, "内容过长，请由持有印章的人直接签章发布"),
  statement: StatementInput,
});
export type SignFirst = z.input<typeof SignFirst>;

/** Whom the chief person authorises, for which tender project, and until when. */
export const Authorisation = z.object({
  personId: z.uuid({ error: "请选择被授权人" }),
  /** Empty: for all tender projects of the organisation. */
  tenderProjectId: z.uuid().optional(),
  until: z.iso.datetime({ offset: true, error: "授权截止日须为时间" }).transform((value) => new Date(value)),
});
export type Authorisation = z.output<typeof Authorisation>;

/** Scopes of an authorisation, as they are signed. */
export const ALL_TENDERS = "本单位全部招标项目";
export const oneTender = (code: string): string => `招标项目 ${code}`;

/** What the chief person signs: by names, as certificates bear them, so that everybody can compute its digest again. */
export const authorisationContent = (said: { organisation: string; lead: string; scope: string; until: Date }) => ({
  ...said,
  until: said.until.toISOString(),
});
export const AuthoriseLead = Authorisation.extend({ statement: StatementInput });
export const RevokeLead = z.object({ authorisationId: z.uuid(), statement: StatementInput });

/** What is published about who signed: kept with the notice, so that it is read and checked without asking anybody. */
export const Authority = z.object({
  basis: z.enum(["chief", "authorised"]),
  person: z.string(),
  chief: z.string(),
  organisation: z.string(),
  /** The chief person's own signed word. */
  authorisation: z
    .object({
      scope: z.string(),
      until: z.string(),
      at: z.string(),
      statement: z.object({ payload: z.string(), cms: z.string() }),
    })
    .optional(),
});
export type Authority = z.output<typeof Authority>;
