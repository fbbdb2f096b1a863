"use client";
import { useState } from "react";
import { type OpenKey, openKey, signAct } from "@/platform/identity/ui/key-ring";
import { useSigning } from "@/platform/identity/ui/sign-dialog";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { openWrapped, sealAndOpen } from "../client/key-test";
import { registrationDigest } from "../digest";
import { CertificateStep, type HeldCertificate } from "./certificate-step";

/** Test seal and test open, so that the first real bid is not the first try. */
export function KeyTest({ certificateId, fingerprint }: { certificateId: string; fingerprint: string }) {
  const act = useAct();
  const ask = useSigning();
  const key = async (): Promise<OpenKey | undefined> =>
    (await openKey()) ??
    ask({
      title: "打开证书文件",
      lines: [["用途", "试加密、试解密（演练）"]],
      consequence: "只在本机使用证书，不签署任何文件，不递交任何内容。",
    });
  const run = () =>
    act.run(async () => {
      const held = await key();
      if (!held) return undefined;
      await sealAndOpen(held);
      const begun = await trpc.party.beginKeyTest.mutate({ key: actKey(), body: { certificateId } });
      const opened = await openWrapped(held, begun.wrapped);
      await trpc.party.finishKeyTest.mutate({ key: actKey(), body: { nonce: begun.nonce, opened } });
      return "试加密、试解密成功：这张证书可以封装并解开投标文件。";
    });
  return (
    <>
      <button
        type="button"
        className="btn btn-primary"
        disabled={act.running}
        aria-describedby={`key-${fingerprint}`}
        onClick={() => void run()}
      >
        试加密、试解密
      </button>
      {act.note}
    </>
  );
}

export function ReportLost({ certificateId, current }: { certificateId: string; current: boolean }) {
  const act = useAct();
  const [sure, setSure] = useState(false);
  if (!sure)
    return (
      <button type="button" className="link-button" onClick={() => setSure(true)}>
        挂失
      </button>
    );
  return (
    <>
      <p className="note warn">
        挂失后立即不能再用这张证书登录、签章，不能撤回。{current && "这是当前登录使用的证书，挂失后将退出登录。"}
        还须通知认证机构吊销。
      </p>
      <button
        type="button"
        className="btn"
        disabled={act.running}
        onClick={() => {
          const key = actKey();
          void act.run(async () => {
            await insist(() => trpc.party.reportLost.mutate({ key, body: { certificateId } }));
            if (current) window.location.assign("/login");
            return "已挂失。";
          });
        }}
      >
        确认挂失
      </button>
      {act.note}
    </>
  );
}

/** Binds a further pair, or replaces the one of this session. */
export function BindCertificate({ creditCode, replaces }: { creditCode: string; replaces: string }) {
  const act = useAct();
  const [held, setHeld] = useState<HeldCertificate>();
  const bind = (replacing: boolean) =>
    act.run(async () => {
      if (!held) throw new Error("请先读取新证书。");
      const content = { encryptionCertificate: held.sealTo, ...(replacing ? { replaces } : {}) };
      const toSign = { act: "party.bind-certificate", subject: creditCode, digest: await registrationDigest(content) };
      const statement = await signAct(held.key, toSign);
      await trpc.party.bindCertificate.mutate({ key: actKey(), body: { ...content, statement } });
      if (replacing) window.location.assign("/login");
      return replacing ? "已更换，请用新证书登录。" : "已绑定。";
    });
  return (
    <>
      <CertificateStep onOpen={setHeld} />
      <p className="row">
        <button type="button" className="btn" disabled={act.running} onClick={() => void bind(false)}>
          绑定为新增证书
        </button>
        <button type="button" className="btn" disabled={act.running} onClick={() => void bind(true)}>
          用它更换当前证书
        </button>
      </p>
      <p className="small muted">更换前封装的投标文件，开标时仍用封装时的证书或应急解密码解密，请保留旧证书文件。</p>
      {act.note}
    </>
  );
}

/** Registers the organisation's seal: the file is opened here, and signs that it is at hand. */
export function BindSeal({ creditCode }: { creditCode: string }) {
  const act = useAct();
  const ask = useSigning();
  const bind = () =>
    act.run(async () => {
      const held = await ask({
        title: "登记单位印章证书",
        lines: [["统一社会信用代码", creditCode]],
        consequence: "登记后，本单位的公告、公示须用这张证书加盖印章，由您保管。",
        seal: "only",
      });
      if (!held) return undefined;
      const digest = await registrationDigest({ seal: creditCode });
      const statement = await signAct(held, { act: "party.bind-seal", subject: creditCode, digest });
      await trpc.party.bindSeal.mutate({ key: actKey(), body: { statement } });
      return "已登记单位印章证书，由您保管。";
    });
  return (
    <>
      <button type="button" className="btn" disabled={act.running} onClick={() => void bind()}>
        选择并登记印章证书
      </button>
      {act.note}
    </>
  );
}
