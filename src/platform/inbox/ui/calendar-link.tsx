"use client";

import { useState } from "react";
import { base64url, hex, utf8 } from "@/core/bytes";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";

/** The private calendar address of the signed-in person: shown once when it is made, and revocable. */
export function CalendarLink({ orgId, openedAt }: { orgId: string; openedAt?: string }) {
  const act = useAct();
  const [address, setAddress] = useState("");
  const open = (key: string) => async () => {
    const token = base64url(crypto.getRandomValues(new Uint8Array(32)));
    const tokenHash = hex(new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(token))));
    await insist(() => trpc.inbox.openCalendar.mutate({ key, body: { tokenHash } }));
    setAddress(`${window.location.origin}/w/${orgId}/calendar.ics?key=${token}`);
    return "日历地址已生成，请立即复制：离开本页后不再显示。";
  };
  const revoke = (key: string) => async () => {
    await insist(() => trpc.inbox.revokeCalendar.mutate({ key, body: {} }));
    setAddress("");
    return "日历地址已作废。";
  };
  return (
    <section className="card" aria-labelledby="calendar-title">
      <h2 id="calendar-title">日历订阅</h2>
      <p>
        把本单位参与标段的文件获取截止、投标截止（开标）、公示期满时间加入手机或电脑日历。知道地址的人都能看到本单位参与哪些标段，请勿转发；泄露时立即作废。
      </p>
      {openedAt && <p className="muted">现有地址生成于 {openedAt}。重新生成后旧地址作废。</p>}
      {address && (
        <label className="field">
          <span>日历地址（仅显示这一次）</span>
          <input className="text" readOnly value={address} onFocus={(event) => event.currentTarget.select()} />
        </label>
      )}
      {act.note}
      <p className="row">
        <button type="button" className="btn" disabled={act.running} onClick={() => void act.run(open(actKey()))}>
          {openedAt ? "重新生成日历地址" : "生成日历地址"}
        </button>
        {openedAt && (
          <button type="button" className="btn" disabled={act.running} onClick={() => void act.run(revoke(actKey()))}>
            作废日历地址
          </button>
        )}
      </p>
    </section>
  );
}
