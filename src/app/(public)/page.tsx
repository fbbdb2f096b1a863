import type { Metadata } from "next";
import { formatInstant } from "@/core/time";
import { legalNow } from "@/kit/db/context";
import { openingsToday, portalFigures } from "@/lifecycle/notice/portal";
import { searchNotices } from "@/lifecycle/notice/search";
import { NoticeList } from "@/lifecycle/notice/ui/notice-list";
import { OpeningsToday } from "@/lifecycle/notice/ui/openings-today";
import { PortalFigures } from "@/lifecycle/notice/ui/portal-figures";
import { asPublic } from "@/server/web/context";
import { page } from "@/server/web/page";

export const metadata: Metadata = { title: "首页", alternates: { canonical: "/" } };

const STEPS = [
  "查看公告，用数字证书登录后获取招标文件，多数免费，收费的仅补偿成本。",
  "在本机编制、签章并加密投标文件；平台和任何人在开标前都不能打开。",
  "截止前递交，取得带平台签名的回执；截止前可以替换或撤回。",
  "开标时在开标大厅解密，唱标结果同时向所有投标人公布。",
];

export default async function HomePage() {
  const { openings, figures, notices, siteName } = await page(() =>
    asPublic(async (tx, { site }) => {
      const now = await legalNow(tx);
      return {
        openings: await openingsToday(tx, now),
        figures: await portalFigures(tx, site.id, now),
        notices: (await searchNotices(tx, { words: [], sort: "newest" }, 8)).notices,
        siteName: site.name,
      };
    }),
  );
  return (
    <>
      <h1>{siteName}</h1>
      <search>
        <form className="card row" action="/notices">
          <label className="field" style={{ flex: 1, minWidth: 200, margin: 0 }}>
            <span>项目、招标人、编号或公告内容</span>
            <input className="text" type="search" name="q" maxLength={100} />
          </label>
          <button className="btn btn-primary" type="submit">
            搜索公告
          </button>
        </form>
      </search>
      <OpeningsToday openings={openings} />
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
      <PortalFigures figures={figures} />
      <section className="card" aria-labelledby="how-title">
        <h2 id="how-title">四步参与投标</h2>
        <ol>
          {STEPS.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      </section>
    </>
  );
}
