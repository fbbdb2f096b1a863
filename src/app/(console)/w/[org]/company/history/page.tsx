import type { Metadata } from "next";
import { historyView } from "@/platform/party/views";
import { asActor } from "@/server/web/context";
import { idParam, ownOrganisation, page } from "@/server/web/page";

export const metadata: Metadata = { title: "变更记录" };

export default async function HistoryPage({ params }: { params: Promise<{ org: string }> }) {
  const { org } = await params;
  const { versions, requests } = await page(async () => {
    await ownOrganisation(idParam(org));
    return asActor((tx, actor) => historyView(tx, actor));
  }, `/w/${org}/company/history`);
  return (
    <>
      <h1>变更记录</h1>
      <p className="muted">投标文件始终保留递交时的版本，之后的变更不影响已递交的投标。</p>
      {versions.map(({ version, by, at, changes }) => (
        <section key={version} className="card" aria-label={`第 ${version} 版`}>
          <h2>第 {version} 版</h2>
          <p className="small muted">
            {at} {by}
          </p>
          {changes.length === 0 ? (
            <p>{version === 1 ? "首次录入。" : "材料有更新。"}</p>
          ) : (
            <table className="plain">
              <thead>
                <tr>
                  <th scope="col">项目</th>
                  <th scope="col">原内容</th>
                  <th scope="col">新内容</th>
                </tr>
              </thead>
              <tbody>
                {changes.map(({ label, from, to }) => (
                  <tr key={label}>
                    <th scope="row">{label}</th>
                    <td>
                      <del>{from}</del>
                    </td>
                    <td>
                      <ins>{to}</ins>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </section>
      ))}
      <section className="card" aria-labelledby="requests-title">
        <h2 id="requests-title">核验记录</h2>
        <ul>
          {requests.map(({ id, at, by, fields, decision }) => (
            <li key={id}>
              {at} {by}提交{fields.length ? `（${fields.join("、")}）` : ""}：{decision}
            </li>
          ))}
        </ul>
        {requests.length === 0 && <p className="muted">没有核验记录。</p>}
      </section>
    </>
  );
}
