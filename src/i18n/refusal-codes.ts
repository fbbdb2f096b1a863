import type { bidding } from "./zh-CN/refusals-bidding";
import type { billing } from "./zh-CN/refusals-billing";
import type { clarification } from "./zh-CN/refusals-clarification";
import type { evaluation } from "./zh-CN/refusals-evaluation";
import type { general } from "./zh-CN/refusals-general";
import type { identity } from "./zh-CN/refusals-identity";
import type { invitation } from "./zh-CN/refusals-invitation";
import type { law } from "./zh-CN/refusals-law";
import type { mandate } from "./zh-CN/refusals-mandate";
import type { objection } from "./zh-CN/refusals-objection";
import type { opening } from "./zh-CN/refusals-opening";
import type { party } from "./zh-CN/refusals-party";
import type { prequalification } from "./zh-CN/refusals-prequalification";
import type { security } from "./zh-CN/refusals-security";
import type { service } from "./zh-CN/refusals-service";
import type { signing } from "./zh-CN/refusals-signing";
import type { site } from "./zh-CN/refusals-site";
import type { tender } from "./zh-CN/refusals-tender";

/** Every code that has a sentence. A refusal without a sentence does not compile. */
export type RefusalCode =
  | keyof typeof general
  | keyof typeof identity
  | keyof typeof law
  | keyof typeof service
  | keyof typeof tender
  | keyof typeof invitation
  | keyof typeof prequalification
  | keyof typeof mandate
  | keyof typeof signing
  | keyof typeof clarification
  | keyof typeof objection
  | keyof typeof bidding
  | keyof typeof opening
  | keyof typeof evaluation
  | keyof typeof party
  | keyof typeof site
  | keyof typeof billing
  | keyof typeof security;
