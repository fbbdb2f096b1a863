import { z } from "zod";
import { fromBase64url, isBase64url } from "@/core/bytes";
import { StatementInput } from "@/platform/identity/schema";

/** Grave changes of a bidder (重大变化, IR38) that it tells at once. */
export const CIRCUMSTANCE_KINDS = {
  merger: "合并",
  split: "分立",
  bankruptcy: "破产",
  other: "其他重大变化",
} as const;
export type CircumstanceKind = keyof typeof CIRCUMSTANCE_KINDS;

export const CIRCUMSTANCE_LIMITS = { documentBytes: 4 * 1024 * 1024, perBidder: 10, least: 10, most: 2000 } as const;
const { documentBytes, least, most } = CIRCUMSTANCE_LIMITS;

const isPdf = (bytes: Uint8Array): boolean => [0x25, 0x50, 0x44, 0x46, 0x2d].every((byte, i) => bytes[i] === byte);

/** A notice of such a change, with the paper that shows it. */
export const Circumstance = z.object({
  lotId: z.uuid(),
  kind: z.enum(Object.keys(CIRCUMSTANCE_KINDS) as [CircumstanceKind, ...CircumstanceKind[]], {
    error: "请选择变化的种类",
  }),
  occurredOn: z.iso.date({ error: "发生日期须为日期" }),
  text: z
    .string({ error: "变化的情况须为文字" })
    .trim()
    .min(least, `请写明变化的情况和对投标的影响，不少于 ${least} 字`)
    .max(most, `变化的情况不能超过 ${most} 字`),
  document: z.object({
    name: z.string().trim().min(1, "证明文件须有名称").max(200, "证明文件的名称不能超过 200 字"),
    bytes: z
      .string({ error: "请添加证明文件（PDF）" })
      .max(Math.ceil((documentBytes * 4) / 3) + 4, "证明文件超过 4 MB，请压缩后重新添加")
      .refine((text) => isBase64url(text) && isPdf(fromBase64url(text)), "证明文件不是 PDF，请另存为 PDF 后重新添加"),
  }),
});
export type Circumstance = z.output<typeof Circumstance>;
export const FileCircumstance = Circumstance.extend({ statement: StatementInput });

/** One notice as its readers see it. */
export interface CircumstanceView {
  readonly kind: string;
  readonly occurredOn: string;
  readonly text: string;
  readonly documentName: string;
  readonly fileId: string;
  readonly at: string;
}

const RULE = "《招标投标法实施条例》第三十八条";

/** What the committee is told of a notice: evidence; what follows from it the committee decides. */
export const findingOfCircumstance = ({ kind, occurredOn, text }: CircumstanceView): string =>
  `投标人告知发生${kind}（${occurredOn}）：${text}。请认定是否仍具备招标文件规定的资格条件、投标是否影响招标公正性；不再具备或者影响的，其投标无效（${RULE}）。`;
