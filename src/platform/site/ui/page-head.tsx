import type { SessionView } from "@/platform/identity/schema";
import { SessionLine } from "@/platform/identity/ui/session-line";
import { DemoBar } from "@/ui/demo-bar";
import { SiteHead, SkipLink } from "@/ui/site-head";

const PUBLIC_LINKS = [
  ["/notices", "公告"],
  ["/verify", "核验"],
  ["/about", "平台信息公开"],
  ["/help", "帮助"],
] as const;

export interface PageHeadProps {
  readonly siteName: string;
  readonly now: string;
  readonly session?: SessionView;
  readonly home?: string;
}

/** Links of a signed-in person's own work. */
function workLinks({ role, orgId }: SessionView): readonly (readonly [string, string])[] {
  switch (role) {
    case "tenderer":
    case "agency":
      return [
        [`/w/${orgId}`, "工作台"],
        [`/w/${orgId}/tenders/new`, "新建招标项目"],
        [`/w/${orgId}/inbox`, "来信"],
        [`/w/${orgId}/company`, "企业资料"],
      ];
    case "bidder":
      return [
        [`/w/${orgId}`, "工作台"],
        [`/w/${orgId}/inbox`, "来信"],
        [`/w/${orgId}/company`, "企业资料"],
      ];
    case "expert":
      return [["/expert", "我的评审"]];
    case "supervisor":
      return [
        ["/supervise", "监督首页"],
        [`/w/${orgId}/company`, "单位资料"],
      ];
    case "operator":
      return [
        ["/admin", "运行总览"],
        ["/admin/orgs", "主体审核"],
        ["/admin/people", "人员审核"],
        ["/admin/fees", "费用核对"],
        [`/w/${orgId}/company`, "单位资料"],
      ];
    case "system-admin":
      return [
        ["/admin", "运行总览"],
        ["/admin/sites", "站点"],
      ];
    case "security-admin":
      return [
        ["/admin/sites", "站点审批"],
        ["/admin/trust", "证书信任"],
      ];
    case "audit-admin":
      return [["/admin/audit", "管理留痕"]];
    default:
      return [];
  }
}

/** Demonstration bar, skip link and head, for the top of every layout. `work` puts the person's own links first. */
export function PageHead({ siteName, now, session, home, work = false }: PageHeadProps & { readonly work?: boolean }) {
  const links = work && session ? [...workLinks(session), ["/notices", "公告"] as const] : PUBLIC_LINKS;
  return (
    <>
      <SkipLink />
      <DemoBar />
      <SiteHead siteName={siteName} now={now} links={links}>
        {session ? (
          <SessionLine session={session} {...(home && !work ? { home } : {})} />
        ) : (
          <span className="session-line">
            <a href="/login">登录</a>
            <a href="/register">注册</a>
          </span>
        )}
      </SiteHead>
    </>
  );
}
