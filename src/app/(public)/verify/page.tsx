import type { Metadata } from "next";
import { legalNow } from "@/kit/db/context";
import { trustMaterial } from "@/platform/site/trust-material";
import { HashCalculator, VerifyPanel } from "@/platform/site/ui/verify/verify-panel";
import { requestRuntime } from "@/server/web/context";
import { page } from "@/server/web/page";

export const metadata: Metadata = { title: "核验" };

export default async function VerifyPage() {
  const material = await page(async () => {
    const runtime = await requestRuntime();
    return trustMaterial(runtime, await legalNow(runtime.db));
  });
  return (
    <>
      <h1>核验</h1>
      <p>核验在您的浏览器里完成：检查签名、证书和内容是否一致。改动过一个字节的文件不能通过。</p>
      <VerifyPanel material={material} />
      <HashCalculator />
    </>
  );
}
