import type { Refusal } from "@/core/refusal";
import type { RefusalCode } from "./refusal-codes";
import { bidding } from "./zh-CN/refusals-bidding";
import { billing } from "./zh-CN/refusals-billing";
import { clarification } from "./zh-CN/refusals-clarification";
import { evaluation } from "./zh-CN/refusals-evaluation";
import { general } from "./zh-CN/refusals-general";
import { identity } from "./zh-CN/refusals-identity";
import { invitation } from "./zh-CN/refusals-invitation";
import { law } from "./zh-CN/refusals-law";
import { mandate } from "./zh-CN/refusals-mandate";
import { objection } from "./zh-CN/refusals-objection";
import { opening } from "./zh-CN/refusals-opening";
import { party } from "./zh-CN/refusals-party";
import { prequalification } from "./zh-CN/refusals-prequalification";
import { security } from "./zh-CN/refusals-security";
import { service } from "./zh-CN/refusals-service";
import { signing } from "./zh-CN/refusals-signing";
import { site } from "./zh-CN/refusals-site";
import { tender } from "./zh-CN/refusals-tender";

/** The sentence of every code, facts not yet filled in. */
export const SENTENCES: Readonly<Record<RefusalCode, string>> = {
  ...general,
  ...identity,
  ...law,
  ...service,
  ...tender,
  ...invitation,
  ...prequalification,
  ...mandate,
  ...signing,
  ...clarification,
  ...objection,
  ...bidding,
  ...opening,
  ...evaluation,
  ...party,
  ...site,
  ...billing,
  ...security,
};

/** The sentence of a refusal, with its facts filled in. */
export function sentenceOf(refusal: Pick<Refusal, "code" | "facts">): string {
  const sentence: string | undefined = SENTENCES[refusal.code];
  if (!sentence) return refusal.code;
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(refusal.facts[name] ?? "—"));
}
