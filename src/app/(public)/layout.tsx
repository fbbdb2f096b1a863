import type { Metadata } from "next";
import type { ReactNode } from "react";
import { PageHead } from "@/platform/site/ui/page-head";
import { addressOf, headFacts } from "@/server/web/page";
import "@/ui/tokens.css";
import "@/ui/plain.css";
import "@/ui/page.css";

export const dynamic = "force-dynamic";
/** Canonical addresses are those of the site by whose name the request came. */
export async function generateMetadata(): Promise<Metadata> {
  return {
    title: { default: "信标", template: "%s · 信标" },
    metadataBase: new URL(await addressOf("/")),
    alternates: {
      types: { "application/atom+xml": "/feeds/notices.atom", "application/feed+json": "/feeds/notices.json" },
    },
  };
}

/** Root of the public pages: plain HTML, no component library. */
export default async function PublicLayout({ children }: { children: ReactNode }) {
  const head = await headFacts();
  return (
    <html lang="zh-CN">
      <body>
        <PageHead {...head} />
        <main id="main" className="page" tabIndex={-1}>
          {children}
        </main>
        <footer className="site-foot">
          {head.siteName} · <a href="/about">平台信息公开</a> · <a href="/status">运行状态</a> ·{" "}
          <a href="/help/check">环境自检</a>
        </footer>
      </body>
    </html>
  );
}
