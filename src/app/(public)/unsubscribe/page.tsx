import type { Metadata } from "next";
import { oneOf } from "@/server/web/page";

export const metadata: Metadata = { title: "退订", robots: { index: false } };

interface Props {
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** Asks before it ends anything: programs that look into mails follow links, but press no buttons. */
export default async function UnsubscribePage({ searchParams }: Props) {
  const { key, done } = await searchParams;
  return (
    <>
      <h1>退订新公告邮件</h1>
      {oneOf(done) ? (
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
