import type { Metadata } from "next";
import type { ReactNode } from "react";
import { SigningProvider } from "@/platform/identity/ui/sign-dialog";
import { PageHead } from "@/platform/site/ui/page-head";
import { headFacts } from "@/server/web/page";
import "@/ui/tokens.css";
import "@/ui/plain.css";
import "@/ui/page.css";
import "@/lifecycle/opening/ui/hall.css";

export const dynamic = "force-dynamic";
export const metadata: Metadata = { title: { default: "开标大厅", template: "%s · 信标" } };

/** Root of the hall: dark, plain HTML, for screens on desks and on walls. */
export default async function HallLayout({ children }: { children: ReactNode }) {
  const head = await headFacts();
  return (
    <html lang="zh-CN">
      <body className="hall">
        <SigningProvider>
          <PageHead {...head} work />
          {children}
        </SigningProvider>
      </body>
    </html>
  );
}
