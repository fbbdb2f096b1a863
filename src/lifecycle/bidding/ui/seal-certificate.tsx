"use client";

import { useEffect, useState } from "react";
import { addDays, formatDate } from "@/core/time";
import { parseCertificate } from "@/crypto/certificate";
import { type OpenKey, openKey } from "@/platform/identity/ui/key-ring";
import { useSigning } from "@/platform/identity/ui/sign-dialog";
import type { BidRoomView } from "../room";

export interface ChosenCertificate {
  readonly key: OpenKey | undefined;
  /** Why this certificate may not be sealed to; empty when it may. */
  readonly problem: string;
  readonly warning: string;
  choose(): Promise<void>;
}

/** The certificate that this package is sealed to and signed with: registered, and valid until after the opening. */
export function useSealCertificate({ encryption, lot }: Pick<BidRoomView, "encryption" | "lot">): ChosenCertificate {
  const ask = useSigning();
  const [key, setKey] = useState<OpenKey>();
  useEffect(() => {
    void openKey().then((open) => open && setKey(open));
  }, []);
  const choose = async () => {
    const opened = await ask({
      title: "打开证书",
      lines: [
        ["标段", lot.code],
        ["用途", "加密投标文件并演练解密"],
      ],
      consequence: "证书只在本机打开。这一步不签署任何内容，签章递交时会再次请您确认。",
    });
    if (opened) setKey(opened);
  };
  return { key, choose, ...judge(key, encryption, lot.bidDeadline) };
}

function judge(
  key: OpenKey | undefined,
  registered: BidRoomView["encryption"],
  deadline: string | undefined,
): { problem: string; warning: string } {
  if (!key) return { problem: "请先打开证书。", warning: "" };
  const certificate = parseCertificate(key.opened.encryption.certificate);
  if (!registered.some(({ fingerprint }) => fingerprint === certificate.fingerprint)) {
    return {
      problem: "证书文件中的加密证书没有登记为本单位的证书，不能用于加密。请先在平台绑定这张证书，或换用已登记的证书。",
      warning: "",
    };
  }
  const ends = certificate.notAfter < key.notAfter ? certificate.notAfter : key.notAfter;
  const needed = deadline ? addDays(new Date(deadline), 1) : undefined;
  return {
    problem: "",
    warning:
      needed && ends < needed
        ? `证书有效期到 ${formatDate(ends)} 为止，开标时可能已失效。解密不受影响，但请务必保存应急解密码；开标前不要更换证书文件。`
        : "",
  };
}

export function SealCertificate({ certificate, locked }: { certificate: ChosenCertificate; locked: boolean }) {
  const { key, problem, warning, choose } = certificate;
  return (
    <>
      {key && (
        <p>
          证书：{key.name}（有效至 {formatDate(key.notAfter)}）
        </p>
      )}
      {problem && <p className={key ? "note danger" : ""}>{problem}</p>}
      {warning && <p className="note warn">{warning}</p>}
      {(!key || problem) && !locked && (
        <button type="button" className="btn" onClick={() => void choose()}>
          打开证书
        </button>
      )}
    </>
  );
}
