import type { OrderView } from "../order-view";

/** Own downloads of the document: when, what, from where. */
export function DownloadList({ downloads }: Pick<OrderView, "downloads">) {
  return (
    <section className="card" aria-labelledby="h-downloads">
      <h2 id="h-downloads">下载记录</h2>
      <p className="muted small">仅本单位可见。</p>
      {downloads.length ? (
        <table>
          <thead>
            <tr>
              <th>时间</th>
              <th>文件</th>
              <th>版本</th>
              <th>地址</th>
            </tr>
          </thead>
          <tbody>
            {downloads.map(({ at, file, version, address }, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two downloads of one second are two rows
              <tr key={i}>
                <td>{at}</td>
                <td>{file}</td>
                <td>第 {version} 版</td>
                <td>{address}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <p>尚未下载。</p>
      )}
    </section>
  );
}
