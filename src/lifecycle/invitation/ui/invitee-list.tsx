"use client";

import { useState } from "react";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { TextField } from "@/ui/fields";
import type { InviteeShown } from "../queries";
import { FewAccepted, replyText } from "./reply-list";

/** Whom the invitation goes to, with the form that adds one while the tender is in preparation. */
export function InviteeList({
  lotId,
  invitees,
  editable,
}: {
  lotId: string;
  invitees: readonly InviteeShown[];
  editable: boolean;
}) {
  const act = useAct();
  const [creditCode, setCreditCode] = useState("");
  const add = () => {
    const key = actKey();
    return act.run(async () => {
      const { name } = await insist(() => trpc.invitation.add.mutate({ key, body: { lotId, creditCode } }));
      setCreditCode("");
      return `已加入：${name}。`;
    });
  };
  const remove = (orgId: string, name: string) => {
    const key = actKey();
    return act.run(async () => {
      await insist(() => trpc.invitation.remove.mutate({ key, body: { lotId, orgId } }));
      return `已移出：${name}。`;
    });
  };
  return (
    <section className="card" aria-labelledby="invitees-title">
      <h2 id="invitees-title">邀请名单</h2>
      <p className="small muted">
        邀请招标应向三个以上具备承担能力、资信良好的法人或者其他组织发出投标邀请书（《招标投标法》第十七条）。名单和数量依法保密：受邀单位互不知晓，公众看不到本标段，公示中标候选人时才公开。
      </p>
      {!editable && <FewAccepted invitees={invitees} />}
      {invitees.length === 0 ? (
        <p>还没有受邀单位。</p>
      ) : (
        <div className="scroll-x">
          <table className="plain">
            <caption className="visually-hidden">邀请名单</caption>
            <thead>
              <tr>
                <th scope="col">单位</th>
                <th scope="col">统一社会信用代码</th>
                <th scope="col">{editable ? "操作" : "回执"}</th>
              </tr>
            </thead>
            <tbody>
              {invitees.map((invitee) => {
                const { orgId, name, creditCode: code } = invitee;
                return (
                  <tr key={orgId}>
                    <td>{name}</td>
                    <td className="hash">{code}</td>
                    <td>
                      {editable ? (
                        <button
                          type="button"
                          className="btn"
                          disabled={act.running}
                          aria-label={`移出 ${name}`}
                          onClick={() => void remove(orgId, name)}
                        >
                          移出
                        </button>
                      ) : (
                        replyText(invitee)
                      )}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
      {editable && (
        <form
          aria-label="添加受邀单位"
          onSubmit={(event) => {
            event.preventDefault();
            void add();
          }}
        >
          <TextField label="统一社会信用代码" value={creditCode} onChange={setCreditCode} />
          <button type="submit" className="btn btn-primary" disabled={act.running}>
            {act.running ? "正在添加…" : "加入名单"}
          </button>
        </form>
      )}
      {act.note}
    </section>
  );
}
