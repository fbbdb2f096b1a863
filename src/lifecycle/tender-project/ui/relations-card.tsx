"use client";

import { useState } from "react";
import { actKey, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { TextField } from "@/ui/fields";

export interface RelationRow {
  readonly id: string;
  readonly name: string;
  readonly creditCode: string;
  readonly relation: string;
}

const BLANK = { name: "", creditCode: "", relation: "" };

/** Companies related to the tenderer (IR34): told here before the opening, compared with the bidders after it. */
export function RelationsCard({
  lotId,
  relations,
  editable,
}: {
  lotId: string;
  relations: readonly RelationRow[];
  editable: boolean;
}) {
  const act = useAct();
  const [row, setRow] = useState(BLANK);
  const set = (name: keyof typeof BLANK) => (value: string) => setRow((before) => ({ ...before, [name]: value }));
  const run = (work: () => Promise<string>) =>
    act.run(async () => {
      const said = await work();
      window.location.reload();
      return said;
    });
  const add = () =>
    run(async () => {
      await trpc.tender.addRelation.mutate({ key: actKey(), body: { lotId, ...row } });
      return `已登记${row.name}。`;
    });
  const end = ({ id, name }: RelationRow) =>
    run(async () => {
      await trpc.tender.endRelation.mutate({ key: actKey(), body: { lotId, relationId: id } });
      return `已解除${name}。`;
    });
  return (
    <section className="card" aria-labelledby="relations-title">
      <h2 id="relations-title">与招标人有利害关系的单位</h2>
      <p className="small muted">
        与招标人存在利害关系可能影响招标公正性的单位不得参加投标（《招标投标法实施条例》第三十四条）。开标后平台逐家核对投标人及联合体成员，发现的情况提示评标委员会；名单只有招标人、招标代理机构和监督部门能看到。
      </p>
      {relations.length === 0 && <p>没有登记。</p>}
      {relations.length > 0 && (
        <ul className="plain-list">
          {relations.map((each) => (
            <li key={each.id} className="row">
              <span>
                {each.name} <span className="hash">{each.creditCode}</span> · {each.relation}
              </span>
              {editable && (
                <button
                  type="button"
                  className="link-button"
                  aria-label={`解除${each.name}`}
                  disabled={act.running}
                  onClick={() => void end(each)}
                >
                  解除
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {editable && (
        <details>
          <summary>登记单位</summary>
          <form
            noValidate
            onSubmit={(event) => {
              event.preventDefault();
              void add();
            }}
          >
            <TextField label="有利害关系的单位名称" value={row.name} onChange={set("name")} />
            <TextField label="该单位统一社会信用代码" value={row.creditCode} onChange={set("creditCode")} />
            <TextField
              label="关联关系"
              value={row.relation}
              hint="例如：招标人控股的子公司；为本项目提供设计咨询的单位"
              onChange={set("relation")}
            />
            <button type="submit" className="btn" disabled={act.running}>
              登记
            </button>
          </form>
        </details>
      )}
      {act.note}
    </section>
  );
}
