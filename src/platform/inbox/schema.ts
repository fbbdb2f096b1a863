import { z } from "zod";

/** Further addresses that get copies. */
export const MAX_COPIES = 5;

export const Preferences = z.object({
  copies: z
    .array(z.email("抄送邮箱格式不正确").max(100, "抄送邮箱不超过 100 个字"))
    .max(MAX_COPIES, `抄送邮箱不超过 ${MAX_COPIES} 个`),
  quiet: z.boolean(),
});
export type Preferences = z.infer<typeof Preferences>;
