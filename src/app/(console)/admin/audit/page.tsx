import type { Metadata } from "next";
import { requireStaff } from "@/server/web/operator";
import { oneOf, page } from "@/server/web/page";
import { administrationTrail } from "@/server/web/views/audit";

export const metadata: Metadata = { title: "管理留痕" };

interface Props {
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** What the operator's own people did, for the third administrator. Nothing of a tender is here. */
export default async function AuditPage({ searchParams }: Props) {
  const asked = oneOf((await searchParams).page) ?? "";
  const at = /^\d{1,5}$/.test(asked) ? Number(asked) : 0;
  const { lines, more } = await page(async () => {
    await requireStaff("audit-admin");
    return administrationTrail(at);
  }, "/admin/audit");
  return (
    <>
      <h1>管理留痕</h1>
      <p className="muted">运营机构全体人员的登录与管理操作，逐条链接，不能修改或删除。这里没有任何投标内容。</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reached by keyboard */}
      <section className="card scroll-x" aria-label="留痕" tabIndex={0}>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col" className="num">
                序号
              </th>
              <th scope="col">时间</th>
              <th scope="col">人员</th>
              <th scope="col">操作</th>
              <th scope="col">对象</th>
              <th scope="col">说明</th>
              <th scope="col">网络地址</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <tr key={line.number}>
                <th scope="row" className="num" style={{ minWidth: "5em" }}>
                  {line.number}
                </th>
                <td style={{ minWidth: "10em" }}>{line.at}</td>
                <td style={{ minWidth: "9em" }}>
                  {line.person}
                  <br />
                  {line.role}
                </td>
                <td style={{ minWidth: "7em" }}>{line.action}</td>
                <td className="hash">{line.subject}</td>
                <td style={{ minWidth: "14em" }}>{line.facts}</td>
                <td>{line.address}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {lines.length === 0 && <p className="muted">没有更早的留痕。</p>}
        {more && <a href={`/admin/audit?page=${more}`}>更早</a>}
      </section>
    </>
  );
}
