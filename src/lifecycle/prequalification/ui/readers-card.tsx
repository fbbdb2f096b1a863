"use client";

import { useState } from "react";
import { useSignedAct } from "@/platform/identity/ui/use-signed-act";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { SelectField } from "@/ui/fields";
import { STUDY_DECLARATION } from "../schema";
import type { ReviewerShown } from "../views";

/** Who of the tenderer reads the technical proposals besides the host: named here, and reading once they have declared. */
export function ReadersCard({
  lotId,
  readers,
  staff,
  editable,
}: {
  lotId: string;
  readers: readonly ReviewerShown[];
  staff: readonly { readonly personId: string; readonly name: string }[];
  editable: boolean;
}) {
  const act = useAct();
  const [person, setPerson] = useState(staff[0]?.personId ?? "");
  const add = (key: string) =>
    act.run(async () => {
      await insist(() =>
        trpc.prequalification.addReviewer.mutate({ key, body: { lotId, kind: "tenderer", who: person } }),
      );
      return "已加入。";
    });
  const remove = (reviewerId: string) => {
    const key = actKey();
    return act.run(async () => {
      await insist(() => trpc.prequalification.removeReviewer.mutate({ key, body: { lotId, reviewerId } }));
      return "已移出。";
    });
  };
  return (
    <section className="card" aria-labelledby="readers-title">
      <h2 id="readers-title">阅读技术建议的人员</h2>
      <p className="small muted">主持人以外的招标人、代理机构人员，签署回避和保密声明后可以阅读已开启的技术建议。</p>
      <ul className="plain-list">
        {readers.map(({ id, name, organisation, declared }) => (
          <li key={id} className="row">
            <span>
              {name} · {organisation}，{declared ? "声明已签署" : "声明未签署"}
            </span>
            {editable && (
              <button
                type="button"
                className="btn"
                disabled={act.running}
                aria-label={`移出 ${name}`}
                onClick={() => void remove(id)}
              >
                移出
              </button>
            )}
          </li>
        ))}
      </ul>
      {editable && (
        <form
          aria-label="添加阅读人员"
          onSubmit={(event) => {
            event.preventDefault();
            void add(actKey());
          }}
        >
          <SelectField
            label="人员"
            value={person}
            options={staff.map(({ personId, name }) => [personId, name] as const)}
            onChange={setPerson}
          />
          <button type="submit" className="btn" disabled={act.running}>
            加入
          </button>
        </form>
      )}
      {act.note}
    </section>
  );
}

/** The declaration that a reader signs. */
export function ReaderDeclaration({ lotId, lotCode }: { lotId: string; lotCode: string }) {
  const act = useSignedAct();
  const declare = () =>
    act.press(async () => ({
      toSign: await trpc.prequalification.declarationToSign.query({ lotId }),
      ask: { title: "签署回避和保密声明", lines: [["标段", lotCode]], consequence: STUDY_DECLARATION },
      send: async (statement, key) => {
        await trpc.prequalification.declare.mutate({ key, body: { lotId, statement } });
        return "声明已签署。";
      },
    }));
  return (
    <section className="card" aria-labelledby="declare-title">
      <h2 id="declare-title">回避和保密声明</h2>
      <p>{STUDY_DECLARATION}</p>
      <button type="button" className="btn btn-seal" disabled={act.running} onClick={() => void declare()}>
        签署声明
      </button>
      {act.note}
    </section>
  );
}
