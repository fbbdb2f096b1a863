import { expect, test } from "vitest";
import { atomFeed, jsonFeed, sitemap } from "./feed";

const facts = {
  title: "公告 <学校> & 医院",
  siteName: "演示平台",
  base: "http://localhost:3000",
  listPath: "/notices?q=%E5%AD%A6%E6%A0%A1&kind=tender",
  feedPath: "/feeds/notices.atom?q=%E5%AD%A6%E6%A0%A1&kind=tender",
  notices: [
    {
      number: "E5200000001000001001001-ZB01",
      title: `]]></title><script>alert("1")</script>`,
      kind: "tender",
      publishedAt: new Date("2026-05-18T00:00:00.400Z"),
      lotCode: "E5200000001000001001001",
      deadline: null,
      fields: { projectName: "一\u0000二 & <三>", other: "无" },
    },
  ],
};

test("an Atom feed is well-formed whatever a notice says, and is as old as its newest notice", () => {
  const text = atomFeed(facts);
  // Every tag closes; no text opens one.
  const open: string[] = [];
  for (const [, end, name, own] of text.matchAll(/<(\/?)([a-z]+)[^<>]*?(\/?)>/g)) {
    if (own) continue;
    if (end) expect(open.pop()).toBe(name);
    else open.push(name!);
  }
  expect(open).toEqual([]);
  expect(text).not.toContain("<script");
  expect(text).not.toContain("\u0000");
  expect(text).toContain("<updated>2026-05-18T00:00:00.400Z</updated>\n<author>");
  expect(text).toContain("招标项目名称：一二 &amp; &lt;三&gt;");
  expect(text).toContain("kind=tender");
  expect(atomFeed({ ...facts, notices: [] })).toContain("<updated>1970-01-01T00:00:00.000Z</updated>");
});

test("a JSON feed says the same", () => {
  const feed = jsonFeed(facts);
  expect(feed.version).toBe("https://jsonfeed.org/version/1.1");
  expect(feed.items).toHaveLength(1);
  expect(feed.items[0]).toMatchObject({
    id: "http://localhost:3000/notices/E5200000001000001001001-ZB01",
    title: facts.notices[0]!.title,
    tags: ["招标公告", "E5200000001000001001001"],
  });
});

test("a sitemap names addresses and the instants of their publications", () => {
  expect(sitemap("http://localhost", [{ path: "/" }, { path: "/notices/1&2", at: new Date(0) }])).toContain(
    "<url><loc>http://localhost/</loc></url>\n<url><loc>http://localhost/notices/1&amp;2</loc><lastmod>1970-01-01T00:00:00.000Z</lastmod></url>",
  );
});
