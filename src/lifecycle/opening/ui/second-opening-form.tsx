"use client";

import { useState } from "react";
import { addHours, formatClock, formatInstant, readShanghai } from "@/core/time";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { TextField } from "@/ui/fields";

/** Announces when the second envelopes are opened (公布第二信封开标时间), or moves it while it has not begun. */
export function SecondOpeningForm({ lotId, at, now }: { lotId: string; at?: string; now: string }) {
  const act = useAct();
  const [typed, setTyped] = useState(formatClock(new Date(at ?? addHours(new Date(now), 2))).replace(" ", "T"));
  const send = () => {
    const key = actKey();
    void act.run(async () => {
      const time = readShanghai(typed);
      if (!time) throw new Error("请填写第二信封开标时间。");
      await insist(() => trpc.opening.announceSecond.mutate({ key, body: { lotId, at: time.toISOString() } }));
      return `已公布：第二信封开标时间 ${formatInstant(time)}。`;
    });
  };
  return (
    <form
      aria-label="公布第二信封开标时间"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <TextField
        label="第二信封开标时间（北京时间）"
        type="datetime-local"
        value={typed}
        hint="至少在 30 分钟以后；到时系统自动开始，各投标人会收到通知"
        onChange={setTyped}
      />
      <p className="row">
        <button type="submit" className="btn btn-primary" disabled={act.running}>
          {at ? "更改第二信封开标时间" : "公布第二信封开标时间"}
        </button>
      </p>
      {act.note}
    </form>
  );
}
