import { z } from "zod";
import { isBase64url } from "@/core/bytes";

export const ROLES = [
  "tenderer",
  "agency",
  "bidder",
  "expert",
  "supervisor",
  "venue",
  "operator",
  "system-admin",
  "security-admin",
  "audit-admin",
] as const;

/** Name of the session cookie. `__Host-` where the page is served by TLS; demonstrations on localhost have none. */
export const SESSION_COOKIE = "xb_session";

/** A signed statement as it travels: base64url of the canonical payload and of the detached CMS. */
export const StatementInput = z.object({
  payload: z.string().max(400_000, "签名内容过大"),
  cms: z.string().max(100_000, "签名过大"),
  tst: z.string().max(100_000).optional(),
});
export type StatementInput = z.infer<typeof StatementInput>;

export const SignInInput = z.object({
  nonce: z.string().min(16).max(100),
  cms: z.string().max(100_000, "签名过大").refine(isBase64url, "不是 base64url 编码"),
  role: z.enum(ROLES).optional(),
});

export const SwitchInput = z.object({ role: z.enum(ROLES, { error: "没有这种角色" }) });

/** What the head of every page shows: person · organisation · role · site. */
export interface SessionView {
  readonly personId: string;
  readonly personName: string;
  readonly orgId: string;
  readonly orgName: string;
  readonly creditCode: string;
  readonly role: (typeof ROLES)[number];
  readonly roles: readonly (typeof ROLES)[number][];
  readonly siteName: string;
  /** The organisation's first entry is not verified yet. */
  readonly unverified?: boolean;
  /** `frozen` or `cancelled` where the account is not active. */
  readonly standing?: string;
  readonly certificateFingerprint: string;
  readonly certificateNotAfter: string;
}
