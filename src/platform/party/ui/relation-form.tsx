"use client";
import { useState } from "react";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { TextField } from "@/ui/fields";

/** Declares a company related to the operator: from then on it is no bidder here. */
export function RelationForm() {
  const act = useAct();
  const [creditCode, setCreditCode] = useState("");
  const [name, setName] = useState("");
  const [relation, setRelation] = useState("");
  return (
    <form
      noValidate
      aria-label="登记关联单位"
      onSubmit={(event) => {
        event.preventDefault();
        const key = actKey();
        void act.run(async () => {
          await insist(() => trpc.party.addRelation.mutate({ key, body: { creditCode, name, relation } }));
          return "已登记并公开。";
        });
      }}
    >
      <TextField label="统一社会信用代码" value={creditCode} onChange={setCreditCode} />
      <TextField label="单位名称" value={name} onChange={setName} />
      <TextField label="关联关系" hint="例如：本机构的控股股东、由本机构管理" value={relation} onChange={setRelation} />
      {act.note}
      <button type="submit" className="btn" disabled={act.running}>
        登记关联单位
      </button>
    </form>
  );
}

/** Ends a relation that is over, with the reason that everybody reads. */
export function EndRelationForm({ relationId, name }: { relationId: string; name: string }) {
  const act = useAct();
  const [reason, setReason] = useState("");
  return (
    <details>
      <summary>解除关联</summary>
      <form
        noValidate
        aria-label={`解除与${name}的关联`}
        onSubmit={(event) => {
          event.preventDefault();
          const key = actKey();
          void act.run(async () => {
            await insist(() => trpc.party.endRelation.mutate({ key, body: { relationId, reason } }));
            return "已解除并公开，该单位可以投标。";
          });
        }}
      >
        <TextField
          label="解除理由"
          hint="将向社会公开，例如：股权已于 2026 年 5 月全部转让，不再控股"
          value={reason}
          onChange={setReason}
        />
        {act.note}
        <button type="submit" className="btn" disabled={act.running}>
          解除关联
        </button>
      </form>
    </details>
  );
}
