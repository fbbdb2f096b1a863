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
