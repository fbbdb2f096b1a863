import type { Metadata } from "next";
import { formatInstant } from "@/core/time";
import { legalNow } from "@/kit/db/context";
import { requestRuntime } from "@/server/web/context";
import { page } from "@/server/web/page";

export const metadata: Metadata = { title: "运行状态" };

export default async function StatusPage() {
  const { now, crls, offsetMs } = await page(async () => {
    const { db, site, ports } = await requestRuntime();
    const at = await legalNow(db);
    return {
      now: at,
      crls: { got: (await ports.revocation.lists(site.crlUrls, at)).length, of: site.crlUrls.length },
      offsetMs: ports.clockOffset.currentMs(),
    };
  });
  const rows: readonly (readonly [string, boolean, string])[] = [
    ["网页与数据库", true, "正常"],
    ["平台时钟", Math.abs(offsetMs) <= 2000, `与标准时间相差 ${offsetMs} 毫秒`],
    ["证书吊销信息", crls.got === crls.of, `${crls.got}/${crls.of} 份可用`],
  ];
  return (
    <>
      <h1>运行状态</h1>
      <p role="status" className={`note ${rows.every(([, ok]) => ok) ? "ok" : "warn"}`}>
        {rows.every(([, ok]) => ok) ? "各项服务正常" : "部分服务异常，正在处理"}
      </p>
      <dl className="fields card">
        {rows.map(([title, ok, text]) => (
          <div key={title} style={{ display: "contents" }}>
            <dt>{title}</dt>
            <dd>
              {ok ? "✔" : "✖"} {text}
            </dd>
          </div>
        ))}
        <dt>检查时间</dt>
        <dd>{formatInstant(now)}</dd>
      </dl>
    </>
  );
}
