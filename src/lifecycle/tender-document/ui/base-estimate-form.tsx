"use client";

import { useState } from "react";
import { formatYuan, parseYuan } from "@/core/money";
import type { SealedValue } from "@/crypto/sealed-value";
import { signAct } from "@/platform/identity/ui/key-ring";
import { useSigning } from "@/platform/identity/ui/sign-dialog";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { TextField } from "@/ui/fields";
import { RecoveryCodeCard } from "@/ui/recovery-code-card";
import { sealDigest, sealEstimate } from "../base-estimate";

/** Sealed here and not yet handed in: its recovery code comes first. */
interface Pending {
  readonly recoveryCode: string;
  readonly press: string;
  readonly body: {
    readonly lotId: string;
    readonly hash: string;
    readonly sealed: SealedValue;
    readonly statement: Awaited<ReturnType<typeof signAct>>;
  };
  readonly isKept?: boolean;
}

/** Seals the base estimate on this computer; only its hash and the ciphertext leave it. */
export function BaseEstimateForm({
  lotId,
  lotCode,
  hash,
}: {
  lotId: string;
  lotCode: string;
  /** Hash of the one that is sealed now. */
  hash?: string;
}) {
  const ask = useSigning();
  const act = useAct();
  const [amount, setAmount] = useState("");
  const [pending, setPending] = useState<Pending>();
  const seal = async () => {
    const fen = parseYuan(amount);
    if (!fen) throw new Error("标底须为大于零的金额，例如 12,500,000.00。");
    const key = await ask({
      title: "封存标底",
      lines: [
        ["标段编号", lotCode],
        ["标底", formatYuan(fen)],
      ],
      consequence:
        "标底在本机用您的加密证书加密，平台、代理机构和监督部门都不能解密。开标时由您用这张证书或应急解密码解封并公布。",
    });
    if (!key) return undefined;
    const { kept, recoveryCode } = await sealEstimate(lotCode, fen, key.opened.encryption.certificate);
    const digest = sealDigest(kept.hash, kept.sealed);
    const statement = await signAct(key, { act: "base-estimate.seal", subject: lotCode, digest });
    setPending({ recoveryCode, press: actKey(), body: { lotId, ...kept, statement } });
    return "标底已在本机加密，尚未提交。请先保存下面的应急解密码。";
  };
  // The recovery code stays here: what is handed in was put together without it.
  const handIn = async ({ press, body }: Pending) => {
    await insist(() => trpc.tender.sealBaseEstimate.mutate({ key: press, body }));
    setAmount("");
    setPending(undefined);
    return `标底已封存，校验值 ${body.hash} 将载入招标文件。`;
  };
  return (
    <section className="card" aria-labelledby="estimate-title">
      <h2 id="estimate-title">标底（自行决定是否编制）</h2>
      <p>
        {hash ? (
          <>
            已封存，校验值 <span className="hash">{hash}</span>。重新封存将替换原标底。
          </>
        ) : (
          "没有封存标底。"
        )}
      </p>
      <form
        aria-label="封存标底"
        onSubmit={(event) => {
          event.preventDefault();
          void act.run(seal);
        }}
      >
        <TextField
          label="标底（元）"
          value={amount}
          inputMode="decimal"
          hint="一个标段只能有一个标底"
          onChange={setAmount}
        />
        {act.note}
        <p className="row">
          <button type="submit" className="btn btn-seal" disabled={act.running}>
            {act.running ? "正在封存…" : "加密封存"}
          </button>
          {hash && (
            <button
              type="button"
              className="btn"
              disabled={act.running}
              onClick={() => {
                const press = actKey();
                void act.run(async () => {
                  await insist(() => trpc.tender.dropBaseEstimate.mutate({ key: press, body: { lotId } }));
                  return "已取消，本标段不设标底。";
                });
              }}
            >
              不设标底
            </button>
          )}
        </p>
      </form>
      {pending && (
        <>
          <RecoveryCodeCard
            key={pending.recoveryCode}
            code={pending.recoveryCode}
            opens="本次封存的标底"
            fileName={`标底应急解密码-${lotCode}.txt`}
            kept={pending.isKept ?? false}
            onKept={() => {
              const kept = { ...pending, isKept: true };
              setPending(kept);
              void act.run(() => handIn(kept));
            }}
          />
          {pending.isKept && (
            <p>
              <button
                type="button"
                className="btn btn-seal"
                disabled={act.running}
                onClick={() => void act.run(() => handIn(pending))}
              >
                {act.running ? "正在提交…" : "提交封存的标底"}
              </button>
            </p>
          )}
        </>
      )}
      <p className="small muted">
        谁能看到：开标前没有人，金额不离开本机；校验值随招标文件公布。标底只作评标参考（《招标投标法实施条例》第二十七条、第五十条）。
      </p>
    </section>
  );
}
