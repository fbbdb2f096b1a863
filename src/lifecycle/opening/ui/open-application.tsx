"use client";

import { useRouter } from "next/navigation";
import { formatInstant } from "@/core/time";
import { type RoundKind, type RoundWords, wordsOf } from "@/lifecycle/law/rounds";
import type { OwnApplicationView } from "@/lifecycle/prequalification/views";
import { insist, trpc } from "@/trpc/client";
import { AutoRefresh } from "@/ui/auto-refresh";
import { useServerTime } from "@/ui/server-clock";
import { RecoveryForm } from "./recovery-form";
import { useRelease } from "./use-unlock";

const STATES = (words: RoundWords): Readonly<Record<string, string>> => ({
  waiting: "等待本单位解密",
  released: "密钥已收到，平台正在解密",
  decrypted: `已解密，等待${words.states.P3}`,
  failed: "未开启",
});

const OWN: Readonly<Record<RoundKind, { readonly during: string; readonly yes: string; readonly no: string }>> = {
  application: {
    during: "资格评审正在进行。",
    yes: "本单位通过了资格预审。",
    no: "本单位未通过资格预审。",
  },
  proposal: {
    during: "招标人正在研究技术建议。",
    yes: "第一阶段已结束，本单位可以参加第二阶段投标。",
    no: "第一阶段已结束，本单位不能参加第二阶段投标。",
  },
};

/** The own application after the deadline (解密、结果): unlocked here, and nothing of anybody else. */
export function OpenApplication({ view }: { view: OwnApplicationView }) {
  const { opening, result, state, round } = view;
  const words = wordsOf(round);
  const own = OWN[round];
  return (
    <section className="card" aria-labelledby="h-application">
      <h2 id="h-application">{words.package}</h2>
      {state === "P2" && opening && (
        <>
          <p>
            状态：<span role="status">{STATES(words)[opening]}</span>
            {view.windowEndsAt && `；解密时间至 ${formatInstant(new Date(view.windowEndsAt))}`}
          </p>
          {opening === "waiting" && <Decrypt view={view} />}
          {opening === "released" && <AutoRefresh seconds={2} />}
        </>
      )}
      {state === "P3" && <p role="status">{opening === "failed" ? `本单位的${words.short}未开启。` : own.during}</p>}
      {result && (
        <div className={`note ${result.qualified ? "ok" : "warn"}`} role="status">
          <p>
            {result.qualified ? own.yes : own.no}（{result.at} 通知）
          </p>
          {result.reasons.length > 0 && (
            <ul>
              {result.reasons.map((reason) => (
                <li key={reason}>{reason}</li>
              ))}
            </ul>
          )}
          {result.qualified && state === "P4" && <p>招标文件发出时，平台将发送{words.invitation}。</p>}
        </div>
      )}
      <p className="small muted">谁能看到：本单位只看到自己的结果和理由；{words.sender}的名称、数量依法保密。</p>
    </section>
  );
}

function Decrypt({ view }: { view: OwnApplicationView }) {
  const router = useRouter();
  const { lotId, lotCode, lotName } = view;
  const words = wordsOf(view.round);
  const time = useServerTime(view.now);
  const unlock = useRelease(
    {
      title: `解密本单位${words.package}`,
      lines: [["标段", `${lotCode} ${lotName}`]],
      consequence: `仅为本次${words.round}提交本份${words.short}的内容密钥；私钥不离开本机。提交后不能收回。`,
      material: () => insist(() => trpc.prequalification.unlockMaterial.query({ lotId })),
      send: (key, statement) => insist(() => trpc.prequalification.release.mutate({ key, body: { lotId, statement } })),
    },
    async () => router.refresh(),
  );
  const ended = view.windowEndsAt !== undefined && time.now >= new Date(view.windowEndsAt);
  const off = unlock.running || ended;
  return (
    <>
      <p className="row">
        <button type="button" className="btn btn-primary" disabled={off} onClick={() => void unlock.press()}>
          解密{words.short}
        </button>
        <span role="status" suppressHydrationWarning>
          {ended ? "解密时间已结束。" : unlock.stage}
        </span>
      </p>
      {unlock.note}
      <RecoveryForm disabled={off} onCode={(code) => void unlock.press(code)} />
    </>
  );
}
