"use client";

import { createContext, type ReactNode, useCallback, useContext, useEffect, useRef, useState } from "react";
import { formatDate } from "@/core/time";
import { CertificateFields, useGivenCertificate } from "./certificate-fields";
import { type OpenKey, openKey, unlock } from "./key-ring";

interface Asking {
  readonly title: string;
  readonly lines: readonly (readonly [string, string])[];
  readonly consequence: string;
  settle(key: OpenKey | undefined): void;
}

/** Asks the person to sign: shows object, consequence and certificate. Resolves to the key, or undefined when declined. */
export type AskToSign = (ask: Omit<Asking, "settle">) => Promise<OpenKey | undefined>;

const Context = createContext<AskToSign | undefined>(undefined);

export function useSigning(): AskToSign {
  const ask = useContext(Context);
  if (!ask) throw new Error("SigningProvider is missing");
  return ask;
}

/** One dialog for every signature of the product (签章): what is signed, by which certificate, with which effect. */
export function SigningProvider({ children }: { children: ReactNode }) {
  const [asking, setAsking] = useState<Asking>();
  const [key, setKey] = useState<OpenKey>();
  const [error, setError] = useState("");
  const given = useGivenCertificate();
  const { setPassword } = given;
  const dialog = useRef<HTMLDialogElement>(null);

  const ask = useCallback<AskToSign>(
    (request) =>
      new Promise((settle) => {
        setError("");
        setPassword("");
        setAsking({ ...request, settle });
        void openKey().then(setKey);
      }),
    [setPassword],
  );
  useEffect(() => {
    if (asking) dialog.current?.showModal();
    else dialog.current?.close();
  }, [asking]);

  const finish = (chosen: OpenKey | undefined) => {
    asking?.settle(chosen);
    setAsking(undefined);
  };
  const submit = async () => {
    // The key may still be opening when a quick hand presses the button.
    const open = key ?? (await openKey());
    if (open) return finish(open);
    try {
      const { bytes, password } = await given.read();
      const opened = await unlock(bytes, password);
      setKey(opened);
      finish(opened);
    } catch (problem) {
      setError(problem instanceof Error ? problem.message : "证书没有打开，请重试。");
    }
  };

  return (
    <Context value={ask}>
      {children}
      <dialog ref={dialog} aria-labelledby="sign-title" onCancel={() => finish(undefined)}>
        {asking && (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              void submit();
            }}
          >
            <h2 id="sign-title" style={{ marginTop: 0 }}>
              {asking.title}
            </h2>
            <dl className="fields">
              {asking.lines.map(([label, value]) => (
                <div key={label} style={{ display: "contents" }}>
                  <dt>{label}</dt>
                  <dd className={/^[0-9a-f]{64}$/.test(value) ? "hash" : undefined}>{value}</dd>
                </div>
              ))}
            </dl>
            <p className="note warn">{asking.consequence}</p>
            {key ? (
              <p>
                证书：{key.name}（有效至 {formatDate(key.notAfter)}）
              </p>
            ) : (
              <CertificateFields given={given} title="证书文件（.p12 / .pfx，只在本机打开，不上传）" />
            )}
            {error && (
              <p className="note danger" role="alert">
                {error}
              </p>
            )}
            <p style={{ display: "flex", gap: 12, justifyContent: "flex-end", marginBottom: 0 }}>
              <button type="button" className="btn" onClick={() => finish(undefined)}>
                取消
              </button>
              <button type="submit" className="btn btn-seal">
                签章
              </button>
            </p>
          </form>
        )}
      </dialog>
    </Context>
  );
}
