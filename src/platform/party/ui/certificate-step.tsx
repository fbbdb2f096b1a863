"use client";
import { useState } from "react";
import { base64url } from "@/core/bytes";
import { creditCodeOf, parseCertificate } from "@/crypto/certificate";
import { OID } from "@/crypto/oid";
import { CertificateFields, useGivenCertificate } from "@/platform/identity/ui/certificate-fields";
import { type OpenKey, unlock } from "@/platform/identity/ui/key-ring";
import { forgetKey } from "@/platform/identity/ui/key-slot";

export interface HeldCertificate {
  readonly key: OpenKey;
  readonly person: string;
  readonly organisation: string;
  readonly creditCode: string;
  /** Base64url of the encryption certificate. */
  readonly sealTo: string;
}

/** Opens a certificate file on this computer and reads whose it is. Neither file nor password is sent. */
export function CertificateStep({ onOpen }: { onOpen(held: HeldCertificate): void }) {
  const given = useGivenCertificate();
  const [error, setError] = useState("");
  const [held, setHeld] = useState<HeldCertificate>();
  const open = async () => {
    setError("");
    try {
      const { bytes, password } = await given.read();
      forgetKey();
      const key = await unlock(bytes, password);
      const certificate = parseCertificate(key.opened.signing.certificate);
      const part = (oid: string) => certificate.subject.attributes.find((each) => each.oid === oid)?.value ?? "";
      const read = {
        key,
        person: part(OID.commonName),
        organisation: part(OID.organization),
        creditCode: creditCodeOf(certificate) ?? "",
        sealTo: base64url(key.opened.encryption.certificate),
      };
      setHeld(read);
      onOpen(read);
    } catch (problem) {
      setError(problem instanceof Error ? problem.message : "证书没有打开，请重试。");
    }
  };
  return (
    <fieldset className="card">
      <legend>数字证书</legend>
      <p className="small muted">证书文件和口令只在本机使用，不上传。平台只收到公开的证书和一次签名。</p>
      <CertificateFields given={given} />
      <button type="button" className="btn" onClick={() => void open()}>
        读取证书
      </button>
      {error && (
        <p className="note danger" role="alert">
          {error}
        </p>
      )}
      {held && (
        <p className="note ok" role="status">
          已读取：{held.person} · {held.organisation} · {held.creditCode || "证书中没有统一社会信用代码"}
        </p>
      )}
    </fieldset>
  );
}
