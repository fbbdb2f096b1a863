import { formatYuan } from "@/core/money";
import type { PortalFigures as Figures } from "../portal";

/** Five figures, each with what it counts. */
export function PortalFigures({ figures }: { figures: Figures }) {
  const rows: readonly (readonly [title: string, value: string, definition: string])[] = [
    ["本月公告", String(figures.noticesThisMonth), "本月（北京时间自然月）发布的各类公告、公示的份数"],
    ["正在发售", String(figures.lotsOnSale), "此刻可以获取招标文件的标段数，不含中止的标段"],
    ["今日开标", String(figures.openingsToday), "公告载明今天开标的标段数，不含终止招标的标段"],
    ["本月中标结果", String(figures.resultsThisMonth), "本月发布的中标结果公告的份数"],
    ["本年中标价合计", formatYuan(figures.awardedFen), "本年发布的中标结果公告所载中标价之和"],
  ];
  return (
    <section className="card" aria-labelledby="figures-title">
      <h2 id="figures-title">交易数据</h2>
      <dl className="figures">
        {rows.map(([title, value, definition]) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>
              <strong>{value}</strong>
              <span className="small muted">{definition}</span>
            </dd>
          </div>
        ))}
      </dl>
      <p className="small muted">只统计已经公布的内容；开标前不统计、不显示任何投标情况。</p>
    </section>
  );
}
