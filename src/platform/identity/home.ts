import type { SessionView } from "./schema";

type Role = SessionView["role"];

/** Roles as people call them. */
export const ROLE_NAMES: Record<Role, string> = {
  tenderer: "招标人",
  agency: "招标代理",
  bidder: "投标人",
  expert: "评标专家",
  supervisor: "监督部门",
  venue: "评标场所",
  operator: "平台运营",
  "system-admin": "系统管理员",
  "security-admin": "安全管理员",
  "audit-admin": "审计管理员",
};

/** Where a role's work begins. */
export function homeOf(role: Role, orgId: string): string {
  switch (role) {
    case "expert":
      return "/expert";
    case "supervisor":
      return "/supervise";
    case "operator":
      return "/admin";
    case "system-admin":
    case "security-admin":
      return "/admin/sites";
    case "audit-admin":
      return "/admin/audit";
    case "venue":
      return "/";
    default:
      return `/w/${orgId}`;
  }
}
