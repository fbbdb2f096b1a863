"use client";

import { useEffect, useRef } from "react";

/** What a page shows when it broke: what was kept, the number of the fault, and a way to try again. */
export function ErrorView({ digest, retry }: { digest: string | undefined; retry(): void }) {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  return (
    <section role="alert" className="card">
      <h1 ref={title} tabIndex={-1}>
        出了问题
      </h1>
      <p>页面暂时打不开。已经提交的内容不受影响；请重试，或把下面的编号告诉平台客服。</p>
      <p className="hash">编号 {digest ?? "无"}</p>
      <p className="row">
        <button type="button" className="btn btn-primary" onClick={retry}>
          重试
        </button>
        <a href="/">回到首页</a>
      </p>
    </section>
  );
}
