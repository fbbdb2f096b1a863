"use client";

import { useState } from "react";
import { useSignedAct } from "@/platform/identity/ui/use-signed-act";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";

interface DeclareProps {
  readonly memberId: string;
  readonly lot: { readonly code: string; readonly name: string };
  /** Tenderer and bidders, named now so that the member can judge its own conflicts. */
  readonly tenderer: string;
  readonly bidders: readonly string[];
  /** The text that is signed. */
  readonly declaration: string;
}

/** Avoidance and promise (回避与承诺): no bid is shown before it is signed; who has a conflict leaves here. */
export function Declare({ memberId, lot, tenderer, bidders, declaration }: DeclareProps) {
  const act = useSignedAct();
  const sign = () =>
    act.press(async () => ({
      toSign: await trpc.committee.declarationToSign.query({ memberId }),
      ask: {
        title: "签署回避与承诺",
        lines: [
          ["标段", `${lot.code} ${lot.name}`],
          ["声明", declaration],
        ],
        consequence: "签署后才能查看投标文件。声明不实须承担法律责任。",
      },
      send: async (statement, key) => {
        await trpc.committee.declare.mutate({ key, body: { memberId, statement } });
        return "已签署承诺。";
      },
    }));
  return (
    <>
      <section className="card" aria-labelledby="h-declare">
        <h2 id="h-declare">回避与承诺</h2>
        <dl className="fields">
          <dt>标段</dt>
          <dd>
            {lot.name}（{lot.code}）
          </dd>
          <dt>招标人</dt>
          <dd>{tenderer}</dd>
          <dt>投标人</dt>
          <dd>{bidders.join("、") || "—"}</dd>
        </dl>
        <blockquote>{declaration}</blockquote>
        <button type="button" className="btn btn-seal" disabled={act.running} onClick={() => void sign()}>
          签署承诺
        </button>
        {act.note}
      </section>
      <Recuse memberId={memberId} />
    </>
  );
}

function Recuse({ memberId }: { memberId: string }) {
  const act = useAct();
  const [reason, setReason] = useState("");
  const recuse = () => {
    const key = actKey();
    return act.run(async () => {
      await insist(() => trpc.committee.recuse.mutate({ key, body: { memberId, reason } }));
      window.location.assign("/expert");
      return "已回避，候补专家将接替。";
    });
  };
  return (
    <section className="card" aria-labelledby="h-recuse">
      <h2 id="h-recuse">申请回避</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void recuse();
        }}
      >
        <label className="field">
          <span>回避事由（不少于 5 字）</span>
          <textarea
            className="text"
            rows={2}
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </label>
        <p className="small muted">提交后您退出本次评标，由候补专家接替；不能撤销。</p>
        <button type="submit" className="btn" disabled={act.running || reason.trim().length < 5}>
          申请回避
        </button>
      </form>
      {act.note}
    </section>
  );
}
