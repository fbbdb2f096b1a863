import type { Metadata } from "next";
import { ConsentSheet } from "@/lifecycle/bidding/ui/consent-sheet";

export const metadata: Metadata = { title: "联合体成员签署" };

export default function ConsortiumConsentPage() {
  return (
    <>
      <h1>联合体成员签署</h1>
      <p>
        打开、核对、签署都在您的浏览器里完成：签署请求、证书和签署结果不发送给平台，页面打开后断开网络也能签署。不需要登录，建议不登录使用。
        打开本页与打开其他公开页面一样会留下访问记录；不希望访问平台的，可用命令行
        <code>xinbiao consent</code>（见<a href="/specs/consortium.md">说明</a>）离线签署。
      </p>
      <ConsentSheet />
    </>
  );
}
