import type { Metadata } from "next";
import { endOfShanghaiDay, formatInstant, startOfShanghaiDay } from "@/core/time";
import { legalNow } from "@/kit/db/context";
import { LotTable } from "@/lifecycle/lot/ui/lot-table";
import { searchNotices } from "@/lifecycle/notice/search";
import { NoticeList } from "@/lifecycle/notice/ui/notice-list";
import { publishedTenders } from "@/lifecycle/tender-project/queries";
import { asPublic } from "@/server/web/context";
import { page } from "@/server/web/page";
import { lotRow } from "@/server/web/views/lot-rows";

export const metadata: Metadata = { title: "首页" };

export default async function HomePage() {
  const { lots, notices, now, siteName } = await page(() =>
    asPublic(async (tx, { site }) => ({
      lots: await publishedTenders(tx),
      notices: (await searchNotices(tx, { words: [], sort: "newest" }, 8)).notices,
      now: await legalNow(tx),
      siteName: site.name,
    })),
  );
  const [from, to] = [startOfShanghaiDay(now), endOfShanghaiDay(now)];
  const today = lots.filter(({ lot: { bidDeadline } }) => bidDeadline && bidDeadline >= from && bidDeadline < to);
  return (
    <>
      <h1>{siteName}</h1>
      <search>
        <form className="card row" action="/notices">
          <label className="field" style={{ flex: 1, minWidth: 200, margin: 0 }}>
            <span>项目名称、编号或公告内容</span>
            <input className="text" type="search" name="q" maxLength={100} />
          </label>
          <button className="btn btn-primary" type="submit">
            搜索公告
          </button>
        </form>
      </search>
      <section className="card" aria-labelledby="today-title">
        <h2 id="today-title">今日开标</h2>
        <LotTable
          caption="今日开标的标段"
          empty="今日没有开标。"
          rows={today.map((each) => lotRow(each, `/tenders/${each.lot.code}`))}
        />
      </section>
      <section className="card" aria-labelledby="newest-title">
        <h2 id="newest-title">最新公告</h2>
        <NoticeList
          empty="还没有公告。"
          notices={notices.map(({ number, title, kind, publishedAt }) => ({
            number,
            title,
            kind,
            publishedAt: formatInstant(publishedAt),
          }))}
        />
        <p>
          <a href="/notices">全部公告</a>
        </p>
      </section>
      <section className="card" aria-labelledby="how-title">
        <h2 id="how-title">四步参与投标</h2>
        <ol>
          <li>查看公告，用数字证书登录后免费获取招标文件。</li>
          <li>在本机编制、签章并加密投标文件；平台和任何人在开标前都不能打开。</li>
          <li>截止前递交，取得带平台签名的回执；截止前可以替换或撤回。</li>
          <li>开标时在开标大厅解密，唱标结果同时向所有投标人公布。</li>
        </ol>
      </section>
    </>
  );
}
