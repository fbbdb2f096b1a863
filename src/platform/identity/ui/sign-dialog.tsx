"use client";

import { createContext, type ReactNode, useCallback, useContext, useEffect, useRef, useState } from "react";
import { formatDate } from "@/core/time";
import { CertificateFields, type GivenCertificate, useGivenCertificate } from "./certificate-fields";
import { type OpenKey, openKey, openKeyFile, openSeal, unlock } from "./key-ring";
import { holdSeal } from "./key-slot";

interface Asking {
  readonly title: string;
  readonly lines: readonly (readonly [string, string])[];
  readonly consequence: string;
  /** `too`: the organisation's seal beside the person's signature. `only`: the seal alone, under what another signed. */
  readonly seal?: "too" | "only";
  settle(signers: Signers | undefined): void;
}

/** Whose keys sign: the person's, and the seal where it was asked for and is at hand. Asked for alone, the seal is the key. */
export type Signers = OpenKey & { readonly seal?: OpenKey };

/** Asks the person to sign: shows object, consequence and certificate. Resolves to the key, or undefined when declined. */
export type AskToSign = (ask: Omit<Asking, "settle">) => Promise<Signers | undefined>;

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
  const [seal, setSeal] = useState<OpenKey>();
  const givenSeal = useGivenCertificate();
  const { setPassword } = given;
  const { setPassword: setSealPassword } = givenSeal;
  const dialog = useRef<HTMLDialogElement>(null);

  const ask = useCallback<AskToSign>(
    (request) =>
      new Promise((settle) => {
        setError("");
        setPassword("");
        setSealPassword("");
        setAsking({ ...request, settle });
        void openKey().then(setKey);
        if (request.seal) void openSeal().then(setSeal);
      }),
    [setPassword, setSealPassword],
  );
  useEffect(() => {
    if (asking) dialog.current?.showModal();
    else dialog.current?.close();
  }, [asking]);

  const finish = (chosen: Signers | undefined) => {
    asking?.settle(chosen);
    setAsking(undefined);
  };
  // A key may still be opening when a quick hand presses the button.
  const ownKey = async (): Promise<OpenKey> => {
    const open = key ?? (await openKey());
    if (open) return open;
    const { bytes, password } = await given.read();
    const opened = await unlock(bytes, password);
    setKey(opened);
    return opened;
  };
  const sealKey = async (): Promise<OpenKey> => {
    const open = seal ?? (await openSeal());
    if (open) return open;
    const { bytes, password } = await givenSeal.read().catch(() => {
      throw new Error("请选择单位印章证书文件。");
    });
    const opened = holdSeal(await openKeyFile(bytes, password));
    setSeal(opened);
    return opened;
  };
  const submit = async (withSeal: boolean) => {
    try {
      if (asking?.seal === "only") return finish(await sealKey());
      const own = await ownKey();
      finish(withSeal && asking?.seal ? { ...own, seal: await sealKey() } : own);
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
              void submit(true);
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
            {asking.seal !== "only" && (
              <Certificate
                name={asking.seal ? "本人证书" : "证书"}
                held={key}
                given={given}
                title="证书文件（.p12 / .pfx，只在本机打开，不上传）"
              />
            )}
            {asking.seal && (
              <Certificate
                name="单位印章"
                held={seal}
                given={givenSeal}
                title="单位印章证书文件（.p12 / .pfx，只在本机打开，不上传）"
              />
            )}
            {error && (
              <p className="note danger" role="alert">
                {error}
              </p>
            )}
            <p style={{ display: "flex", flexWrap: "wrap", gap: 12, justifyContent: "flex-end", marginBottom: 0 }}>
              <button type="button" className="btn" onClick={() => finish(undefined)}>
                取消
              </button>
              {asking.seal === "too" && (
                <button type="button" className="btn" onClick={() => void submit(false)}>
                  只签本人名，由印章保管人加盖
                </button>
              )}
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

/** A certificate that is open, or the place where its file is given. */
function Certificate({
  name,
  held,
  given,
  title,
}: {
  name: string;
  held: OpenKey | undefined;
  given: GivenCertificate;
  title: string;
}) {
  if (!held) return <CertificateFields given={given} title={title} />;
  return (
    <p>
      {name}：{held.name}（有效至 {formatDate(held.notAfter)}）
    </p>
  );
}
