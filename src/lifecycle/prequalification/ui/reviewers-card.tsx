"use client";

import { useState } from "react";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { SelectField, TextField } from "@/ui/fields";
import type { ReviewerShown } from "../views";

const KINDS = { expert: "专家库专家", tenderer: "招标人、代理机构人员" } as const;

/** Who reviews the applications, and the form that names them until the review begins. */
export function ReviewersCard({
  lotId,
  reviewers,
  staff,
  facts,
  isCommittee,
  editable,
}: {
  lotId: string;
  reviewers: readonly ReviewerShown[];
  /** People of those who run the tender who may be named. */
  staff: readonly { readonly personId: string; readonly name: string }[];
  /** Everybody who reviews, also those whose names are not yet for the host. */
  facts: readonly { readonly kind: string; readonly declared: boolean }[];
  /** The law asks for a committee (IR18). */
  isCommittee: boolean;
  editable: boolean;
}) {
  const act = useAct();
  const [kind, setKind] = useState<ReviewerShown["kind"]>(isCommittee ? "tenderer" : "expert");
  const [code, setCode] = useState("");
  const [person, setPerson] = useState(staff[0]?.personId ?? "");
  const experts = facts.filter((one) => one.kind === "expert").length;
  const add = (key: string) =>
    act.run(async () => {
      const who = kind === "expert" ? code : person;
      await insist(() => trpc.prequalification.addReviewer.mutate({ key, body: { lotId, kind, who } }));
      setCode("");
      return "已加入评审人员名单。";
    });
  const remove = (reviewerId: string) => {
    const key = actKey();
    return act.run(async () => {
      await insist(() => trpc.prequalification.removeReviewer.mutate({ key, body: { lotId, reviewerId } }));
      return "已移出评审人员名单。";
    });
  };
  return (
    <section className="card" aria-labelledby="reviewers-title">
      <h2 id="reviewers-title">{isCommittee ? "资格审查委员会" : "评审人员"}</h2>
      <p className="small muted">
        {isCommittee
          ? "国有资金占控股或者主导地位的依法必须招标的项目，应当组建资格审查委员会审查申请文件：成员五人以上单数，专家不少于三分之二（《招标投标法实施条例》第十八条、第四十六条）。"
          : "由招标人确定评审人员，人数为单数。"}
        {isCommittee
          ? "专家随机抽取，名单在资格评审开始前对任何人保密；招标人代表在这里加入。"
          : "专家由招标人在专家库中确定并填写编号。"}
      </p>
      <p role="status">
        现有 {facts.length} 人，其中专家 {experts} 人；
        {facts.filter(({ declared }) => declared).length} 人已签署回避和保密声明。
      </p>
      {reviewers.length > 0 && (
        <div className="scroll-x">
          <table className="plain">
            <caption className="visually-hidden">评审人员</caption>
            <thead>
              <tr>
                <th scope="col">姓名</th>
                <th scope="col">单位</th>
                <th scope="col">身份</th>
                <th scope="col">声明</th>
                <th scope="col">{editable ? "操作" : "报告"}</th>
              </tr>
            </thead>
            <tbody>
              {reviewers.map((one) => (
                <tr key={one.id}>
                  <td>{one.name}</td>
                  <td>{one.organisation}</td>
                  <td>{KINDS[one.kind]}</td>
                  <td>{one.declared ? "已签署" : "未签署"}</td>
                  <td>
                    {editable ? (
                      <button
                        type="button"
                        className="btn"
                        disabled={act.running}
                        aria-label={`移出 ${one.name}`}
                        onClick={() => void remove(one.id)}
                      >
                        移出
                      </button>
                    ) : one.signed ? (
                      "已签署"
                    ) : (
                      "未签署"
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {editable && (
        <form
          aria-label="添加评审人员"
          onSubmit={(event) => {
            event.preventDefault();
            void add(actKey());
          }}
        >
          <div className="form-grid">
            <SelectField<ReviewerShown["kind"]>
              label="身份"
              value={kind}
              options={(Object.entries(KINDS) as [ReviewerShown["kind"], string][]).filter(
                ([one]) => !isCommittee || one === "tenderer",
              )}
              onChange={setKind}
            />
            {kind === "expert" ? (
              <TextField label="专家编号" value={code} hint="例如 EXP001" onChange={setCode} />
            ) : (
              <SelectField
                label="人员"
                value={person}
                options={staff.map(({ personId, name }) => [personId, name] as const)}
                onChange={setPerson}
              />
            )}
          </div>
          <button type="submit" className="btn btn-primary" disabled={act.running}>
            {act.running ? "正在添加…" : "加入评审人员"}
          </button>
        </form>
      )}
      {act.note}
    </section>
  );
}
