"use client";

import Link from "next/link";
import { sentenceOf } from "@/i18n/refusals";
import { useServerTime } from "@/ui/server-clock";
import { forRules } from "../lot-times";
import { rulesOf } from "../purpose";
import type { BidRoomView } from "../room";

/** The way to the sealing page, greyed by the rule that the gate asks. */
export function SealEntry({ view, blocked, replaces }: { view: BidRoomView; blocked: boolean; replaces: boolean }) {
  const { now } = useServerTime(view.now);
  const refusal = rulesOf(view).refusalToSubmit(forRules(view.lot), now);
  const why = refusal ? sentenceOf(refusal) : blocked ? "尚不能开始：请先解决整体检查列出的问题。" : "";
  const label = replaces ? "加密并替换上一次递交" : "进入签章与加密";
  return (
    <>
      {replaces && <p>已有有效的递交。截止时间前可以替换：新的一份收到后，旧的一份自动失效。</p>}
      {why ? (
        <button type="button" className="btn" disabled aria-describedby="seal-why">
          {label}
        </button>
      ) : (
        <Link className="btn btn-primary" href={`/w/${view.orgId}/bids/${view.lot.id}/seal`} prefetch={false}>
          {label}
        </Link>
      )}
      <p id="seal-why" className="small" suppressHydrationWarning>
        {why}
      </p>
    </>
  );
}
