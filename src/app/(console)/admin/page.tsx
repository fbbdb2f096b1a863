import type { Metadata } from "next";
import { formatInstant } from "@/core/time";
import { legalNow } from "@/kit/db/context";
import { requestRuntime } from "@/server/web/context";
import { outboxHealth } from "@/server/web/operator";
import { isDemo, page } from "@/server/web/page";

export const metadata: Metadata = { title: "运行总览" };

const STATES: Record<string, string> = {
  queued: "待发",
  sent: "已发送",
  received: "已收到",
  accepted: "已接收",
  published: "已发布",
  rejected: "被退回",
};
/** States in which a message still waits for something. */
const OPEN = ["queued", "sent", "received"];

const age = (from: Date, now: Date) => `${Math.max(0, Math.floor((now.getTime() - from.getTime()) / 60_000))} 分钟`;

export default async function AdminPage() {
  const { lines, now, offset } = await page(async () => {
    const outbox = await outboxHealth();
    const { db, ports } = await requestRuntime();
    return { lines: outbox, now: await legalNow(db), offset: ports.clockOffset.currentMs() };
  }, "/admin");
  return (
    <>
      <h1>运行总览</h1>
      <p className="muted">运营人员看不到任何投标内容、投标人名称和数量。</p>
      <section className="card" aria-labelledby="clock-title">
        <h2 id="clock-title">时钟</h2>
        <p role="status">
          平台时间 {formatInstant(now)}，与标准时间相差 {offset} 毫秒
        </p>
        {isDemo() && <a href="/demo">演示时钟</a>}
      </section>
      <section className="card" aria-labelledby="outbox-title">
        <h2 id="outbox-title">省公共服务平台报送</h2>
        {!lines && <p className="note warn">本进程没有配置运营数据库账号，不能显示报送情况。</p>}
        {lines && (
          <div className="scroll-x">
            <table className="plain">
              <thead>
                <tr>
                  <th scope="col">状态</th>
                  <th scope="col" className="num">
                    条数
                  </th>
                  <th scope="col">最老</th>
                  <th scope="col" className="num">
                    有错误
                  </th>
                </tr>
              </thead>
              <tbody>
                {lines.map(({ state, count, oldest, failing }) => (
                  <tr key={state}>
                    <th scope="row">{STATES[state] ?? state}</th>
                    <td className="num">{count}</td>
                    <td style={{ minWidth: "10em" }}>
                      {oldest
                        ? `${formatInstant(oldest)}${OPEN.includes(state) ? `，已等待 ${age(oldest, now)}` : ""}`
                        : "—"}
                    </td>
                    <td className="num">{failing}</td>
                  </tr>
                ))}
              </tbody>
            </table>
            {lines.length === 0 && <p className="muted">还没有报送。</p>}
          </div>
        )}
      </section>
    </>
  );
}
