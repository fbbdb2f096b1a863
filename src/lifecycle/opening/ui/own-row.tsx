"use client";

import { useState } from "react";
import { sentenceOf } from "@/i18n/refusals";
import type { LotState } from "@/lifecycle/lot/states";
import { useSignedAct } from "@/platform/identity/ui/use-signed-act";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { TextField } from "@/ui/fields";
import { useServerTime } from "@/ui/server-clock";
import type { HallView } from "../hall-view";
import { REVOCATION_CHARS, refusalToRelease, refusalToRevoke, refusalToSignIn } from "../rules";
import { ownStateText } from "./hall-text";
import { RecoveryForm } from "./recovery-form";
import { useUnlock } from "./use-unlock";

/** The own row (本单位), pinned on top: sign-in, decryption by certificate, and the recovery code beside it. */
export function OwnRow({ view, now, onDone }: { view: HallView; now: string; onDone(): Promise<void> }) {
  const { own } = view;
  if (!own) return null;
  const opening = own.state === "waiting";
  return (
    <section className="card" aria-labelledby="h-own">
      <h2 id="h-own">本单位</h2>
      <dl className="fields">
        <dt>回执号</dt>
        <dd>{own.receiptNumber}</dd>
        <dt>封装哈希</dt>
        <dd className="hash">{own.sealHash}</dd>
        <dt>状态</dt>
        <dd>
          <span role="status">{ownStateText(own)}</span>
        </dd>
      </dl>
      {view.step < 4 && own.state !== "never" && <SignIn view={view} now={now} onDone={onDone} />}
      {opening && <Decrypt view={view} now={now} onDone={onDone} />}
      {view.step > 0 && !own.revokedAt && <Revoke view={view} onDone={onDone} />}
      {view.step === 0 && view.envelope !== 2 && (
        <p className="muted">您的加密投标文件已在平台保存，名单公布前任何人不知道谁已递交。开标后在此解密。</p>
      )}
    </section>
  );
}

/** Gives the bid up after the deadline (撤销): out of the way, signed, and with its consequences beside it. */
function Revoke({ view, onDone }: { view: HallView; onDone(): Promise<void> }) {
  const act = useSignedAct();
  const [reason, setReason] = useState("");
  const { own, lot } = view;
  if (!own || refusalToRevoke({ state: lot.state as LotState })) return null;
  const body = { bidId: own.bidId, reason: reason.trim() };
  const revoke = () =>
    act.press(async () => ({
      toSign: await trpc.bid.revocationToSign.query(body),
      ask: {
        title: "撤销投标文件",
        lines: [
          ["标段", `${lot.code} ${lot.name}`],
          ["回执号", own.receiptNumber],
          ["原因", body.reason],
        ],
        consequence:
          "撤销后不能恢复：投标文件不再开启、评审，截止时的投标人数不变；招标人可以不退还投标保证金（实施条例第三十五条）。",
      },
      send: async (statement, key) => {
        await trpc.bid.revoke.mutate({ key, body: { ...body, statement } });
        await onDone();
        return "已撤销投标文件。";
      },
    }));
  return (
    <details>
      <summary>撤销投标文件</summary>
      <form
        aria-label="撤销投标文件"
        onSubmit={(event) => {
          event.preventDefault();
          void revoke();
        }}
      >
        <p className="small">
          投标截止后撤销的，招标人可以不退还投标保证金（实施条例第三十五条）。唱标前撤销的，唱标时随结果公布。
        </p>
        <TextField label="撤销的原因（招标人和评标委员会可见）" value={reason} onChange={setReason} />
        <button
          type="submit"
          className="btn btn-seal"
          disabled={act.running || reason.trim().length < REVOCATION_CHARS.least}
        >
          撤销投标文件
        </button>
      </form>
      {act.note}
    </details>
  );
}

/** Texts of instants back to what the rules read. */
const times = ({ lot }: HallView) => ({
  state: lot.state,
  flags: lot.flags,
  bidDeadline: lot.bidDeadline ? new Date(lot.bidDeadline) : null,
  windowEndsAt: lot.windowEndsAt ? new Date(lot.windowEndsAt) : null,
  secondOpeningAt: lot.secondOpeningAt ? new Date(lot.secondOpeningAt) : null,
  secondOpenedAt: lot.secondOpenedAt ? new Date(lot.secondOpenedAt) : null,
});

function SignIn({ view, now, onDone }: { view: HallView; now: string; onDone(): Promise<void> }) {
  const act = useAct();
  const time = useServerTime(now);
  if (view.own?.signedIn) return <p className="note ok">已签到</p>;
  const refusal = refusalToSignIn(times(view), time.now);
  const signIn = () => {
    const key = actKey();
    void act.run(async () => {
      await insist(() => trpc.opening.signIn.mutate({ key, body: { lotId: view.lot.id } }));
      await onDone();
      return "签到成功。";
    });
  };
  return (
    <>
      <p className="row">
        <button
          type="button"
          className="btn"
          disabled={act.running || refusal !== undefined}
          onClick={signIn}
          aria-describedby="sign-in-why"
        >
          签到
        </button>
        <span id="sign-in-why" className="small muted" suppressHydrationWarning>
          {refusal ? sentenceOf(refusal) : "未签到不影响投标文件的效力。"}
        </span>
      </p>
      {act.note}
    </>
  );
}

const envelopeName = (round: 1 | 2): string => (round === 1 ? "第一信封" : "第二信封");

function Decrypt({ view, now, onDone }: { view: HallView; now: string; onDone(): Promise<void> }) {
  const unlock = useUnlock(view, onDone);
  const time = useServerTime(now);
  const refusal = refusalToRelease(times(view), time.now);
  const off = unlock.running || refusal !== undefined;
  return (
    <>
      <p className="row">
        <button type="button" className="btn btn-primary" disabled={off} onClick={() => void unlock.press()}>
          {view.envelope ? `解密${envelopeName(view.envelope)}` : "解密"}
        </button>
        <span role="status">{unlock.stage}</span>
      </p>
      {refusal && <p className="small">{sentenceOf(refusal)}</p>}
      {unlock.note}
      <RecoveryForm disabled={off} onCode={(code) => void unlock.press(code)}>
        <p className="small muted">
          签名仍需本单位的证书（可以是更换后的证书）。解密在本机进行，尝试次数不限，每次尝试都有留痕。
        </p>
      </RecoveryForm>
    </>
  );
}
