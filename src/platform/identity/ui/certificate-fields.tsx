"use client";

import { useState } from "react";

/** A certificate file and its password as somebody gives them; both stay on this computer. */
export interface GivenCertificate {
  readonly password: string;
  setFile(file: File | undefined): void;
  setPassword(password: string): void;
  /** @throws Error with what to do when no file was chosen. */
  read(): Promise<{ bytes: Uint8Array<ArrayBuffer>; password: string }>;
}

export function useGivenCertificate(): GivenCertificate {
  const [file, setFile] = useState<File>();
  const [password, setPassword] = useState("");
  return {
    password,
    setFile,
    setPassword,
    async read() {
      if (!file) throw new Error("请选择证书文件。");
      return { bytes: new Uint8Array(await file.arrayBuffer()), password };
    },
  };
}

/** Where a certificate file and its password are given. @param title - what the file is, before its endings */
export function CertificateFields({
  given,
  title = "证书文件（.p12 / .pfx）",
}: {
  given: GivenCertificate;
  title?: string;
}) {
  return (
    <>
      <label className="field">
        <span>{title}</span>
        <input type="file" accept=".p12,.pfx" onChange={(event) => given.setFile(event.target.files?.[0])} />
      </label>
      <label className="field">
        <span>证书口令</span>
        <input
          className="text"
          type="password"
          autoComplete="off"
          value={given.password}
          onChange={(event) => given.setPassword(event.target.value)}
        />
      </label>
    </>
  );
}
