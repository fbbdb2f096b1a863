import type { Metadata } from "next";
import { siteDesk } from "@/platform/site/queries";
import { asActor } from "@/server/web/context";
import { installationEndpoints } from "@/server/web/endpoints";
import { requireStaff } from "@/server/web/operator";
import { page } from "@/server/web/page";

export const metadata: Metadata = { title: "站点" };
const VERDICTS = { approved: "已批准", returned: "已退回" } as const;

export default async function SitesPage() {
  const { sites, proposals, role } = await page(async () => {
    await requireStaff("system-admin", "security-admin");
    return asActor(async (tx, actor) => ({ ...(await siteDesk(tx, installationEndpoints())), role: actor.role }));
  }, "/admin/sites");
  return (
    <>
      <h1>站点</h1>
      <section className="card scroll-x" aria-labelledby="sites-title">
        <h2 id="sites-title">已开通</h2>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">站点名称</th>
              <th scope="col">域名</th>
              <th scope="col">平台标识代码</th>
              <th scope="col">操作</th>
            </tr>
          </thead>
          <tbody>
            {sites.map((site) => (
              <tr key={site.id}>
                <th scope="row" style={{ minWidth: "14em" }}>
                  {site.name}
                  {site.missing.length > 0 && (
                    <p className="note danger small">未填公开事项：{site.missing.join("、")}</p>
                  )}
                </th>
                <td className="hash">{site.host}</td>
                <td className="hash">{site.platformCode}</td>
                <td>{role === "system-admin" ? <a href={`/admin/sites/${site.id}`}>变更{site.host}</a> : "—"}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {role === "system-admin" && (
          <p>
            <a className="btn btn-primary" href="/admin/sites/new">
              开通新站点
            </a>
          </p>
        )}
      </section>
      <section className="card" aria-labelledby="places-title">
        <h2 id="places-title">部署检查</h2>
        <p className="small muted">
          服务器和全部数据须在境内（《电子招标投标办法》第十条）。下列是登记的所在地，以及正在使用而没有登记的主机。
        </p>
        {sites.map((site) => (
          <details key={site.id} open={site.placements.some(({ ok }) => !ok)}>
            <summary>
              {site.name}：
              {site.placements.every(({ ok }) => ok)
                ? "全部在境内"
                : `${site.placements.filter(({ ok }) => !ok).length} 项不符`}
            </summary>
            <ul className="plain-list">
              {site.placements.map(({ title, ok, text }) => (
                <li key={`${title} ${text}`} className={ok ? undefined : "note danger small"}>
                  {ok ? "✔" : "✖"} {title}：{text}
                </li>
              ))}
            </ul>
          </details>
        ))}
      </section>
      <section className="card" aria-labelledby="proposals-title">
        <h2 id="proposals-title">申请</h2>
        <p className="small muted">系统管理员提出，安全管理员审批，审计管理员查看留痕：三员分立。</p>
        <ul className="plain-list">
          {proposals.map((row) => (
            <li key={row.id} className="row">
              <a href={`/admin/sites/proposals/${row.id}`}>
                {row.kind}：{row.name}（{row.host}）
              </a>
              <span>{row.verdict ? VERDICTS[row.verdict] : "等待审批"}</span>
              <span className="small muted">
                {row.by}
                {row.decided && `；${row.decided}`}
              </span>
            </li>
          ))}
        </ul>
        {proposals.length === 0 && <p className="muted">还没有申请。</p>}
      </section>
    </>
  );
}
