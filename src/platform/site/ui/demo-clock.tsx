"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { formatClock } from "@/core/time";
import { useServerTime } from "@/ui/server-clock";

export interface JumpLot {
  readonly code: string;
  readonly name: string;
  readonly deadline?: string;
  readonly windowEnds?: string;
  readonly periodEnds?: string;
}

interface ClockState {
  readonly now: string;
  readonly running: boolean;
  readonly rate: number;
}

const HOUR_MS = 3_600_000;

/** Instants of a lot that one would like to see. */
function targetsOf(lot: JumpLot | undefined): readonly (readonly [string, string])[] {
  if (!lot) return [];
  const before = (iso: string, ms: number) => new Date(new Date(iso).getTime() - ms).toISOString();
  return [
    ...(lot.deadline
      ? ([
          ["截止前 1 小时", before(lot.deadline, HOUR_MS)],
          ["截止前 5 秒", before(lot.deadline, 5_000)],
          ["截止（开标）", lot.deadline],
        ] as const)
      : []),
    ...(lot.windowEnds ? ([["解密结束", lot.windowEnds]] as const) : []),
    ...(lot.periodEnds ? ([["公示期满", lot.periodEnds]] as const) : []),
  ];
}

/** Moves legal time in a demonstration. Everybody's clock moves. */
export function DemoClock({ initial, lots }: { initial: ClockState; lots: readonly JumpLot[] }) {
  const router = useRouter();
  const { now } = useServerTime(initial.now);
  const [state, setState] = useState(initial);
  const [code, setCode] = useState(lots[0]?.code ?? "");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const move = async (act: Record<string, unknown>) => {
    if (busy) return;
    setBusy(true);
    setError("");
    try {
      const answer = await fetch("/demo/clock", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(act),
      });
      const body = (await answer.json()) as ClockState & { error?: { sentence: string } };
      if (!answer.ok) throw new Error(body.error?.sentence ?? "时钟没有移动，请重试。");
      setState(body);
      router.refresh();
    } catch (problem) {
      setError(problem instanceof Error ? problem.message : "时钟没有移动，请重试。");
    } finally {
      setBusy(false);
    }
  };
  const chosen = lots.find((lot) => lot.code === code) ?? lots[0];
  return (
    <section className="card demo-clock" aria-labelledby="clock-title">
      <h2 id="clock-title">演示时钟</h2>
      <p role="status">
        平台时间（北京时间）：<span suppressHydrationWarning>{formatClock(now)}</span>，
        {state.running ? (state.rate === 1 ? "正常运行" : `${state.rate} 倍速运行`) : "已暂停"}
      </p>
      {error && (
        <p className="note danger" role="alert">
          {error}
        </p>
      )}
      <div className="row">
        <button type="button" className="btn" disabled={busy} onClick={() => void move({ action: "pause" })}>
          <span aria-hidden="true">❚❚</span> 暂停
        </button>
        <button type="button" className="btn" disabled={busy} onClick={() => void move({ action: "run" })}>
          <span aria-hidden="true">▶</span> 运行
        </button>
        <button type="button" className="btn" disabled={busy} onClick={() => void move({ action: "rate", rate: 60 })}>
          60 倍速
        </button>
        <button
          type="button"
          className="btn"
          disabled={busy}
          onClick={() => void move({ action: "jump", seconds: 3600 })}
        >
          前进 1 小时
        </button>
        <button
          type="button"
          className="btn"
          disabled={busy}
          onClick={() => void move({ action: "jump", seconds: 86_400 })}
        >
          前进 1 天
        </button>
      </div>
      {chosen && (
        <div className="row" style={{ marginTop: 12 }}>
          <label className="field" style={{ margin: 0, minWidth: 0, maxWidth: "100%" }}>
            <span>跳到某个标段的时刻</span>
            <select className="text" value={chosen.code} onChange={(event) => setCode(event.target.value)}>
              {lots.map((lot) => (
                <option key={lot.code} value={lot.code}>
                  {lot.name}（{lot.code}）
                </option>
              ))}
            </select>
          </label>
          {targetsOf(chosen).map(([label, to]) => (
            <button
              key={label}
              type="button"
              className="btn"
              disabled={busy || new Date(to) <= now}
              title={formatClock(new Date(to))}
              onClick={() => void move({ action: "jump", to })}
            >
              {label}
            </button>
          ))}
        </div>
      )}
    </section>
  );
}
