import type { Metadata } from "next";
import { GUIDES, searchGuides } from "@/platform/site/guides";
import { oneOf } from "@/server/web/page";

export const metadata: Metadata = { title: "帮助", alternates: { canonical: "/help" } };

interface Props {
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function HelpPage({ searchParams }: Props) {
  const asked = (oneOf((await searchParams).q) ?? "").trim().slice(0, 60);
  const found = searchGuides(asked.split(/\s+/).filter(Boolean));
  return (
    <>
      <h1>帮助</h1>
      <search>
        <form className="card row" action="/help">
          <label className="field" style={{ flex: 1, minWidth: 200, margin: 0 }}>
            <span>在帮助中查找</span>
            <input className="text" type="search" name="q" maxLength={60} defaultValue={asked} />
          </label>
          <button className="btn btn-primary" type="submit">
            查找
          </button>
        </form>
      </search>
      <p className="row">
        <a className="btn" href="/help/check">
          环境自检
        </a>
        <a className="btn" href="/verify">
          核验文件
        </a>
        <a className="btn" href="/consortium-consent">
          联合体成员签署
        </a>
        <a className="btn" href="/status">
          运行状态
        </a>
      </p>
      {!asked && (
        <nav aria-label="按角色查看" className="row">
          {GUIDES.map(({ id, title }) => (
            <a key={id} href={`#${id}`}>
              {title}
            </a>
          ))}
        </nav>
      )}
      {asked && (
        <p role="status" className="muted">
          {found.length ? `“${asked}”的查找结果：${found.length} 篇` : `没有与“${asked}”有关的帮助，请换一个更短的词。`}{" "}
          <a href="/help">查看全部帮助</a>
        </p>
      )}
      {found.map(({ id, title, steps }) => (
        <section key={id} id={id} className="card">
          <h2>{title}</h2>
          <ol>
            {steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        </section>
      ))}
    </>
  );
}
