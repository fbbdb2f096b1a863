"use client";

import { useState } from "react";
import { signPayload } from "@/platform/identity/ui/key-ring";
import { useSigning } from "@/platform/identity/ui/sign-dialog";
import { actKey, insist, trpc } from "@/trpc/client";
import { type Act, useAct } from "@/trpc/use-act";
import { readCode, type UnlockMaterial, unlockOwn } from "../client/unlock";
import type { HallView } from "../hall-view";

/** The three stages of a decryption as they are told to the person. */
export type Stage = "" | "取回封装信息…" | "校验截标记录和密钥…" | "提交密钥，平台解密…";

export interface Unlock extends Pick<Act, "running" | "note"> {
  readonly stage: Stage;
  /** @param code - the recovery code as typed; left out, the certificate is used. */
  press(code?: string): Promise<void>;
}

/** What is unlocked, and how it is fetched and sent. */
export interface Unlocking {
  readonly title: string;
  readonly lines: readonly (readonly [string, string])[];
  readonly consequence: string;
  /** @throws Error when what is opened is not what the person agreed to open. */
  material(): Promise<UnlockMaterial>;
  send(
    key: string,
    statement: Awaited<ReturnType<typeof signPayload>>,
  ): Promise<{ readonly opened: boolean; readonly code: string; readonly reason: string }>;
}

/** Releases the key of the own package: unlocked here, checked here, signed, sent. A reload in between loses nothing. */
export function useRelease(unlocking: Unlocking, onDone: () => Promise<void>): Unlock {
  const ask = useSigning();
  const { run, running, note } = useAct();
  const [stage, setStage] = useState<Stage>("");
  const press = async (code?: string) => {
    const press = actKey();
    await run(async () => {
      // A mistyped code is told before anybody is asked to sign.
      if (code !== undefined) readCode(code);
      const { title, lines, consequence } = unlocking;
      const way = ["解密方式", code === undefined ? "证书" : "应急解密码"] as const;
      const key = await ask({ title, lines: [...lines, way], consequence });
      if (!key) return undefined;
      try {
        setStage("取回封装信息…");
        const material = await unlocking.material();
        setStage("校验截标记录和密钥…");
        const { certificate, key: privateKey } = key.opened.encryption;
        const chosen =
          code === undefined
            ? ({ by: "certificate", certificate, key: privateKey } as const)
            : ({ by: "code", code } as const);
        const payload = await unlockOwn(material, chosen, crypto.getRandomValues(new Uint8Array(32)));
        const statement = await signPayload(key, payload);
        setStage("提交密钥，平台解密…");
        const answer = await unlocking.send(press, statement);
        if (!answer.opened)
          throw new Error(`未能解密（${answer.code}）：${answer.reason}。可在解密时间内重试，或改用应急解密码。`);
        return "密钥已被接受，平台正在解密。";
      } finally {
        setStage("");
        await onDone();
      }
    });
  };
  return { stage, running, note, press };
}

/** Releases the key of the own bid in the hall. */
export function useUnlock(view: HallView, onDone: () => Promise<void>): Unlock {
  const { lot, own } = view;
  return useRelease(
    {
      title: "解密本单位投标文件",
      lines: [
        ["标段", `${lot.code} ${lot.name}`],
        ["回执号", own?.receiptNumber ?? ""],
        ...(view.envelope
          ? ([["开启", view.envelope === 1 ? "第一信封（不含报价）" : "第二信封（报价）"]] as const)
          : []),
      ],
      consequence: "仅为本次开标提交本份投标文件的内容密钥；私钥不离开本机。提交后不能收回。",
      async material() {
        const material = await insist(() => trpc.opening.unlockMaterial.query({ lotId: lot.id }));
        // What the person agreed to open is what is opened.
        if (material.envelope !== (view.envelope ?? 1))
          throw new Error("开标步骤已变化，密钥没有发出。请刷新页面后重试。");
        return material;
      },
      send: (key, statement) => insist(() => trpc.opening.release.mutate({ key, body: { lotId: lot.id, statement } })),
    },
    onDone,
  );
}
