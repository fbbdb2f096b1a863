import { z } from "zod";

/** Limits of a bill of quantities, beside its schema. */
export const BILL_LIMITS = {
  items: 2_000,
  sections: 100,
  /** Integer digits of a quantity; it has up to three decimals. */
  quantityDigits: 9,
  /** Fen; a thousand million yuan for one unit is a slip of the keyboard. */
  unitPriceFen: 100_000_000_000n,
} as const;

/** What bidders price, and what they may not change: sums and prices that the tenderer gives (暂列金额, 暂估价). */
export const BILL_KINDS = { priced: "投标报价", provisional_sum: "暂列金额", provisional_price: "暂估价" } as const;
export type BillKind = keyof typeof BILL_KINDS;

/** How a line total that has a part of a fen is rounded; the tender document names it. */
export const BILL_ROUNDINGS = { "half-up": "四舍五入到分", down: "舍去不足一分的部分" } as const;

const cell = (label: string, most: number) =>
  z.string().trim().min(1, `${label}不能为空`).max(most, `${label}不能超过 ${most} 字`);

/** One item of the bill of quantities (工程量清单). Its code is unique in the bill: priced bills name it by that. */
export const BillItem = z
  .strictObject({
    code: cell("项目编码", 50),
    section: cell("分部", 100),
    name: cell("项目名称", 200),
    feature: z.string().trim().max(1_000, "项目特征不能超过 1000 字").default(""),
    unit: cell("计量单位", 20),
    /** Thousandths of the unit, as decimal text. */
    quantityThousandths: z.string().regex(/^[1-9]\d{0,11}$/, "工程量须大于 0，最多三位小数"),
    kind: z.enum(["priced", "provisional_sum", "provisional_price"]),
    /** Price of one unit that the tenderer gives; of a priced item there is none. */
    fixedUnitFen: z
      .string()
      .regex(/^[1-9]\d{0,11}$/, "给定单价须为大于 0 的金额")
      .optional(),
    /** What a provisional price buys: decides from which sum it must be tendered itself (IR29). */
    provisionalOf: z.enum(["works", "goods", "services"]).optional(),
  })
  .refine(({ kind, provisionalOf }) => kind === "provisional_price" || provisionalOf === undefined, {
    message: "只有暂估价可以写明是工程、货物还是服务",
    path: ["provisionalOf"],
  })
  .refine(({ kind, fixedUnitFen }) => (kind === "priced") === (fixedUnitFen === undefined), {
    message: "暂列金额和暂估价须给定单价，投标报价的项目不得给定单价",
    path: ["fixedUnitFen"],
  });
export type BillItem = z.infer<typeof BillItem>;

/** The bill of quantities of a tender document, by which bidders make their price. */
export const Bill = z.strictObject({
  rounding: z.enum(["half-up", "down"], { error: "请选择合价的取整方式" }),
  items: z
    .array(BillItem)
    .min(1, "工程量清单没有项目")
    .max(BILL_LIMITS.items, `工程量清单不能超过 ${BILL_LIMITS.items} 项`)
    .refine((items) => new Set(items.map(({ code }) => code)).size === items.length, "项目编码不能重复")
    .refine(
      (items) => new Set(items.map(({ section }) => section)).size <= BILL_LIMITS.sections,
      `分部不能超过 ${BILL_LIMITS.sections} 个`,
    ),
});
export type Bill = z.infer<typeof Bill>;
