"use client";

import { useState } from "react";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { TextField } from "@/ui/fields";
import type { HallView } from "../hall-view";
import { EXTENSION, MEASURE_CHARS } from "../measures";

type Kind = "extend" | "pause" | "resume";
const BUTTONS = { extend: "延长解密时间", pause: "暂停开标", resume: "恢复开标" } as const;
const EFFECTS = {
  extend: "为所有投标人同时延长；原因即时公布在公屏，与证明材料一起写入开标记录。",
  pause: "所有期限停止计算，解密也暂停；恢复后按剩余时间继续。原因公布在公屏，并通知各投标人和监督部门。",
  resume: "解密时间按剩余时间继续，并通知各投标人和监督部门。",
} as const;

/** What the host may do to the time of the opening (主持人处置): each with reason and proof, seen by everybody at once. */
export function HostMeasures({ view, onDone }: { view: HallView; onDone(): Promise<void> }) {
  const { measures, lot } = view;
  const [kind, setKind] = useState<Kind>();
  if (!measures) return null;
  const decrypting = view.step === 2 && measures.extensionLeft >= EXTENSION.leastMinutes;
  const offered: readonly Kind[] = measures.isPaused
    ? ["resume"]
    : [...(decrypting ? (["extend"] as const) : []), "pause"];
  const chosen = kind && offered.includes(kind) ? kind : undefined;
  return (
    <section className="card" aria-labelledby="h-measures">
      <h2 id="h-measures">主持人处置</h2>
      <p className="row">
        {offered.map((one) => (
          <button
            key={one}
            type="button"
            className="btn"
            aria-expanded={chosen === one}
            onClick={() => setKind(chosen === one ? undefined : one)}
          >
            {BUTTONS[one]}…
          </button>
        ))}
      </p>
      {chosen && (
        <MeasureForm
          key={chosen}
          kind={chosen}
          lotId={lot.id}
          left={measures.extensionLeft}
          onDone={async () => {
            setKind(undefined);
            await onDone();
          }}
        />
      )}
    </section>
  );
}

function MeasureForm({
  kind,
  lotId,
  left,
  onDone,
}: {
  kind: Kind;
  lotId: string;
  left: number;
  onDone(): Promise<void>;
}) {
  const act = useAct();
  const [reason, setReason] = useState("");
  const [evidence, setEvidence] = useState("");
  const [minutes, setMinutes] = useState("");
  const send = () => {
    const key = actKey();
    const body = { lotId, reason, evidence };
    void act.run(async () => {
      await insist(() => {
        if (kind === "extend")
          return trpc.opening.extendWindow.mutate({ key, body: { ...body, minutes: Number(minutes) } });
        return kind === "pause" ? trpc.opening.pause.mutate({ key, body }) : trpc.opening.resume.mutate({ key, body });
      });
      await onDone();
      return `${BUTTONS[kind]}已办理。`;
    });
  };
  return (
    <form
      aria-label={BUTTONS[kind]}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <p className="muted small">{EFFECTS[kind]}</p>
      {kind === "extend" && (
        <TextField
          label="延长（分钟）"
          inputMode="numeric"
          value={minutes}
          hint={`${EXTENSION.leastMinutes} 至 ${left} 分钟；各次合计不超过招标文件规定的解密时间`}
          onChange={setMinutes}
        />
      )}
      <TextField label="原因" value={reason} hint={`不少于 ${MEASURE_CHARS.least} 字`} onChange={setReason} />
      <TextField
        label="证明材料"
        value={evidence}
        hint="故障单号、截图编号、通话记录等；写入开标记录"
        onChange={setEvidence}
      />
      <p className="row">
        <button type="submit" className="btn btn-primary" disabled={act.running}>
          确认{BUTTONS[kind]}
        </button>
      </p>
      {act.note}
    </form>
  );
}
