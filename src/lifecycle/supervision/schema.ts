import { z } from "zod";
import type { CanonicalValue } from "@/core/canonical-json";

/**
 * What a supervising body may order (行政监督指令, O20 art. 52). Those that this platform carries out by itself change the
 * lot; the others are told to those who run it.
 */
export const INSTRUCTION_TYPES = {
  SUSPEND: "中止",
  RESUME: "恢复",
  EXTEND: "延长投标截止时间",
  NOTICE: "通知",
  REMIND: "督促",
  PROVIDE: "调取资料",
  REEVALUATE: "责令重新评标",
  REPLACE_MEMBER: "更换评标委员会成员",
  INVALIDATE: "认定无效",
} as const;
export type InstructionType = keyof typeof INSTRUCTION_TYPES;

/** What can be asked for of a lot (调取资料); each is handed over when its own time has come, and never what is still sealed. */
export const DATA_CLASSES = {
  NOTICE: "公告公示",
  DOCUMENT: "招标文件",
  OPENING: "开标记录",
  REPORT: "评标报告",
  AWARD: "中标候选人与定标决定",
  TRAIL: "项目留痕",
} as const;
export type DataClass = keyof typeof DATA_CLASSES;

const instant = z.iso.datetime();
const text = (name: string, most: number) =>
  z.string().trim().min(1, `${name}必填`).max(most, `${name}不超过 ${most} 个字`);

/** The signed content of an instruction. Specification: `public/specs/instructions.md`. */
export const Instruction = z.strictObject({
  format: z.literal("xinbiao-instruction/1"),
  type: z.enum(Object.keys(INSTRUCTION_TYPES) as [InstructionType, ...InstructionType[]]),
  /** Document number (文号): with the authority it names the instruction. */
  no: text("文号", 60),
  /** Unified social credit code of the supervising body. */
  authority: z.string().length(18),
  /** Region in which it supervises; trailing pairs of zeros stand for everything below. */
  jurisdiction: z.string().regex(/^\d{6}$/),
  /** Code of the lot, 23 characters. */
  lot: z.string().length(23),
  /** Article that it rests on. */
  ground: text("依据", 200),
  text: text("内容", 2000),
  /** EXTEND: the new deadline. SUSPEND: when it is expected to end, for information. */
  until: instant.optional(),
  /** REPLACE_MEMBER: the member's code in the expert library. */
  member: text("评委编号", 30).optional(),
  /** PROVIDE: what is asked for. */
  classes: z
    .array(z.enum(Object.keys(DATA_CLASSES) as [DataClass, ...DataClass[]]))
    .min(1)
    .max(10)
    .optional(),
  issuedAt: instant,
  nonce: z.string().min(16).max(100),
});
export type Instruction = z.infer<typeof Instruction>;

/** Why an instruction is not carried out, for machines; `text` of the acknowledgement says it in words. */
export const REFUSAL_REASONS = {
  FORMAT: "指令格式不正确",
  SIGNATURE: "签名或证书验证未通过",
  AUTHORITY: "签名证书不是所称监督部门的",
  UNKNOWN_LOT: "没有这个标段",
  JURISDICTION: "所称监督部门不监督该标段",
  STALE: "签发时间与平台时间相差超过 5 分钟",
  NONCE: "随机数已经用过",
  NUMBER: "同一文号已有不同的指令",
  STATE: "标段现在的状态不能执行该指令",
  TWO_ENVELOPES: "双信封标段的第二信封已经开启，重新评标须由招标人会同评标委员会组织，已转告招标人和招标代理机构",
  MEMBER: "没有指明要更换的成员，或者评标委员会中没有这名成员",
  STANDBY: "没有候补专家可以接替，已转告招标人和招标代理机构",
  TYPE: "本平台不能自动执行该类指令，已转告招标人和招标代理机构",
} as const;
export type RefusalReason = keyof typeof REFUSAL_REASONS;

/** The signed answer of the platform. */
export interface InstructionAck {
  readonly format: "xinbiao-instruction-ack/1";
  /** Code of the trading site. */
  readonly platform: string;
  readonly authority: string;
  readonly no: string;
  /** SHA-256 (hex) of the instruction's payload. */
  readonly instruction: string;
  readonly state: "executed" | "refused";
  readonly reason?: RefusalReason;
  readonly text: string;
  readonly receivedAt: string;
  /** PROVIDE: the material by class, as it stands. */
  readonly material?: Readonly<Record<string, CanonicalValue>>;
  /** PROVIDE: classes whose time has not come, or of which there is nothing. */
  readonly withheld?: readonly string[];
  /** Clocks of the lot that moved, by name, ISO instants. */
  readonly clocks?: Readonly<Record<string, string>>;
}
