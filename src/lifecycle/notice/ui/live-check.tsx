"use client";

import { useEffect, useRef, useState } from "react";
import type { CheckRow } from "@/lifecycle/law/check-row";
import { sentenceFor, trpc } from "@/trpc/client";

/** Quiet time after the last key before the server is asked. */
const QUIET_MS = 300;

export type Typed =
  | { readonly draft: Readonly<Record<string, string>> }
  | { readonly content: unknown }
  | { readonly problem: string };

/** The check before publication beside a form: recomputed by the server while somebody writes; it saves nothing. */
export function LiveCheck({ lotId, typed, checkHref }: { lotId: string; typed: Typed; checkHref: string }) {
  const [rows, setRows] = useState<readonly CheckRow[]>();
  const [trouble, setTrouble] = useState("");
  const asked = JSON.stringify(typed);
  const first = useRef(true);
  useEffect(() => {
    const body = JSON.parse(asked) as Typed;
    if ("problem" in body) return setTrouble(body.problem);
    const stop = new AbortController();
    const timer = setTimeout(
      () => {
        trpc.tender.tryPublication.mutate({ lotId, ...body }, { signal: stop.signal }).then(
          (answer) => {
            setRows(answer.rows);
            setTrouble("");
          },
          (error: unknown) => {
            if (!stop.signal.aborted) setTrouble(sentenceFor(error));
          },
        );
      },
      first.current ? 0 : QUIET_MS,
    );
    first.current = false;
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [lotId, asked]);
  const of = (verdict: CheckRow["verdict"]) => rows?.filter((row) => row.verdict === verdict) ?? [];
  const [failed, warned, passed] = [of("fail"), of("warn"), of("pass")];
  return (
    <aside className="card" aria-label="边写边查">
      <h2>边写边查</h2>
      {trouble && <p className="note danger">{trouble}</p>}
      <p role="status">
        {!rows ? "正在检查…" : failed.length ? `${failed.length} 项不通过，不能发布。` : "没有不通过的项。"}
      </p>
      <Rows rows={failed} tone="danger" mark="✖" />
      <Rows rows={warned} tone="warn" mark="!" />
      {passed.length > 0 && (
        <details>
          <summary>通过 {passed.length} 项</summary>
          <Rows rows={passed} tone="ok" mark="✔" />
        </details>
      )}
      <p className="small muted">
        按正在填写的内容检查，尚未保存。发布前以 <a href={checkHref}>发布检查</a> 为准。
      </p>
    </aside>
  );
}

function Rows({ rows, tone, mark }: { rows: readonly CheckRow[]; tone: "danger" | "warn" | "ok"; mark: string }) {
  if (!rows.length) return null;
  return (
    <ul className="plain-list">
      {rows.map(({ id, title, value, limit, article, fix, hit }) => (
        <li key={hit?.key ?? `${id}-${title}`} className={`note ${tone}`}>
          <strong>
            {mark} {title}
          </strong>
          <div style={{ overflowWrap: "anywhere" }}>当前：{value}</div>
          <div>要求：{limit}</div>
          <div className="small muted">{article}</div>
          {fix && <div>{fix}</div>}
          {hit && hit.reason === undefined && <div>修改，或在发布检查中说明理由后才能发布。</div>}
        </li>
      ))}
    </ul>
  );
}
