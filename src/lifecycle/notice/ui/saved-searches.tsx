"use client";

import { useState } from "react";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { TextField } from "@/ui/fields";
import { withQuery } from "../search-filter";

export interface SavedSearch {
  readonly id: string;
  readonly name: string;
  readonly query: string;
}

/** Searches that the person keeps, and the one that is being saved. New notices come by mail once a day. */
export function SavedSearches({ searches, saving }: { searches: readonly SavedSearch[]; saving?: string }) {
  const act = useAct();
  const [name, setName] = useState("");
  const save = async (key: string) => {
    await insist(() => trpc.inbox.saveSearch.mutate({ key, body: { name, query: saving ?? "" } }));
    setName("");
    return "已保存。有新公告时每天发送一次邮件。";
  };
  const end = async (key: string, id: string) => {
    await insist(() => trpc.inbox.endSearch.mutate({ key, body: { id } }));
    return "已删除，不再发送邮件。";
  };
  return (
    <section className="card" aria-labelledby="searches-title">
      <h2 id="searches-title">保存的搜索</h2>
      <p className="muted">只有您本人能看到。符合条件的新公告每天汇总一次，发到本单位的邮箱。</p>
      {saving !== undefined && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            const key = actKey();
            void act.run(() => save(key));
          }}
        >
          <p>
            正在保存：<a href={withQuery("/notices", saving)}>公告大厅中的搜索条件</a>
          </p>
          <TextField label="名称" value={name} onChange={setName} />
          <button type="submit" className="btn btn-primary" disabled={act.running}>
            保存搜索
          </button>
        </form>
      )}
      {act.note}
      {searches.length === 0 ? (
        <p>
          还没有。请在<a href="/notices">公告大厅</a>搜索后点“保存为邮件订阅”。
        </p>
      ) : (
        <ul className="plain-list">
          {searches.map(({ id, name: title, query }) => (
            <li key={id} className="row">
              <a href={withQuery("/notices", query)}>{title}</a>
              <button
                type="button"
                className="btn push"
                aria-label={`删除 ${title}`}
                disabled={act.running}
                onClick={() => {
                  const key = actKey();
                  void act.run(() => end(key, id));
                }}
              >
                删除
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
