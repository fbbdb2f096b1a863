"use client";

import { useState } from "react";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";

/** Check-in at the drawn seat (签到): only then does the member learn which lot it is. */
export function CheckIn({ memberId, again }: { memberId: string; again: boolean }) {
  const act = useAct();
  const [seatCode, setSeatCode] = useState("");
  const checkIn = () => {
    const key = actKey();
    return act.run(async () => {
      await insist(() => trpc.committee.checkIn.mutate({ key, body: { memberId, seatCode: seatCode.trim() } }));
      return "签到成功。";
    });
  };
  return (
    <section className="card" aria-labelledby="h-check-in">
      <h2 id="h-check-in">工位签到</h2>
      {again && <p className="note warn">您这次登录还没有在工位签到。评标只能在抽定的工位上进行，请重新输入工位码。</p>}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void checkIn();
        }}
      >
        <label className="field">
          <span>工位码（贴在抽定的工位上，例如 QX-03）</span>
          <input
            className="text"
            value={seatCode}
            maxLength={20}
            autoComplete="off"
            required
            onChange={(event) => setSeatCode(event.target.value)}
          />
        </label>
        <button type="submit" className="btn btn-primary" disabled={act.running || !seatCode.trim()}>
          签到
        </button>
      </form>
      {act.note}
    </section>
  );
}
