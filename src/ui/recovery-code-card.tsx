"use client";

import QRCode from "qrcode";
import { useEffect, useState } from "react";
import { provesKept } from "./code-check";

/**
 * A recovery code (应急解密码), shown once: whoever has it opens what was sealed at the opening without any certificate. The
 * person proves that it was kept by typing its last two groups.
 */
export function RecoveryCodeCard({
  code,
  opens,
  fileName,
  kept,
  onKept,
}: {
  code: string;
  /** What it opens, as the sentences of the card name it. */
  opens: string;
  fileName: string;
  kept: boolean;
  onKept(): void;
}) {
  const [qr, setQr] = useState("");
  const [typed, setTyped] = useState("");
  const [copied, setCopied] = useState("");
  const [wrong, setWrong] = useState(false);
  useEffect(() => {
    QRCode.toDataURL(code, { errorCorrectionLevel: "M", margin: 2, width: 220 }).then(setQr, () => setQr(""));
  }, [code]);

  const copy = () =>
    navigator.clipboard.writeText(code).then(
      () => setCopied("已复制。请粘贴到安全的地方保存。"),
      () => setCopied("浏览器不允许复制，请下载文件或抄写。"),
    );
  const download = () => {
    const url = URL.createObjectURL(new Blob([code], { type: "text/plain;charset=utf-8" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = fileName;
    link.click();
    URL.revokeObjectURL(url);
  };
  const confirm = () => {
    if (provesKept(code, typed)) onKept();
    else setWrong(true);
  };
  return (
    <section className="card" aria-labelledby="h-code">
      <h2 id="h-code">保存应急解密码</h2>
      <p>
        证书丢失、更换或损坏时，凭它也能解密{opens}
        。它只在这台电脑上产生，平台没有副本，也无法找回；任何人得到它都能在开标后解密，请妥善保管。
      </p>
      <div className="row">
        <output className="recovery-code" aria-label="应急解密码">
          {code.split("-").map((group, i, all) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: groups may repeat and never move
            <span key={i}>
              {group}
              {i < all.length - 1 ? "-" : ""}
            </span>
          ))}
        </output>
        {/* biome-ignore lint/performance/noImgElement: a picture made in this browser; nobody else must see it */}
        {qr && <img src={qr} alt="应急解密码的二维码" width={220} height={220} />}
      </div>
      <p className="row">
        <button type="button" className="btn" onClick={() => void copy()}>
          复制
        </button>
        <button type="button" className="btn" onClick={download}>
          下载为文本文件
        </button>
        <span role="status" className="small">
          {copied}
        </span>
      </p>
      {kept ? (
        <p className="note ok" role="status">
          已确认保存。
        </p>
      ) : (
        <form
          className="row"
          onSubmit={(event) => {
            event.preventDefault();
            confirm();
          }}
        >
          <label className="field">
            <span>输入最后两组，确认已保存</span>
            <input
              className="text"
              value={typed}
              autoComplete="off"
              aria-invalid={wrong || undefined}
              aria-describedby="code-wrong"
              onChange={(event) => {
                setTyped(event.target.value);
                setWrong(false);
              }}
            />
          </label>
          <button type="submit" className="btn btn-primary">
            确认已保存
          </button>
          <p id="code-wrong" role="alert" className={wrong ? "note danger" : ""}>
            {wrong ? "与最后两组不一致，请对照您保存的应急解密码重新输入。" : ""}
          </p>
        </form>
      )}
    </section>
  );
}
