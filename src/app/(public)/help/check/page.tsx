import type { Metadata } from "next";
import { SelfCheck } from "@/platform/site/ui/self-check";

export const metadata: Metadata = { title: "环境自检" };

export default function SelfCheckPage() {
  return (
    <>
      <h1>环境自检</h1>
      <p>检查本机浏览器能否完成签名、加密和递交。不收集任何信息。</p>
      <SelfCheck />
    </>
  );
}
