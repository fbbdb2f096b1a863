"use client";

import { formatClock } from "@/core/time";
import { durationText } from "@/ui/countdown";
import { useServerTime } from "@/ui/server-clock";
import { estimate, speedOf, speedText } from "../client/estimate";
import { sizeText } from "../draft";
import type { Sealing } from "./use-sealing";

/** What the worker is doing: speed as measured, bytes left, expected end, and what then is left until the deadline. */
export function SealProgress({ state, deadline, initial }: { state: Sealing; deadline: string; initial: string }) {
  const { now } = useServerTime(initial);
  const leftMs = new Date(deadline).getTime() - now.getTime();
  const total = state.bodyLength ?? 0;
  const e = estimate({ totalBytes: total, sentBytes: state.sentBytes, speed: speedOf(state.samples), leftMs });
  const percent = total ? Math.floor((state.sentBytes / total) * 100) : 0;
  const uploaded =
    state.phase === "uploaded" ||
    state.phase === "submitting" ||
    state.phase === "done" ||
    (state.phase === "failed" && state.failure?.during === "submit");
  return (
    <ol className="seal-steps">
      <li>
        <label htmlFor="hash-progress">① 加密与演练</label>{" "}
        {state.rehearsed ? (
          <strong role="status">✔ 已加密，证书和应急解密码均已在本机试开成功</strong>
        ) : (
          <progress id="hash-progress" max={1} value={state.hashed}>
            {Math.floor(state.hashed * 100)}%
          </progress>
        )}
      </li>
      {state.rehearsed && (
        <li>
          <label htmlFor="upload-progress">② 上传密文</label>{" "}
          {uploaded ? (
            <strong role="status">✔ 密文已全部上传（{sizeText(total)}），尚未递交</strong>
          ) : (
            <>
              <progress id="upload-progress" max={total} value={state.sentBytes}>
                {percent}%
              </progress>{" "}
              <span suppressHydrationWarning>
                {percent}%　{speedText(e.speed)}
                {e.measured ? "" : "（按慢速线路估计）"}　还剩 {sizeText(e.bytesLeft)}　
                {Number.isFinite(e.needsMs)
                  ? `约 ${durationText(e.needsMs)}，预计 ${formatClock(new Date(now.getTime() + e.needsMs))} 传完`
                  : "线路没有进展"}
              </span>
              {!state.lineUp && (
                <p className="note warn" role="status">
                  连接中断，正在重试。会自动续传，不会重复递交。
                </p>
              )}
            </>
          )}
          <Margin tone={uploaded && leftMs > 0 ? "ok" : e.tone} marginMs={uploaded ? leftMs : e.marginMs} />
        </li>
      )}
    </ol>
  );
}

export function Margin({ tone, marginMs }: { tone: "ok" | "thin" | "late"; marginMs: number }) {
  if (tone === "ok") {
    return (
      <p className="small" suppressHydrationWarning>
        余量 {durationText(marginMs)}　<span className="chip ok">正常</span>
      </p>
    );
  }
  return (
    <p className="note warn" role="status">
      {tone === "thin" ? "余量不足 3 分钟。" : "按目前的线路速度，可能来不及在截止前传完。"}
      建议先递交当前版本，之后在截止前仍可替换；也可以先删去不必要的补充文件。
    </p>
  );
}
