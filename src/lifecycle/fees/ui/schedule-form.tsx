"use client";

import { useState } from "react";
import { parseYuan } from "@/core/money";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { TextField } from "@/ui/fields";
import { type ExpertRates, RATE_NAMES } from "../schema";

const NAMES = Object.keys(RATE_NAMES) as (keyof ExpertRates)[];

/** The operator enters a fee standard of the expert library: from a day on, with its source. */
export function ScheduleForm() {
  const act = useAct();
  const [validFrom, setValidFrom] = useState("");
  const [source, setSource] = useState("");
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const save = async (key: string) => {
    const rates = Object.fromEntries(
      NAMES.map((name) => {
        const fen = parseYuan(typed[name] ?? "");
        if (fen === undefined) throw new Error(`“${RATE_NAMES[name]}”须为金额，例如 400.00；没有的填 0。`);
        return [name, String(fen)];
      }),
    ) as ExpertRates;
    await insist(() => trpc.experts.enterSchedule.mutate({ key, body: { validFrom, source, rates } }));
    return "标准已登记，并在“平台信息公开”页公布。";
  };
  return (
    <form
      noValidate
      aria-label="登记评标专家劳务报酬标准"
      onSubmit={(event) => {
        event.preventDefault();
        const key = actKey();
        void act.run(() => save(key));
      }}
    >
      <div className="form-grid">
        <TextField label="生效日期" type="date" value={validFrom} onChange={setValidFrom} />
        <TextField label="标准依据（文件名称、文号）" value={source} onChange={setSource} />
        {NAMES.map((name) => (
          <TextField
            key={name}
            label={`${RATE_NAMES[name]}（元）`}
            inputMode="decimal"
            value={typed[name] ?? ""}
            onChange={(value) => setTyped({ ...typed, [name]: value })}
          />
        ))}
      </div>
      {act.note}
      <button type="submit" className="btn btn-primary" disabled={act.running}>
        登记标准
      </button>
    </form>
  );
}
