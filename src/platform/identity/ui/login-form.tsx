"use client";

import { useEffect, useRef, useState } from "react";
import { CertificateFields, useGivenCertificate } from "./certificate-fields";
import { openDemoKey, signInWith, unlock } from "./key-ring";
import { forgetKey } from "./key-slot";

export interface DemoKeyCard {
  readonly name: string;
  readonly person: string;
  readonly organisation: string;
  readonly title: string;
  readonly home: string;
}

/** Goes to a page as a new load: everything is read anew for whoever signed in. */
const go = (path: string) => window.location.assign(path);

/** Signs in by certificate file, or in a demonstration by one press. */
export function LoginForm({ next, demoKeys }: { next?: string; demoKeys: readonly DemoKeyCard[] }) {
  const given = useGivenCertificate();
  const [running, setRunning] = useState("");
  const [error, setError] = useState("");
  const alert = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (error) alert.current?.focus();
  }, [error]);
  const attempt = async (name: string, work: () => Promise<void>) => {
    if (running) return;
    setRunning(name);
    setError("");
    try {
      await work();
    } catch (problem) {
      setError(problem instanceof Error ? problem.message : "登录没有成功，请重试。");
      setRunning("");
    }
  };
  const byFile = () =>
    attempt("file", async () => {
      const { bytes, password } = await given.read();
      forgetKey();
      await signInWith(await unlock(bytes, password));
      go(next ?? "/login/home");
    });
  const byDemo = (key: DemoKeyCard) =>
    attempt(key.name, async () => {
      await signInWith(await openDemoKey(key.name));
      go(next ?? key.home);
    });
  return (
    <>
      {error && (
        <p className="note danger" role="alert" tabIndex={-1} ref={alert}>
          {error}
        </p>
      )}
      <form
        className="card"
        aria-label="证书登录"
        onSubmit={(event) => {
          event.preventDefault();
          void byFile();
        }}
      >
        <CertificateFields given={given} />
        <button type="submit" className="btn btn-primary" disabled={running !== ""}>
          {running === "file" ? "正在登录…" : "登录"}
        </button>
      </form>
      {demoKeys.length > 0 && (
        <section className="card" aria-labelledby="demo-login-title">
          <h2 id="demo-login-title">演示证书登录</h2>
          <div className="row">
            {demoKeys.map((key) => (
              <button
                key={key.name}
                type="button"
                className="btn"
                disabled={running !== ""}
                onClick={() => void byDemo(key)}
              >
                {running === key.name ? "正在登录…" : `${key.title} ${key.person} ${key.organisation}`}
              </button>
            ))}
          </div>
        </section>
      )}
    </>
  );
}
