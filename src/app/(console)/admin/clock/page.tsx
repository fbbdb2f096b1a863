import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { requireOperator } from "@/server/web/operator";
import { isDemo, page } from "@/server/web/page";

export const metadata: Metadata = { title: "时钟" };

/** Legal time can be moved in a demonstration, and nowhere else. */
export default async function ClockPage() {
  await page(() => requireOperator(), "/admin/clock");
  if (!isDemo()) notFound();
  return (
    <>
      <h1>时钟</h1>
      <p>
        演示环境的平台时间在 <a href="/demo">演示台</a> 移动；正式环境没有这一功能。
      </p>
    </>
  );
}
