import { z } from "zod";

/** What kind of procedure it is; fixed when the tender project is created. */
export const Regime = z.object({
  /** 依法必须招标: all legal minimums block. */
  mandatory: z.boolean(),
  /** 国有资金占控股或者主导地位. */
  stateFundsDominant: z.boolean(),
  tenderMode: z.enum(["open", "invited"]),
  orgForm: z.enum(["self", "agency"]),
  qualification: z.enum(["pre", "post"]),
  envelopes: z.union([z.literal(1), z.literal(2)]),
  twoStage: z.boolean(),
  evaluationVenue: z.enum(["local", "remote", "dispersed"]),
  /** Committee recommends candidates, or decides itself (授权评标委员会定标). */
  awardRight: z.enum(["recommends", "decides"]),
  /** Consortium bids allowed (接受联合体投标). */
  consortium: z.boolean(),
  /** What is bought; decides the caps of the bid security and the thresholds of mandatory tendering. */
  subject: z.enum(["works", "goods", "survey_design", "services"]),
});
export type Regime = z.infer<typeof Regime>;

export const REGIME_TEXTS = {
  tenderMode: { open: "公开招标", invited: "邀请招标" },
  orgForm: { self: "自行招标", agency: "委托招标" },
  qualification: { pre: "资格预审", post: "资格后审" },
  envelopes: { 1: "单信封", 2: "双信封" },
  evaluationVenue: { local: "现场评标", remote: "远程异地评标", dispersed: "分散席位评标" },
  awardRight: { recommends: "评标委员会推荐中标候选人", decides: "授权评标委员会确定中标人" },
  subject: { works: "工程", goods: "货物", survey_design: "勘察设计", services: "服务" },
} as const satisfies { [K in keyof Regime]?: Record<string, string> };
