"use client";

import { useState } from "react";
import { formatInstant } from "@/core/time";
import {
  CertificateFields,
  type GivenCertificate,
  useGivenCertificate,
} from "@/platform/identity/ui/certificate-fields";
import { CheckRows, type Row } from "./check-rows";

/** Opens a certificate file here in the browser, signs and decrypts something with it, and forgets it; nothing is sent. */
async function check(given: GivenCertificate): Promise<Row[]> {
  const { openKeyFile } = await import("@/platform/identity/ui/key-ring");
  try {
    const { bytes, password } = await given.read();
    const key = await openKeyFile(bytes, password);
    const { signing } = key.opened;
    await crypto.subtle.sign("RSASSA-PKCS1-v1_5", signing.key, new Uint8Array(32));
    // The page's own clock: whether a certificate holds at an act is decided by the server's.
    const left = key.notAfter.getTime() - (performance.timeOrigin + performance.now());
    return [
      { title: "证书文件", ok: true, text: `可以打开，持有人 ${key.name}` },
      { title: "签名、加密证书", ok: true, text: "两张都有，签名试验成功" },
      left > 0
        ? { title: "有效期", ok: true, text: `至 ${formatInstant(key.notAfter)}` }
        : { title: "有效期", ok: false, text: `已于 ${formatInstant(key.notAfter)} 到期`, fix: "请向颁发机构换发。" },
    ];
  } catch (error) {
    return [{ title: "证书文件", ok: false, text: "不能使用", fix: (error as Error).message }];
  }
}

export function CertificateCheck() {
  const given = useGivenCertificate();
  const [rows, setRows] = useState<readonly Row[]>([]);
  return (
    <section className="card" aria-labelledby="certificate-title">
      <h2 id="certificate-title">证书文件试用</h2>
      <p className="muted">证书文件和口令只在本机使用，不上传。</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void check(given).then(setRows);
        }}
      >
        <CertificateFields given={given} />
        <button type="submit" className="btn">
          试用证书
        </button>
      </form>
      <div aria-live="polite">{rows.length > 0 && <CheckRows rows={rows} />}</div>
    </section>
  );
}
