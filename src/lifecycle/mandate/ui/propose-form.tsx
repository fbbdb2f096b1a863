"use client";

import { useState } from "react";
import { parseYuan } from "@/core/money";
import { formatClock, readShanghai } from "@/core/time";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { CheckField, SelectField, TextField } from "@/ui/fields";
import { RowsEditor } from "@/ui/rows-editor";
import { ALL_ACTS, FEE_PAYERS, MANDATE_ACTS, type MandateAct, type MandateTerms } from "../schema";

const BASES = [
  ["fixed", "固定金额"],
  ["tiers", "按中标金额分档累进"],
] as const satisfies readonly (readonly ["fixed" | "tiers", string])[];
interface TierTyped {
  readonly upTo: string;
  readonly perMille: string;
}
/** @throws Error that names the row when its end is no amount. */
function tierOf({ upTo, perMille }: TierTyped, row: number) {
  const end = upTo.trim() === "" ? "" : parseYuan(upTo);
  if (end === undefined) throw new Error(`计费档次第 ${row + 1} 行的上限须为金额，例如 1,000,000.00。`);
  return { upToFen: String(end), perMille: perMille.trim() };
}
const PAYERS = Object.entries(FEE_PAYERS) as [keyof typeof FEE_PAYERS, string][];
const wall = (iso: string) => formatClock(new Date(iso)).replace(" ", "T");

/** Writes the terms of a contract of agency; both sides sign them afterwards. */
export function ProposeMandateForm({
  lotId,
  number,
  startsAt,
  endsAt,
}: {
  lotId: string;
  number: string;
  startsAt: string;
  endsAt: string;
}) {
  const act = useAct();
  const [form, setForm] = useState({
    number,
    basis: "fixed" as "fixed" | "tiers",
    fee: "0.00",
    feePayer: "tenderer" as MandateTerms["feePayer"],
    feeBasis: "",
    startsAt: wall(startsAt),
    endsAt: wall(endsAt),
  });
  const [tiers, setTiers] = useState<readonly TierTyped[]>([
    { upTo: "1,000,000.00", perMille: "10" },
    { upTo: "", perMille: "7" },
  ]);
  const [scope, setScope] = useState<readonly MandateAct[]>(ALL_ACTS);
  const set = (name: keyof typeof form) => (value: string) => setForm({ ...form, [name]: value });
  const save = async (key: string) => {
    const byTiers = form.basis === "tiers";
    const fee = byTiers ? 0n : parseYuan(form.fee);
    const [start, end] = [readShanghai(form.startsAt), readShanghai(form.endsAt)];
    if (fee === undefined) throw new Error("代理服务费须为金额，例如 30,000.00。");
    if (!start || !end) throw new Error("委托期限没有填写完整。");
    const { feePayer, feeBasis } = form;
    const terms = {
      number: form.number,
      scope: ALL_ACTS.filter((each) => scope.includes(each)),
      feeFen: String(fee),
      ...(byTiers ? { feeTiers: tiers.map(tierOf) } : {}),
      feePayer,
      feeBasis,
      startsAt: start.toISOString(),
      endsAt: end.toISOString(),
    };
    await insist(() => trpc.tender.proposeMandate.mutate({ key, body: { lotId, terms } }));
    return "委托代理合同已拟定，请双方签署。";
  };
  return (
    <form
      aria-label="拟定委托代理合同"
      onSubmit={(event) => {
        event.preventDefault();
        const key = actKey();
        void act.run(() => save(key));
      }}
    >
      <div className="form-grid">
        <TextField label="合同编号" value={form.number} onChange={set("number")} />
        <SelectField
          label="计费方式"
          value={form.basis}
          options={BASES}
          onChange={(basis) => setForm({ ...form, basis })}
        />
        {form.basis === "fixed" && (
          <TextField label="代理服务费（元，每个标段）" value={form.fee} inputMode="decimal" onChange={set("fee")} />
        )}
        <SelectField
          label="费用承担"
          value={form.feePayer}
          options={PAYERS}
          onChange={(feePayer) => setForm({ ...form, feePayer })}
        />
        <TextField label="计费说明" value={form.feeBasis} required={false} onChange={set("feeBasis")} />
        <TextField
          label="委托开始（北京时间）"
          type="datetime-local"
          value={form.startsAt}
          onChange={set("startsAt")}
        />
        <TextField label="委托结束（北京时间）" type="datetime-local" value={form.endsAt} onChange={set("endsAt")} />
      </div>
      {form.basis === "tiers" && (
        <>
          <RowsEditor
            title="计费档次"
            rows={tiers}
            columns={[
              { label: "中标金额上限（元，最后一档不填）", name: "upTo", wide: true },
              { label: "费率（‰）", name: "perMille" },
            ]}
            blank={() => ({ upTo: "", perMille: "" })}
            onChange={setTiers}
          />
          <p className="small muted">
            以每个标段的中标金额分档累进，各档相加后四舍五入到分。由中标人支付的，平台在招标文件中载明同样的标准。
          </p>
        </>
      )}
      <fieldset className="group">
        <legend>委托事项</legend>
        {ALL_ACTS.map((each) => (
          <CheckField
            key={each}
            label={MANDATE_ACTS[each]}
            checked={scope.includes(each)}
            onChange={(checked) => setScope(checked ? [...scope, each] : scope.filter((other) => other !== each))}
          />
        ))}
        <p className="small muted">定标和签发中标通知书由招标人自行办理，不能委托。</p>
      </fieldset>
      {act.note}
      <button type="submit" className="btn btn-primary" disabled={act.running}>
        {act.running ? "正在保存…" : "保存，交双方签署"}
      </button>
    </form>
  );
}
