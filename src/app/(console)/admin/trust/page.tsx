import type { Metadata } from "next";
import { legalNow } from "@/kit/db/context";
import { trustView } from "@/platform/site/queries";
import { requestRuntime } from "@/server/web/context";
import { requireStaff } from "@/server/web/operator";
import { page } from "@/server/web/page";

export const metadata: Metadata = { title: "证书信任" };

export default async function TrustPage() {
  const { authorities, lists } = await page(async () => {
    await requireStaff("security-admin");
    const runtime = await requestRuntime();
    return trustView(runtime, await legalNow(runtime.db));
  }, "/admin/trust");
  return (
    <>
      <h1>证书信任</h1>
      <p className="muted">信任列表的变更由系统管理员在“站点”中提出，由您审批。</p>
      <section className="card scroll-x" aria-labelledby="authorities-title">
        <h2 id="authorities-title">信任的机构</h2>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">证书主体</th>
              <th scope="col">类型</th>
              <th scope="col">有效期至</th>
              <th scope="col">SHA-256</th>
            </tr>
          </thead>
          <tbody>
            {authorities.map((row) => (
              <tr key={row.fingerprint}>
                <th scope="row">{row.subject}</th>
                <td>{row.root ? "根证书" : "签发证书"}</td>
                <td>
                  {row.until}
                  {row.expired && <span className="chip warn">已过期</span>}
                </td>
                <td className="hash">{row.fingerprint}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <section className="card scroll-x" aria-labelledby="lists-title">
        <h2 id="lists-title">吊销列表</h2>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">网址</th>
              <th scope="col">发布时间</th>
              <th scope="col">下次发布</th>
              <th scope="col">状态</th>
            </tr>
          </thead>
          <tbody>
            {lists.map((row) => (
              <tr key={row.url}>
                <th scope="row" className="hash">
                  {row.url}
                </th>
                <td>{row.made ?? "—"}</td>
                <td>{row.next ?? "—"}</td>
                <td>{row.stale ? <span className="chip warn">过期或取不到</span> : "有效"}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {lists.length === 0 && <p className="muted">没有配置吊销列表网址。</p>}
      </section>
    </>
  );
}
