import type { Metadata } from "next";
import type { ReactNode } from "react";
import { SigningProvider } from "@/platform/identity/ui/sign-dialog";
import { PageHead } from "@/platform/site/ui/page-head";
import { headFacts } from "@/server/web/page";
import { AntdTheme } from "@/ui/antd-theme";
import "@/ui/tokens.css";
import "@/ui/plain.css";
import "@/ui/page.css";

export const dynamic = "force-dynamic";
export const metadata: Metadata = { title: { default: "工作台", template: "%s · 信标" } };

/** Root of the signed-in pages. Each page asks for its own session; here nobody is sent away. */
export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const head = await headFacts();
  return (
    <html lang="zh-CN">
      <body className="console">
        <AntdTheme>
          <SigningProvider>
            <PageHead {...head} work />
            <main id="main" className="page" tabIndex={-1}>
              {children}
            </main>
          </SigningProvider>
        </AntdTheme>
      </body>
    </html>
  );
}
