"use client";

import { useState } from "react";
import type { Bytes } from "@/core/bytes";
import { formatYuan } from "@/core/money";
import { parseCertificate } from "@/crypto/certificate";
import { type BaseEstimate, openEstimate, readOutDigest } from "@/lifecycle/tender-document/base-estimate";
import { type OpenKey, signAct } from "@/platform/identity/ui/key-ring";
import { useSigning } from "@/platform/identity/ui/sign-dialog";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { TextArea, TextField } from "@/ui/fields";
import { readCode } from "../client/unlock";

/** Opens the base estimate where its key is and reads it out, or says why it cannot be. */
export function BaseEstimateCard({ lotId, hash, text }: { lotId: string; hash: string; text?: string }) {
  const ask = useSigning();
  const act = useAct();
  const [reason, setReason] = useState("");
  const [code, setCode] = useState("");
  const readOut = async (press: string, { unreadable, code }: { unreadable?: string; code?: string }) => {
    // A mistyped code is told before anybody is asked to sign.
    const secret = code === undefined ? undefined : readCode(code);
    const material = await trpc.opening.sealedBaseEstimate.query({ lotId });
    if (!material) throw new Error("标底只能由封存它的招标人公布。请招标人登录后办理。");
    const { lotCode, sealed } = material;
    const key = await ask({
      title: unreadable ? "说明标底不能公布" : "公布标底",
      lines: [
        ["标段编号", lotCode],
        ["标底校验值", hash],
      ],
      consequence: "公布后记入开标记录，不能更改。标底只作评标参考。",
    });
    if (!key) return undefined;
    const said = unreadable
      ? { unreadable }
      : await (secret ? openedByCode(secret, lotCode, sealed) : opened(key, lotCode, sealed));
    const statement = await signAct(key, {
      act: "base-estimate.read-out",
      subject: lotCode,
      digest: readOutDigest(hash, said),
    });
    await insist(() => trpc.opening.readOutBaseEstimate.mutate({ key: press, body: { lotId, said, statement } }));
    return "amountFen" in said ? `已公布标底 ${formatYuan(BigInt(said.amountFen))}。` : "已记入开标记录。";
  };
  const press = (way: { unreadable?: string; code?: string } = {}) => {
    const key = actKey();
    void act.run(() => readOut(key, way));
  };
  return (
    <section className="card" aria-labelledby="estimate-title">
      <h2 id="estimate-title">标底</h2>
      <p className="small">
        招标文件载明的校验值 <span className="hash">{hash}</span>
      </p>
      {act.note}
      {text ? (
        <p>{text}</p>
      ) : (
        <>
          <p>尚未公布。标底由封存它的招标人在开标时解封公布，公布前不能生成开标记录。</p>
          <button type="button" className="btn btn-seal" disabled={act.running} onClick={() => press()}>
            {act.running ? "正在公布…" : "解封并公布标底"}
          </button>
          <details>
            <summary>证书丢失或已更换？使用应急解密码</summary>
            <form
              aria-label="用应急解密码解封标底"
              onSubmit={(event) => {
                event.preventDefault();
                press({ code });
              }}
            >
              <TextField
                label="标底的应急解密码"
                value={code}
                hint="封存时保存的那一个；大小写、空格和连字符均可"
                onChange={setCode}
              />
              <button type="submit" className="btn" disabled={act.running || !code.trim()}>
                用应急解密码解封并公布
              </button>
            </form>
          </details>
          <details>
            <summary>标底无法解封</summary>
            <TextArea label="不能公布的原因" value={reason} rows={2} onChange={setReason} />
            <button
              type="button"
              className="btn"
              disabled={act.running || reason.trim().length < 10}
              onClick={() => press({ unreadable: reason.trim() })}
            >
              签署说明
            </button>
          </details>
        </>
      )}
    </section>
  );
}

type Sealed = Parameters<typeof openEstimate>[1];

async function opened(key: OpenKey, lotCode: string, sealed: Sealed): Promise<BaseEstimate> {
  const { certificate, key: privateKey } = key.opened.encryption;
  try {
    const { fingerprint } = parseCertificate(certificate);
    return await openEstimate(lotCode, sealed, { fingerprint, privateKey });
  } catch {
    throw new Error(
      "这张证书解不开标底（证书可能已更换）。请改用封存标底时的证书，或者使用应急解密码；确实无法解封的，请说明原因。",
    );
  }
}

async function openedByCode(secret: Bytes, lotCode: string, sealed: Sealed): Promise<BaseEstimate> {
  try {
    return await openEstimate(lotCode, sealed, { secret });
  } catch {
    throw new Error("这个应急解密码不是本标段标底的（重新封存过的，以最后一次为准）。请核对后再试。");
  }
}
