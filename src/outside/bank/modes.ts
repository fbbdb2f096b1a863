import { z } from "zod";

export const BANK_NAME = "黔江商业银行（演示）";

/**
 * How payments and their notices go wrong: sent `twice`, a second one that `differs`, `late` (held until the switch is
 * turned), `never`; `short` and `over`: the payer pays another amount than the order says.
 */
export const NoticeMode = z.enum(["once", "twice", "differs", "late", "never", "short", "over"]);
export type NoticeMode = z.infer<typeof NoticeMode>;
