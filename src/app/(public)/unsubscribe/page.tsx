import type { Metadata } from "next";
import { oneOf } from "@/server/web/page";

export const metadata: Metadata = { title: "退订", robots: { index: false } };

interface Props {
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** Asks before it ends anything: programs that look into mails follow links, but press no buttons. */
export default async function UnsubscribePage({ searchParams }: Props) {
  const { key, done } = await searchParams;
  const state = oneOf(done);
  return (
    <>
      <h1>退订新公告邮件</h1>
      {state === "unknown" ? (
        <p role="status" className="note danger">
          没有这个退订链接对应的订阅。请从邮件中完整复制链接，或登录后在“来信”页面删除保存的搜索。
        </p>
      ) : state ? (
        <p role="status" className="note ok">
          已退订，不再发送这个搜索的邮件。其他保存的搜索不受影响。
        </p>
      ) : (
        <form className="card" method="post" action={`/unsubscribe/end?key=${encodeURIComponent(oneOf(key) ?? "")}`}>
          <p>退订后不再发送这个保存的搜索的新公告邮件。</p>
          <button className="btn btn-primary" type="submit">
            确认退订
          </button>
        </form>
      )}
    </>
  );
}
