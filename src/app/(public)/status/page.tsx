import type { Metadata } from "next";
import { asPublic } from "@/server/web/context";
import { page } from "@/server/web/page";
import { statusView } from "@/server/web/views/status";

export const metadata: Metadata = { title: "运行状态", alternates: { canonical: "/status" } };

export default async function StatusPage() {
  const { rows, incidents, checkedAt } = await page(() => asPublic(statusView));
  const well = rows.every(({ ok }) => ok);
  return (
    <>
      <h1>运行状态</h1>
      <p role="status" className={`note ${well ? "ok" : "warn"}`}>
        {well ? "各项服务正常" : "部分服务异常，正在处理"}
      </p>
      <dl className="fields card">
        {rows.map(({ title, ok, text }) => (
          <div key={title} style={{ display: "contents" }}>
            <dt>{title}</dt>
            <dd>
              {ok ? "✔" : "✖"} {text}
            </dd>
          </div>
        ))}
        <dt>检查时间</dt>
        <dd>{checkedAt}</dd>
      </dl>
      <section className="card" aria-labelledby="incidents-title">
        <h2 id="incidents-title">近 30 天的中断</h2>
        {incidents.length === 0 ? (
          <p className="muted">没有记录到中断。</p>
        ) : (
          <ul>
            {incidents.map(({ title, minutes, endedAt }) => (
              <li key={`${title}${endedAt}`}>
                {title}中断约 {minutes} 分钟，{endedAt} 恢复
              </li>
            ))}
          </ul>
        )}
        <p className="small muted">
          影响递交或解密的中断，按<a href="/about#outage">公布的规则</a>自动顺延截止时间或延长解密时间。
        </p>
      </section>
    </>
  );
}
